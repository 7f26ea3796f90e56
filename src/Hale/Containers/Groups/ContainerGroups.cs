using Hale.Core.Containers;

namespace Hale.Containers.Groups;

/// <summary>The groups that an engine has, whoever made them.</summary>
public static class ContainerGroups
{
    /// <summary>All groups.</summary>
    /// <param name="engine">Whose.</param>
    /// <param name="time">The clock of leases; null for the system's.</param>
    /// <param name="cancel">Ends the call.</param>
    public static async Task<IReadOnlyList<ContainerGroupStatus>> ListAsync(ContainerEngine engine, TimeProvider? time = null, CancellationToken cancel = default)
    {
        time ??= TimeProvider.System;
        var store = new GroupStore(engine, time);
        return [.. (await store.ListAllAsync(cancel)).Select(listing => ContainerGroupStatus.Of(listing, time.GetUtcNow()))];
    }

    /// <summary>Takes a group down, whoever wants it.</summary>
    /// <param name="session">Whose group.</param>
    /// <param name="options">Engine, clock and progress; null for the defaults.</param>
    /// <param name="withKept">Whether also volumes that outlive their group.</param>
    /// <param name="cancel">Ends it half-way; the next run goes on.</param>
    /// <exception cref="ContainerEngineException">The engine cannot be reached.</exception>
    /// <exception cref="ContainerGroupTroubleException">Something could not be taken away.</exception>
    /// <exception cref="GroupBusyException">Another run is changing it.</exception>
    public static Task<ContainerGroupDown> DownAsync(string session, ContainerGroupOptions? options = null, bool withKept = false, CancellationToken cancel = default) =>
        WithAsync(options, down => down.DownAsync(session, withKept, cancel));

    /// <summary>Takes away what nobody wants any more: groups whose leases are over, and what runs have left that ended without an end.</summary>
    /// <param name="options">Engine, clock and progress; null for the defaults.</param>
    /// <param name="cancel">Ends it half-way; the next run goes on.</param>
    public static Task<IReadOnlyList<ContainerGroupDown>> CollectAsync(ContainerGroupOptions? options = null, CancellationToken cancel = default) =>
        WithAsync(options, down => down.CollectAsync(cancel));

    private static async Task<T> WithAsync<T>(ContainerGroupOptions? options, Func<GroupDown, Task<T>> what)
    {
        options ??= new();
        var engine = options.Engine ?? new ContainerEngine(EngineAddress.Default());
        try
        {
            return await what(new GroupDown(new GroupStore(engine, options.Time), options, Guid.NewGuid().ToString("N")[..12]));
        }
        finally
        {
            if (options.Engine is null)
                engine.Dispose();
        }
    }
}

/// <summary>How a group stands.</summary>
/// <param name="Session">Whose group.</param>
/// <param name="Containers">Its containers, by member and number.</param>
/// <param name="Volumes">Its volumes.</param>
/// <param name="Networks">Its networks.</param>
/// <param name="Holders">Who wants it, or changes it now.</param>
/// <param name="Until">When its last lease is over; null when there is none, or one without end.</param>
/// <param name="IsForgotten">Nobody wants it any more: <c>hale down --expired</c> takes it away.</param>
public sealed record ContainerGroupStatus(
    string Session, IReadOnlyList<ContainerGroupContainer> Containers, IReadOnlyList<string> Volumes, IReadOnlyList<string> Networks,
    IReadOnlyList<ContainerGroupHolder> Holders, DateTimeOffset? Until, bool IsForgotten)
{
    internal static ContainerGroupStatus Of(ContainerGroupListing listing, DateTimeOffset now)
    {
        var leases = listing.Holds.Where(hold => hold.Role == ContainerGroupRole.Lease).ToList();
        return new(
            listing.Session,
            [.. listing.Members.OrderBy(thing => thing.Name, StringComparer.Ordinal).ThenBy(thing => thing.Number).Select(thing => new ContainerGroupContainer(
                thing.Name, thing.Number, thing.Label(ContainerGroupLabels.Kind), thing.Listed.State, thing.Listed.Name, thing.Listed.Id, thing.Label(ContainerGroupLabels.Port)))],
            [.. listing.With(ContainerGroupRole.Volume).Select(thing => thing.Name).Order(StringComparer.Ordinal)],
            [.. listing.With(ContainerGroupRole.Network).Select(thing => thing.Name).Order(StringComparer.Ordinal)],
            [.. listing.Holds.Select(hold => new ContainerGroupHolder(hold.Who, hold.Role == ContainerGroupRole.Work, hold.Owner is not null, hold.Since, hold.Until, hold.IsOver(now, GroupOwner.See)))],
            leases.Count > 0 && leases.TrueForAll(hold => hold.Until is not null) ? leases.Max(hold => hold.Until) : null,
            ContainerGroupCleaning.Forgotten(listing, now, GroupOwner.See).Count > 0);
    }
}

/// <summary>A container of a group.</summary>
/// <param name="Member">The member.</param>
/// <param name="Number">Which of its containers, from 1.</param>
/// <param name="Kind">The kind of the member; null for none.</param>
/// <param name="State">As the engine says: <c>running</c>, <c>exited</c>.</param>
/// <param name="Name">Its name in the engine.</param>
/// <param name="Id">Its id.</param>
/// <param name="Port">The port at which it serves; null for none.</param>
public sealed record ContainerGroupContainer(string Member, int Number, string? Kind, string State, string Name, string Id, string? Port);

/// <summary>Somebody who wants a group, or changes it.</summary>
/// <param name="Who">In words.</param>
/// <param name="IsAtWork">Whether it changes the group.</param>
/// <param name="IsProcess">Whether a process stands behind it; otherwise it stands by itself until its time is over.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when, unless renewed; null for without end.</param>
/// <param name="IsOver">Whether nobody stands behind it any more.</param>
public sealed record ContainerGroupHolder(string Who, bool IsAtWork, bool IsProcess, DateTimeOffset Since, DateTimeOffset? Until, bool IsOver);
