using Hale.Config;
using Hale.Running;

namespace Hale.Containers.Groups;

/// <summary>Looks from time to time for groups that nobody wants any more, takes them away, and has that written into the history.</summary>
public sealed class GroupCollector : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;

    private GroupCollector(GroupService groups, TimeSpan every, IDaemon daemon, TimeProvider time) => loop = RunAsync(groups, every, daemon, time);

    /// <summary>Begins, if the configuration says so; the first look is at once.</summary>
    public static GroupCollector? Start(DaemonContainersSpec? spec, IDaemon daemon, TimeProvider time) =>
        spec?.Collect is { } every ? new(new GroupService(spec, time), every, daemon, time) : null;

    /// <summary>Ends it; a group that is being taken away then is found by the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
    }

    private async Task RunAsync(GroupService groups, TimeSpan every, IDaemon daemon, TimeProvider time)
    {
        string? lastTrouble = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                foreach (var down in await groups.CollectAsync(stop.Token))
                    await daemon.AuditAsync(null, $"containers: took away what nobody wanted any more of session {down.Session}: {(down.Removed.Count == 0 ? "its leases" : string.Join(", ", down.Removed))}", stop.Token);
                lastTrouble = null;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble) when (trouble is ContainerEngineException or ContainerGroupTroubleException or GroupBusyException or FormatException)
            {
                // Told once, not at each look.
                if (trouble.Message != lastTrouble)
                    await TellAsync(daemon, $"containers: could not look for what nobody wants any more: {trouble.Message}");
                lastTrouble = trouble.Message;
            }
            await Task.Delay(every, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(IDaemon daemon, string text)
    {
        try
        {
            await daemon.AuditAsync(null, text, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Hale is stopping.
        }
    }
}
