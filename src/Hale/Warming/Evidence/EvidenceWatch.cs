using Hale.Core.Model;
using Hale.Running;

namespace Hale.Warming.Evidence;

/// <summary>
/// Looks for one piece of evidence again and again: at once when an event is heard, otherwise at first often and later every second at most. A look that hangs is left alone and not
/// repeated until it has ended.
/// </summary>
/// <param name="evidence">What to look for.</param>
/// <param name="clock">The steady line.</param>
/// <param name="told">Gets each look: when it began, when it ended, and what came of it. Called from any thread, one look at a time.</param>
internal sealed class EvidenceWatch(IEvidence evidence, SteadyClock clock, Action<Instant, Instant, ProbeResult> told) : IDisposable
{
    /// <summary>The longest pause between two looks: the slow re-scan behind the events.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    // A file that is written to all the time tells so all the time.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    // Whoever measures time to evidence by looking adds half a pause to it: a share of 1/50 is a twentieth of the tolerance of "alike".
    private const double Share = 0.02;

    private readonly SemaphoreSlim pulse = new(0);
    private readonly Lock gate = new();
    private bool isPulsed;

    /// <summary>Something has happened that is worth a look.</summary>
    public void Hasten()
    {
        lock (gate)
        {
            if (isPulsed)
                return;
            isPulsed = true;
            pulse.Release();
        }
    }

    /// <summary>Looks until it is cancelled.</summary>
    /// <param name="deadline">A look ends before this, so that it can still say what it was waiting for.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(Instant deadline, CancellationToken cancel)
    {
        var started = clock.Now;
        Task<ProbeResult>? look = null;
        var beganAt = started;
        while (!cancel.IsCancellationRequested)
        {
            if (look is null)
            {
                beganAt = clock.Now;
                var limit = LimitOf(deadline - beganAt);
                look = Task.Run(() => LookAsync(limit, cancel), CancellationToken.None);
            }
            if (await EndsAsync(look, cancel) is { } result)
            {
                told(beganAt, clock.Now, result);
                look = null;
            }
            else if (!cancel.IsCancellationRequested)
                told(beganAt, clock.Now, ProbeResult.Inconclusive($"a look did not end within {LookLimit.TotalSeconds:0} s and was left alone"));
            await PauseAsync(clock.Now - started, deadline - clock.Now, cancel);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => evidence.Dispose();

    private static TimeSpan LimitOf(TimeSpan left)
    {
        var limit = left - Shortest < LookLimit ? left - Shortest : LookLimit;
        return limit < Shortest ? Shortest : limit;
    }

    private async Task<ProbeResult> LookAsync(TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            return await evidence.LookAsync(limit, cancel);
        }
        catch (Exception trouble) when (!cancel.IsCancellationRequested)
        {
            return ProbeResult.Inconclusive(trouble.Message.ReplaceLineEndings(" "));
        }
    }

    // Null when it goes on, or nobody wants to know any more.
    private async Task<ProbeResult?> EndsAsync(Task<ProbeResult> look, CancellationToken cancel)
    {
        try
        {
            return await look.WaitAsync(LookLimit + Patience, clock.Time, cancel);
        }
        catch (Exception reason) when (reason is TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task PauseAsync(TimeSpan waited, TimeSpan left, CancellationToken cancel)
    {
        var pause = evidence.IsTold ? Slow : TimeSpan.FromTicks(Math.Clamp((long)(waited.Ticks * Share), Breath.Ticks, Slow.Ticks));
        // The reason of a deadline is what was there last, not what was there a second ago.
        if (left > Shortest + Breath && pause > left - Shortest)
            pause = left - Shortest;
        try
        {
            if (await pulse.WaitAsync(pause, cancel))
            {
                lock (gate)
                    isPulsed = false;
                await Task.Delay(Breath, clock.Time, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The evidence is not wanted any more.
        }
    }
}
