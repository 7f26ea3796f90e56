using Hale.Core.Containers;
using Hale.Core.Scheduling;

namespace Hale.Containers.Groups;

/// <summary>The turn of a run to change a group; see <see cref="ContainerGroupTurn"/>.</summary>
internal sealed class GroupClaim
{
    /// <summary>How long a turn holds without a sign of life, where its process cannot be seen.</summary>
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // What an engine was asked for by a process that was then killed appears a moment later.
    private static readonly TimeSpan Afterwards = TimeSpan.FromMilliseconds(200);

    private readonly GroupStore store;
    private readonly GroupHoldKeeper keeper;

    private readonly ContainerGroupTurn turn;

    private GroupClaim(GroupStore store, GroupHoldKeeper keeper, ContainerGroupListing listing, ContainerGroupTurn turn) =>
        (this.store, this.keeper, Listing, this.turn) = (store, keeper, listing, turn);

    /// <summary>What there is of the group, as it was listed in this turn.</summary>
    public ContainerGroupListing Listing { get; private set; }

    /// <summary>Waits for its turn.</summary>
    /// <exception cref="GroupBusyException">Another run was still at it after <paramref name="limit"/>.</exception>
    public static async Task<GroupClaim> TakeAsync(GroupStore store, HoldRequest request, TimeSpan limit, Action<string>? waiting, CancellationToken cancel)
    {
        request = request with { Role = ContainerGroupRole.Work, Span = Span };
        var began = store.Time.GetTimestamp();
        GroupHoldKeeper? keeper = null;
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                cancel.ThrowIfCancellationRequested();
                keeper ??= await GroupHoldKeeper.TakeAsync(store, request);
                var listing = await store.ListAsync(request.Session, cancel);
                var turn = ContainerGroupTurn.Decide(listing, request.Run, store.Time.GetUtcNow(), GroupOwner.See);
                if (turn.Move == ContainerGroupMove.Go)
                {
                    var claim = new GroupClaim(store, keeper, listing, turn);
                    keeper = null;
                    return claim;
                }
                if (turn.Move == ContainerGroupMove.Withdraw)
                {
                    var mine = keeper;
                    keeper = null;
                    await mine.ReleaseAsync();
                }
                var who = turn.Other?.Who ?? "another run";
                if (store.Time.GetElapsedTime(began) > limit)
                    throw new GroupBusyException(request.Session, who, limit);
                waiting?.Invoke($"waiting for {who}, which is changing the group");
                await Task.Delay(Pause(request.Run, attempt), store.Time, cancel);
            }
        }
        finally
        {
            if (keeper is not null)
                await keeper.ReleaseAsync();
        }
    }

    /// <summary>Takes away what runs that ended without an end have made, and then their holds.</summary>
    public async Task<IReadOnlyList<ContainerGroupThing>> SettleAsync(Action<ContainerGroupThing>? gone, CancellationToken cancel)
    {
        if (turn.Dead.Count == 0)
            return [];
        var unfinished = turn.Unfinished(await RefreshAsync(cancel));
        var removed = new List<ContainerGroupThing>();
        while (unfinished.Count > 0)
        {
            var left = unfinished.SelectMany(hold => ContainerGroupCleaning.OfRun(Listing, hold.Run)).ToList();
            if (await store.RemoveAsync(left, gone, cancel) is { Count: > 0 } troubles)
                throw new ContainerGroupTroubleException("taking away what an unfinished run left", string.Join("; ", troubles));
            removed.AddRange(left);
            await Task.Delay(Afterwards, store.Time, cancel);
            await RefreshAsync(cancel);
            if (unfinished.Any(hold => ContainerGroupCleaning.OfRun(Listing, hold.Run).Count > 0))
                continue;
            await store.RemoveAsync([.. unfinished.SelectMany(hold => hold.Things)], null, cancel);
            break;
        }
        return removed;
    }

    /// <summary>Lists the group anew.</summary>
    public async Task<ContainerGroupListing> RefreshAsync(CancellationToken cancel) => Listing = await store.ListAsync(Listing.Session, cancel);

    /// <summary>Ends the turn.</summary>
    public Task ReleaseAsync() => keeper.ReleaseAsync();

    /// <summary>Ends the turn where something has failed already; what the engine does not take now is over, since nobody stands behind it.</summary>
    public async Task TryReleaseAsync()
    {
        try
        {
            await keeper.ReleaseAsync();
        }
        catch (ContainerEngineException)
        {
            // The first trouble is the one to tell of.
        }
    }

    /// <summary>Leaves the hold to be found: what this run made could not be taken back, and the next one is to know.</summary>
    public ValueTask AbandonAsync() => keeper.DisposeAsync();

    // Of those that meet again and again, each pauses for a time of its own.
    private static TimeSpan Pause(string run, int attempt)
    {
        var share = (StableHash.Of($"{run}.{attempt}") % 1000) / 1000.0;
        var most = Math.Min(LongestPause.TotalMilliseconds, ShortestPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 10)));
        return TimeSpan.FromMilliseconds(most * (0.5 + (share / 2)));
    }
}
