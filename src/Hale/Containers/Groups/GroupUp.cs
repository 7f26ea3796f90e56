using Hale.Core.Containers;
using Hale.Core.Readiness;

namespace Hale.Containers.Groups;

/// <summary>What came of bringing a group up: how it ended and, when it is ready, what keeps it.</summary>
/// <param name="Report">How it ended.</param>
/// <param name="Watch">Watches the members; null when they are not ready or nobody holds them.</param>
/// <param name="Lease">Keeps the lease; null likewise.</param>
internal sealed record GroupUpResult(ContainerGroupReport Report, GroupWatch? Watch, GroupHoldKeeper? Lease);

/// <summary>
/// Brings a group up. One at a time for each session, everything that a run makes carries its name, and whatever ends the run before all members are ready,
/// exactly that is taken back.
/// </summary>
internal sealed class GroupUp(ContainerGroupSpec spec, ContainerGroupOptions options, GroupStore store, string run)
{
    // An engine that is being started anew gets this long to take back what it will take.
    private static readonly TimeSpan TakeBackFor = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TakeBackPause = TimeSpan.FromMilliseconds(200);

    private readonly GroupJournal journal = new(options);
    private readonly Dictionary<(string Member, int Number), ContainerGroupMemberReport> members = [];

    // Set where a call that makes something had an unknown end: what it made may appear later.
    private bool isUncertain;

    public async Task<GroupUpResult> RunAsync(CancellationToken cancel)
    {
        GroupClaim claim;
        try
        {
            claim = await GroupClaim.TakeAsync(store, Request(ContainerGroupRole.Work, GroupOwner.Self, null), options.Turn, text => journal.Tell("", ContainerGroupStage.Waiting, text), cancel);
        }
        catch (Exception trouble) when (trouble is ContainerEngineException or GroupBusyException)
        {
            return new(Report(trouble is ContainerEngineException ? GateEnd.CouldNotTell : GateEnd.NotReady, trouble.Message, []), null, null);
        }
        catch (OperationCanceledException stopped) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException("interrupted; nothing was made", stopped, cancel);
        }
        GroupWatch? watch = null;
        GroupHoldKeeper? lease = null;
        try
        {
            watch = await GroupWatch.BeginAsync(store, spec.Session, cancel);
            await BringAsync(claim, watch, cancel);
            // The lease stands before the turn is given back, so that there is no moment in which nobody wants the group.
            lease = await GroupHoldKeeper.TakeAsync(store, options.Hold
                ? Request(ContainerGroupRole.Lease, GroupOwner.Self, options.HoldFor)
                : Request(ContainerGroupRole.Lease, null, spec.Lease));
            await DropOldLeasesAsync(claim.Listing);
            await claim.ReleaseAsync();
            var report = Report(GateEnd.Ready, "all members are ready", []);
            if (options.Hold)
                return new(report, watch, lease);
            await watch.DisposeAsync();
            await lease.DisposeAsync();
            return new(report, null, null);
        }
        catch (Exception trouble)
        {
            isUncertain |= IsUncertain(trouble);
            if (watch is not null)
                await watch.DisposeAsync();
            if (lease is not null)
                await TryReleaseAsync(lease);
            var left = await TakeBackAsync(claim);
            if (cancel.IsCancellationRequested && trouble is OperationCanceledException)
                throw new OperationCanceledException(left.Count == 0 ? "interrupted; everything that was made is taken back" : $"interrupted; still there: {string.Join("; ", left)}", trouble, cancel);
            // Whatever it was, nothing stays; what nobody expects is told as it is.
            if (trouble is not (ContainerEngineException or ContainerGroupTroubleException or GroupNotReadyException))
                throw;
            var end = trouble is GroupNotReadyException notReady ? notReady.End : IsOfTheEngine(trouble) ? GateEnd.CouldNotTell : GateEnd.NotReady;
            return new(Report(end, trouble.Message, left), null, null);
        }
    }

    private async Task BringAsync(GroupClaim claim, GroupWatch watch, CancellationToken cancel)
    {
        foreach (var thing in await claim.SettleAsync(null, cancel))
            journal.Tell(Subject(thing), ContainerGroupStage.Removed, "left over by a run that ended without an end; taken away");
        var images = await new GroupImages(store.Engine, journal).PrepareAsync(spec, cancel);
        var holder = claim.Listing.Holds.FirstOrDefault(hold => hold is { Role: ContainerGroupRole.Lease, Owner: not null } && !hold.IsOver(store.Time.GetUtcNow(), GroupOwner.See));
        var plan = ContainerGroupPlan.Make(spec, claim.Listing, images, holder?.Who);
        foreach (var step in plan.Members)
            members[(step.Member.Name, step.Number)] = GroupMembers.ReportOf(step) with { Trouble = "it was not started" };
        if (plan.Refusals.Count > 0)
            throw new GroupNotReadyException(string.Join("; ", plan.Refusals));
        foreach (var removal in plan.Removals)
            journal.Tell(Subject(removal.Thing), ContainerGroupStage.Removed, $"taken away, since {removal.Why}");
        if (await store.RemoveAsync([.. plan.Removals.Select(removal => removal.Thing)], null, CancellationToken.None) is { Count: > 0 } troubles)
            throw new ContainerGroupTroubleException("taking away what is to be made anew", string.Join("; ", troubles));
        await MakeGroundAsync(plan, cancel);
        await BringMembersAsync(plan, watch, holder is null, cancel);
    }

    private async Task MakeGroundAsync(ContainerGroupPlan plan, CancellationToken cancel)
    {
        var volumes = new GroupVolumes(spec, run, store, journal);
        await AllAsync(
            [
                .. plan.Networks.Where(step => step.Present is null && step.Network.External is null).Select(step => (Func<CancellationToken, Task>)(stop => MakeAsync(step.Network))),
                .. plan.Networks.Where(step => step.Network.External is not null).Select(step => (Func<CancellationToken, Task>)(stop => FindAsync(step.Network, stop))),
                .. plan.Volumes.Where(step => step.Present is null).Select(step => (Func<CancellationToken, Task>)(stop => volumes.MakeAsync(step.Volume, stop))),
            ],
            cancel);
    }

    private async Task MakeAsync(ContainerGroupNetwork network)
    {
        var labels = ContainerGroupLabels.Of(spec.Session, ContainerGroupRole.Network, run, network.Name);
        labels[ContainerGroupLabels.Recipe] = ContainerGroupRecipe.Of(network);
        try
        {
            await store.Engine.Networks.CreateAsync(ContainerGroupNames.Network(spec.Session, network.Name), labels, network.IsInternal, CancellationToken.None);
        }
        catch (ContainerEngineException trouble)
        {
            throw new ContainerGroupTroubleException($"network {network.Name}: making it", trouble);
        }
        journal.Tell($"network {network.Name}", ContainerGroupStage.Made, "made");
    }

    private async Task FindAsync(ContainerGroupNetwork network, CancellationToken cancel)
    {
        try
        {
            await store.Engine.Networks.InspectAsync(network.External!, cancel);
        }
        catch (ContainerEngineException trouble)
        {
            throw new ContainerGroupTroubleException($"network {network.Name}: finding {network.External}, which others make", trouble);
        }
    }

    private async Task BringMembersAsync(ContainerGroupPlan plan, GroupWatch watch, bool mayReplace, CancellationToken cancel)
    {
        using var gate = new SemaphoreSlim(options.AtOnce);
        var bringer = new GroupMembers(spec, run, store, watch, journal, gate);
        var runs = plan.Volumes.Select(step => (step.Volume.Name, (string?)(step.Present?.Run ?? run))).ToList();
        var ready = plan.Members.ToDictionary(step => (step.Member.Name, step.Number), _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var steps = plan.Members.Select(step => (Func<CancellationToken, Task>)(async stop =>
        {
            foreach (var other in ready.Where(other => step.Member.DependsOn.Contains(other.Key.Name)))
                await other.Value.Task.WaitAsync(stop);
            var report = await bringer.BringAsync(step, ContainerGroupPlan.Uses(step.Member, runs), mayReplace, stop);
            Note(step, report);
            if (!report.IsReady)
                throw new GroupNotReadyException($"{report.Name}: {report.Trouble}", report.IsUnknown ? GateEnd.CouldNotTell : GateEnd.NotReady);
            ready[(step.Member.Name, step.Number)].SetResult();
            // While others are still being brought up, its death is that of the group.
            Listen(report, watch, failed);
        })).ToList();
        try
        {
            await AllAsync(steps, failed.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && Dead() is not null)
        {
            // The reason is the death that ended the others.
        }
        if (Dead() is { } dead)
            throw new GroupNotReadyException($"{dead.Name}: {dead.Trouble}");
    }

    // One that was ready and is not any more.
    private ContainerGroupMemberReport? Dead() => Members().FirstOrDefault(member => member is { IsReady: false, ReadyAfter: not null });

    private void Listen(ContainerGroupMemberReport report, GroupWatch watch, CancellationTokenSource failed) =>
        watch.DeathOf(report.Id!).ContinueWith(
            death =>
            {
                lock (members)
                {
                    members[(report.Member, report.Number)] = report with { IsReady = false, Trouble = death.Result };
                }
                try
                {
                    failed.Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // All of them were ready by then: who holds the group is told.
                }
            },
            CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    /// <summary>Does several things at once; the first trouble ends the others, and is thrown once all have ended.</summary>
    private async Task AllAsync(IReadOnlyList<Func<CancellationToken, Task>> steps, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Exception? first = null;
        await Task.WhenAll(steps.Select(async step =>
        {
            try
            {
                await step(stop.Token);
            }
            catch (Exception trouble)
            {
                isUncertain |= IsUncertain(trouble);
                if (Interlocked.CompareExchange(ref first, trouble, null) is null)
                    await stop.CancelAsync();
            }
        }));
        if (first is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
    }

    private async Task<IReadOnlyList<string>> TakeBackAsync(GroupClaim claim)
    {
        var began = options.Time.GetTimestamp();
        while (true)
        {
            IReadOnlyList<string> left;
            try
            {
                var listing = await claim.RefreshAsync(CancellationToken.None);
                var mine = ContainerGroupCleaning.OfRun(listing, run);
                left = await store.RemoveAsync(mine, TellTakenBack, CancellationToken.None);
                if (left.Count == 0)
                {
                    if (isUncertain)
                        await claim.AbandonAsync();
                    else
                        await claim.ReleaseAsync();
                    return [];
                }
            }
            catch (ContainerEngineException away)
            {
                left = [away.Message];
            }
            if (options.Time.GetElapsedTime(began) > TakeBackFor)
            {
                await claim.AbandonAsync();
                return left;
            }
            await Task.Delay(TakeBackPause, options.Time, CancellationToken.None);
        }
    }

    // Leases that stood by themselves are superseded by this one, and those that are over are nobody's.
    private async Task DropOldLeasesAsync(ContainerGroupListing listing)
    {
        var old = listing.Holds.Where(hold => hold.Role == ContainerGroupRole.Lease && hold.Run != run
            && (hold.IsOver(store.Time.GetUtcNow(), GroupOwner.See) || (hold.Owner is null && !options.Hold)));
        await store.RemoveAsync([.. old.SelectMany(hold => hold.Things)], null, CancellationToken.None);
    }

    private static async Task TryReleaseAsync(GroupHoldKeeper lease)
    {
        try
        {
            await lease.ReleaseAsync();
        }
        catch (ContainerEngineException)
        {
            // It is over when this process is.
        }
    }

    private HoldRequest Request(ContainerGroupRole role, ContainerGroupOwner? owner, TimeSpan? span) => new(spec.Session, role, run, options.Who, owner, span);

    private void Note(ContainerGroupMemberStep step, ContainerGroupMemberReport report)
    {
        lock (members)
            members[(step.Member.Name, step.Number)] = report;
    }

    private IReadOnlyList<ContainerGroupMemberReport> Members()
    {
        lock (members)
            return [.. members.Values];
    }

    private ContainerGroupReport Report(GateEnd end, string reason, IReadOnlyList<string> left) => new(spec.Session, end, reason, journal.Elapsed, Members(), left);

    // That a volume is filled is marked by another, which people do not know of.
    private void TellTakenBack(ContainerGroupThing thing)
    {
        if (thing.Role != ContainerGroupRole.Filled)
            journal.Tell(Subject(thing), ContainerGroupStage.Removed, "taken back");
    }

    private string Subject(ContainerGroupThing thing) => thing.Role switch
    {
        ContainerGroupRole.Member => spec.Members.FirstOrDefault(member => member.Name == thing.Name) is { } member ? ContainerGroupPlan.Name(member, thing.Number) : thing.Name,
        ContainerGroupRole.Network => $"network {thing.Name}",
        _ => $"volume {thing.Name}",
    };

    private static bool IsUncertain(Exception trouble) => IsOfTheEngine(trouble);

    private static bool IsOfTheEngine(Exception trouble) => trouble is ContainerEngineException { IsOfTheEngine: true } or ContainerGroupTroubleException { IsOfTheEngine: true };
}

/// <summary>A member is not ready, or the plan was refused.</summary>
internal sealed class GroupNotReadyException(string reason, GateEnd end = GateEnd.NotReady) : Exception(reason)
{
    /// <summary>Not ready, or could not tell.</summary>
    public GateEnd End => end;
}
