using Hale.Core.Containers;
using Hale.Core.Readiness;

namespace Hale.Containers.Groups;

/// <summary>
/// A group of containers that is ready and held by this process: watched, its lease renewed, and taken down when it is disposed of, unless others want it too.
/// </summary>
/// <example><code>
/// await using var group = await ContainerGroup.UpAsync(spec);
/// var processor = group["processor"].Url;
/// </code></example>
public sealed class ContainerGroup : IAsyncDisposable
{
    private readonly ContainerGroupOptions options;
    private readonly GroupStore store;
    private readonly GroupWatch watch;
    private readonly GroupHoldKeeper lease;
    private readonly string run;
    private bool isDown;

    private ContainerGroup(ContainerGroupReport report, ContainerGroupOptions options, GroupStore store, GroupWatch watch, GroupHoldKeeper lease, string run)
    {
        (Report, this.options, this.store, this.watch, this.lease, this.run) = (report, options, store, watch, lease, run);
        Death = FirstDeathAsync();
    }

    /// <summary>How it became ready.</summary>
    public ContainerGroupReport Report { get; }

    /// <summary>Its containers.</summary>
    public IReadOnlyList<ContainerGroupMemberReport> Members => Report.Members;

    /// <summary>Completes at once when a member dies, with its name and the reason; never, as long as all live or the group is taken down.</summary>
    public Task<string> Death { get; }

    /// <summary>The first container of a member.</summary>
    /// <param name="member">Its name.</param>
    /// <exception cref="KeyNotFoundException">The group has no such member.</exception>
    public ContainerGroupMemberReport this[string member] =>
        Members.FirstOrDefault(each => each.Member == member) ?? throw new KeyNotFoundException($"the group has no member {member}; it has {string.Join(", ", Members.Select(each => each.Member).Distinct())}");

    /// <summary>Brings a group up: makes what is missing, proves what is there, and waits until all members are ready.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="options">How; null for the defaults. <see cref="ContainerGroupOptions.Hold"/> must be true.</param>
    /// <param name="cancel">Ends it; what was made is taken back before the task ends.</param>
    /// <exception cref="ContainerGroupException">It did not become ready, or that could not be told; what this run had made is taken back.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<ContainerGroup> UpAsync(ContainerGroupSpec spec, ContainerGroupOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new();
        if (!options.Hold)
            throw new ArgumentException("A group that nobody holds has no handle: use EnsureAsync.", nameof(options));
        var (report, group) = await TryUpAsync(spec, options, cancel);
        return group ?? throw new ContainerGroupException(report);
    }

    /// <summary>The same for those who want the report rather than an exception.</summary>
    /// <returns>The report, and the group when it is ready and <see cref="ContainerGroupOptions.Hold"/> is true.</returns>
    /// <inheritdoc cref="UpAsync"/>
    public static async Task<(ContainerGroupReport Report, ContainerGroup? Group)> TryUpAsync(ContainerGroupSpec spec, ContainerGroupOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new();
        var store = new GroupStore(options.Engine ?? new ContainerEngine(EngineAddress.Default()), options.Time);
        var run = Guid.NewGuid().ToString("N")[..12];
        GroupUpResult? result = null;
        try
        {
            result = await new GroupUp(spec, options, store, run).RunAsync(cancel);
        }
        finally
        {
            if (result?.Watch is null && options.Engine is null)
                store.Engine.Dispose();
        }
        return (result.Report, result is { Watch: { } watch, Lease: { } lease } ? new(result.Report, options, store, watch, lease, run) : null);
    }

    /// <summary>Brings a group up and leaves it standing, for as long as its lease says.</summary>
    /// <inheritdoc cref="UpAsync"/>
    public static async Task<ContainerGroupReport> EnsureAsync(ContainerGroupSpec spec, ContainerGroupOptions? options = null, CancellationToken cancel = default) =>
        (await TryUpAsync(spec, (options ?? new()) with { Hold = false }, cancel)).Report;

    /// <summary>Gives the hold back, and takes the group down unless others want it as well.</summary>
    /// <exception cref="ContainerGroupTroubleException">Something could not be taken away; the message says what and why. The next run finds it.</exception>
    public async Task<ContainerGroupDown> DownAsync(CancellationToken cancel = default)
    {
        if (isDown)
            return ContainerGroupDown.Nothing(Report.Session);
        isDown = true;
        await watch.DisposeAsync();
        try
        {
            return await new GroupDown(store, options, run).ReleaseAsync(Report.Session, lease, cancel);
        }
        finally
        {
            if (options.Engine is null)
                store.Engine.Dispose();
        }
    }

    /// <summary>As <see cref="DownAsync"/>; what cannot be taken away now is left for the next run.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await DownAsync();
        }
        catch (Exception left) when (left is ContainerGroupTroubleException or ContainerEngineException or GroupBusyException)
        {
            // The lease has ended with this process, or does with its time.
            await lease.DisposeAsync();
        }
    }

    private async Task<string> FirstDeathAsync()
    {
        var deaths = Members.ToDictionary(member => watch.DeathOf(member.Id!));
        var first = await Task.WhenAny(deaths.Keys);
        return $"{deaths[first].Name}: {await first}";
    }
}
