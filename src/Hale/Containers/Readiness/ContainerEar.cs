using System.Globalization;
using Hale.Readiness;

namespace Hale.Containers;

/// <summary>Listens to the engine for one container that a gate waits for: its end fails the gate at once, everything else has it looked at.</summary>
internal sealed class ContainerEar : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ContainerEngine engine;
    private readonly string container;
    private readonly ContainerSight sight;
    private readonly IGateEar gate;
    private readonly CancellationTokenSource stop = new();
    private readonly Task listening;
    private bool isOutOfMemory;

    /// <summary>Begins.</summary>
    public ContainerEar(ContainerEngine engine, string container, ContainerSight sight, IGateEar gate)
    {
        (this.engine, this.container, this.sight, this.gate) = (engine, container, sight, gate);
        listening = Task.Run(ListenAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task ListenAsync()
    {
        var pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var stream = await engine.ListenAsync(new() { Filter = EngineFilter.All.With("type", "container").With("container", container) }, stop.Token);
                // What was seen before may have changed since; from here on nothing is missed.
                Stir();
                pause = FirstPause;
                await foreach (var happened in stream.ReadAsync(stop.Token))
                {
                    if (IsAbout(happened) && await TakeAsync(happened))
                        return;
                }
            }
            catch (ContainerEngineException)
            {
                // The engine is away, and attempts say so: they could not tell.
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            Stir();
            await Task.Delay(pause, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private void Stir()
    {
        sight.MakeStale();
        gate.Stirred();
    }

    // Some engines take the filter for the beginning of a name.
    private bool IsAbout(EngineEvent happened) =>
        happened.Id.StartsWith(container, StringComparison.Ordinal) || happened.Attributes.GetValueOrDefault("name") == container || (sight.Known is { } known && happened.Id == known.Id);

    // True at the end.
    private async Task<bool> TakeAsync(EngineEvent happened)
    {
        switch (happened.Action)
        {
            case "oom":
                isOutOfMemory = true;
                return false;
            case "die" or "died":
                var how = await EndAsync(happened);
                isOutOfMemory = false;
                if (how is not null)
                {
                    gate.Lost(how);
                    return true;
                }
                break;
            case "start" or "destroy" or "remove" or "pause" or "unpause" or "rename":
            case var health when health.StartsWith("health_status", StringComparison.Ordinal):
                break;
            default:
                return false;
        }
        Stir();
        return false;
    }

    // Null when it is not its end: its restart policy starts it anew.
    private async Task<string?> EndAsync(EngineEvent death)
    {
        var code = ContainerEndReport.CodeOf(death);
        if (sight.Known is { } known && known.Id == death.Id && known.HostConfig.RestartPolicy.Name is "" or "no" && code is not null)
            return await ContainerEndReport.OfAsync(engine, known, death, isOutOfMemory, stop.Token);
        ContainerDetails after;
        try
        {
            after = await engine.Containers.InspectAsync(death.Id, stop.Token);
        }
        catch (ContainerEngineException gone) when (gone.IsMissing)
        {
            return $"container {container} ended{(code is null ? "" : string.Create(CultureInfo.InvariantCulture, $" with exit code {code}"))}, and was removed at once";
        }
        return after.State.HasEnded ? await ContainerEndReport.OfAsync(engine, after, stop.Token) : null;
    }
}
