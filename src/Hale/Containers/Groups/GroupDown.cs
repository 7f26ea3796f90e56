using Hale.Core.Containers;

namespace Hale.Containers.Groups;

/// <summary>What came of taking a group down.</summary>
/// <param name="Session">Whose group.</param>
/// <param name="Removed">What was taken away, in words: <c>member web</c>, <c>network default</c>.</param>
/// <param name="Keeper">Who else wants the group, so that it stands; null when it was taken down.</param>
/// <param name="Kept">Volumes that outlive the group.</param>
public sealed record ContainerGroupDown(string Session, IReadOnlyList<string> Removed, string? Keeper, IReadOnlyList<string> Kept)
{
    internal static ContainerGroupDown Nothing(string session) => new(session, [], null, []);
}

/// <summary>Takes groups down.</summary>
internal sealed class GroupDown(GroupStore store, ContainerGroupOptions options, string run)
{
    private readonly GroupJournal journal = new(options);

    /// <summary>Gives a lease back, and takes the group down unless it has another one that is not over.</summary>
    public async Task<ContainerGroupDown> ReleaseAsync(string session, GroupHoldKeeper lease, CancellationToken cancel)
    {
        return await InTurnAsync(session, async claim =>
        {
            await lease.ReleaseAsync();
            var leases = claim.Listing.Holds.Where(hold => hold.Role == ContainerGroupRole.Lease && hold.Run != run).ToLookup(hold => hold.IsOver(store.Time.GetUtcNow(), GroupOwner.See));
            await store.RemoveAsync([.. leases[true].SelectMany(hold => hold.Things)], null, cancel);
            return leases[false].FirstOrDefault() is { } other ? new(session, [], other.Who, []) : await RemoveAsync(claim, withKept: false, cancel);
        }, cancel);
    }

    /// <summary>Takes a group down, whoever wants it.</summary>
    public async Task<ContainerGroupDown> DownAsync(string session, bool withKept, CancellationToken cancel)
    {
        // Nothing is made for a session that has nothing.
        if ((await store.ListAsync(session, cancel)).Things.Count == 0)
            return ContainerGroupDown.Nothing(session);
        return await InTurnAsync(session, async claim =>
        {
            var leases = claim.Listing.Holds.Where(hold => hold.Role == ContainerGroupRole.Lease).SelectMany(hold => hold.Things).ToList();
            var down = await RemoveAsync(claim, withKept, cancel);
            await store.RemoveAsync(leases, null, cancel);
            return down;
        }, cancel);
    }

    /// <summary>Takes away what nobody wants any more, of every session.</summary>
    public async Task<IReadOnlyList<ContainerGroupDown>> CollectAsync(CancellationToken cancel)
    {
        var downs = new List<ContainerGroupDown>();
        foreach (var session in (await store.ListAllAsync(cancel)).Where(listing => Forgotten(listing).Count > 0).Select(listing => listing.Session))
        {
            downs.Add(await InTurnAsync(session, async claim =>
            {
                var settled = await claim.SettleAsync(Tell, cancel);
                // Looked at again, now that it is this run's turn.
                var things = Forgotten(claim.Listing);
                await StopAsync([.. things.Where(thing => thing.Role == ContainerGroupRole.Member)], cancel);
                Throw(session, await store.RemoveAsync(things, Tell, cancel));
                return new ContainerGroupDown(session, [.. settled.Concat(things).Where(IsShown).Select(Words)], null, []);
            }, cancel));
        }
        return downs;
    }

    private IReadOnlyList<ContainerGroupThing> Forgotten(ContainerGroupListing listing) => ContainerGroupCleaning.Forgotten(listing, store.Time.GetUtcNow(), GroupOwner.See, run);

    private async Task<T> InTurnAsync<T>(string session, Func<GroupClaim, Task<T>> what, CancellationToken cancel)
    {
        var claim = await GroupClaim.TakeAsync(
            store, new(session, ContainerGroupRole.Work, run, options.Who, GroupOwner.Self, null), options.Turn, text => journal.Tell("", ContainerGroupStage.Waiting, text), cancel);
        T result;
        try
        {
            result = await what(claim);
        }
        catch (Exception)
        {
            await claim.TryReleaseAsync();
            throw;
        }
        await claim.ReleaseAsync();
        return result;
    }

    private async Task<ContainerGroupDown> RemoveAsync(GroupClaim claim, bool withKept, CancellationToken cancel)
    {
        await claim.SettleAsync(Tell, cancel);
        var things = ContainerGroupCleaning.OfSession(claim.Listing, withKept);
        await StopAsync([.. claim.Listing.Members], cancel);
        Throw(claim.Listing.Session, await store.RemoveAsync(things, Tell, cancel));
        var kept = claim.Listing.With(ContainerGroupRole.Volume).Except(things).Select(volume => volume.Name);
        return new(claim.Listing.Session, [.. things.Where(IsShown).Select(Words)], null, [.. kept]);
    }

    // Each by its own signal and grace, those that others depend on last. Trouble is none yet: what does not stop is removed by force.
    private async Task StopAsync(IReadOnlyList<ContainerGroupThing> members, CancellationToken cancel)
    {
        foreach (var rank in ContainerGroupOrder.Stops(members.Where(member => member.Listed.State == "running")))
        {
            await Parallel.ForEachAsync(rank, new ParallelOptions { MaxDegreeOfParallelism = options.AtOnce, CancellationToken = cancel }, async (member, stop) =>
            {
                try
                {
                    await store.Engine.Containers.StopAsync(member.Listed.Id, cancel: stop);
                }
                catch (ContainerEngineException)
                {
                    // It is removed by force, and that tells.
                }
            });
        }
    }

    private void Tell(ContainerGroupThing thing)
    {
        if (IsShown(thing))
            journal.Tell(Words(thing), ContainerGroupStage.Removed, "taken away");
    }

    private static void Throw(string session, IReadOnlyList<string> troubles)
    {
        if (troubles.Count > 0)
            throw new ContainerGroupTroubleException($"taking down the group of session {session}", string.Join("; ", troubles));
    }

    private static bool IsShown(ContainerGroupThing thing) => thing.Role is ContainerGroupRole.Member or ContainerGroupRole.Network or ContainerGroupRole.Volume;

    private static string Words(ContainerGroupThing thing) => $"{ContainerGroupLabels.Word(thing.Role)} {(thing.Number > 1 ? $"{thing.Name}.{thing.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)}" : thing.Name)}";
}
