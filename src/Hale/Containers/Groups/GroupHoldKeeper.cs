using Hale.Core.Containers;

namespace Hale.Containers.Groups;

/// <summary>Keeps a hold on a group: takes it, renews it for as long as this process means it, and gives it back.</summary>
internal sealed class GroupHoldKeeper : IAsyncDisposable
{
    private readonly GroupStore store;
    private readonly HoldRequest request;
    private readonly DateTimeOffset since;
    private readonly CancellationTokenSource stop = new();
    private readonly List<string> names = [];
    private Task renewal = Task.CompletedTask;
    private int number;

    private GroupHoldKeeper(GroupStore store, HoldRequest request) => (this.store, this.request, since) = (store, request, store.Time.GetUtcNow());

    /// <summary>Takes a hold. A request with a span is renewed each third of it.</summary>
    public static async Task<GroupHoldKeeper> TakeAsync(GroupStore store, HoldRequest request)
    {
        var keeper = new GroupHoldKeeper(store, request);
        GroupOwner.Mean(request.Role, request.Run);
        try
        {
            await keeper.MakeAsync();
        }
        catch (ContainerEngineException)
        {
            GroupOwner.Unmean(request.Role, request.Run);
            throw;
        }
        if (request is { Owner: not null, Span: { } span })
            keeper.renewal = keeper.RenewAsync(span / 3);
        return keeper;
    }

    /// <summary>Gives the hold back. What the engine does not take now is over by itself: nobody stands behind it.</summary>
    public async Task ReleaseAsync()
    {
        await StopAsync();
        try
        {
            foreach (var name in names)
                await RemoveAsync(name);
            names.Clear();
        }
        finally
        {
            // Not before: others would take the run for one that ended without an end.
            GroupOwner.Unmean(request.Role, request.Run);
        }
    }

    /// <summary>Stops the renewal and leaves the hold as it is; nobody stands behind it any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        GroupOwner.Unmean(request.Role, request.Run);
    }

    private async Task StopAsync()
    {
        await stop.CancelAsync();
        await renewal;
    }

    private async Task RemoveAsync(string name)
    {
        try
        {
            await store.Engine.Volumes.RemoveAsync(name, CancellationToken.None);
        }
        catch (ContainerEngineException missing) when (missing.IsMissing)
        {
            // Whoever took this process for dead has removed it.
        }
    }

    // Not to be cancelled: a call that was given up may still be carried out, and then nobody knows of the hold.
    private async Task MakeAsync()
    {
        var until = request.Span is { } span ? store.Time.GetUtcNow() + span : (DateTimeOffset?)null;
        var name = ContainerGroupNames.Hold(request.Session, request.Role, request.Run, number);
        names.Add(name);
        await store.Engine.Volumes.CreateAsync(
            name, ContainerGroupHold.Labels(request.Session, request.Role, request.Run, request.Who, number, request.Owner, since, until), CancellationToken.None);
        number++;
    }

    private async Task RenewAsync(TimeSpan pause)
    {
        try
        {
            while (true)
            {
                await Task.Delay(pause, store.Time, stop.Token);
                try
                {
                    var last = names[^1];
                    await MakeAsync();
                    await store.Engine.Volumes.RemoveAsync(last, CancellationToken.None);
                    names.Remove(last);
                }
                catch (ContainerEngineException)
                {
                    // An engine that is away now is asked again after the next pause; there are two more before the time is over.
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Released.
        }
    }
}

/// <summary>What hold is wanted.</summary>
/// <param name="Session">On whose group.</param>
/// <param name="Role">Work or lease.</param>
/// <param name="Run">By which run.</param>
/// <param name="Who">In words.</param>
/// <param name="Owner">The process behind it; null for none.</param>
/// <param name="Span">For how long, or, with an owner, how long after its last sign of life; null for without end.</param>
internal sealed record HoldRequest(string Session, ContainerGroupRole Role, string Run, string Who, ContainerGroupOwner? Owner, TimeSpan? Span);
