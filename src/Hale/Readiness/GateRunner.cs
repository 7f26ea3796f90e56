using System.Collections.Concurrent;
using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Core.Readiness;
using Hale.Probes;
using Hale.Running;

namespace Hale.Readiness;

/// <summary>
/// Carries out what a <see cref="ReadinessGate"/> decides: begins attempts, stops them at their limits, watches processes, and tells the gate.
/// As in the schedule of the daemon, a probe that hangs holds up nobody: what does not stop is left behind.
/// </summary>
internal sealed class GateRunner : IDisposable
{
    private readonly ReadyTarget[] targets;
    private readonly ReadyOptions options;
    private readonly SteadyClock clock;
    private readonly ReadinessGate gate;
    private readonly Task[] attempts;
    private readonly CancellationTokenSource?[] stops;
    private readonly EndWatch?[] watches;

    // At most one result per target, and one death per process, are in here.
    private readonly ConcurrentQueue<Action> heard = new();
    private readonly SemaphoreSlim signal = new(0);
    private readonly ITimer timer;

    private GateRunner(ReadyTarget[] targets, ReadyOptions options)
    {
        this.targets = targets;
        this.options = options;
        clock = new SteadyClock(options.Time);
        gate = new ReadinessGate(Rules(targets, options), clock.Now);
        attempts = [.. targets.Select(_ => Task.CompletedTask)];
        stops = new CancellationTokenSource?[targets.Length];
        watches = new EndWatch?[targets.Length];
        timer = options.Time.CreateTimer(static signal => ((SemaphoreSlim)signal!).Release(), signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for the targets.</summary>
    /// <exception cref="ArgumentException">There is nothing to wait for, or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<ReadyReport> RunAsync(ReadyTarget[] targets, ReadyOptions options, CancellationToken cancel)
    {
        targets = [.. targets, .. options.WhilePids.Select(PidProbe.Target)];
        Check(targets, options);
        using var runner = new GateRunner(targets, options);
        runner.Watch();
        try
        {
            await runner.LoopAsync(cancel);
        }
        finally
        {
            await runner.StopAsync();
        }
        return await runner.ReportAsync();
    }

    public void Dispose()
    {
        timer.Dispose();
        foreach (var watch in watches)
            watch?.Dispose();
    }

    private static void Check(ReadyTarget[] targets, ReadyOptions options)
    {
        if (targets.Length == 0)
            throw new ArgumentException("there is nothing to wait for", nameof(targets));
        if (options.Timeout < TimeSpan.Zero && options.Timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(options), options.Timeout, "Timeout must not be negative");
        foreach (var (name, span) in new[] { (nameof(options.AttemptTimeout), options.AttemptTimeout), (nameof(options.Interval), options.Interval) })
        {
            if (span < TimeSpan.FromMilliseconds(1) || span > TimeSpan.FromDays(1))
                throw new ArgumentOutOfRangeException(nameof(options), span, $"{name} must be between 1 ms and one day");
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Successes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAttempts ?? 1, options.Successes);
    }

    private static GateSpec Rules(ReadyTarget[] targets, ReadyOptions options) =>
        new([.. targets.Select(target => new GateTargetSpec(target.Name) { IsGuard = target.Pid is not null })])
        {
            Any = options.Any,
            Timeout = options.Timeout == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : options.Timeout,
            AttemptTimeout = options.AttemptTimeout,
            Interval = options.Interval,
            Successes = options.Successes,
            MaxAttempts = options.MaxAttempts,
            IsSteady = options.Steady,
        };

    // Whom the gate depends on, and what may make a target ready, is watched before the first attempt, so that nothing falls in between.
    private void Watch()
    {
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i].Pid is { } pid)
                watches[i] = EndWatch.TryBegin(pid, how => Died($"process {pid} {how}"));
        }
        if (options.Process is { } process)
            Listen(EndOf(process));
        if (options.FailWhen is { } death)
            Listen(death);
    }

    private void Listen(Task<string> death) =>
        death.ContinueWith(ended => Died(ended.IsCompletedSuccessfully ? ended.Result : "what had to live cannot be watched"), TaskScheduler.Default);

    private static async Task<string> EndOf(System.Diagnostics.Process process)
    {
        await process.WaitForExitAsync(CancellationToken.None);
        return string.Create(CultureInfo.InvariantCulture, $"process {process.Id} exited with code {process.ExitCode}");
    }

    private void Died(string how)
    {
        var at = clock.Now;
        Tell(() => gate.Died(at, how));
    }

    private void Tell(Action what)
    {
        heard.Enqueue(what);
        signal.Release();
    }

    private async Task LoopAsync(CancellationToken cancel)
    {
        while (true)
        {
            while (heard.TryDequeue(out var tell))
                tell();
            var step = gate.Next(clock.Now);
            switch (step.Move)
            {
                case GateMove.End:
                    return;
                case GateMove.Try:
                    Begin(step);
                    break;
                default:
                    timer.Change(UpTo(step.At), Timeout.InfiniteTimeSpan);
                    await signal.WaitAsync(cancel);
                    break;
            }
        }
    }

    // Rounded up to what timers count, and no more than they take.
    private TimeSpan UpTo(Instant at)
    {
        var wait = at - clock.Now;
        return wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds)));
    }

    private void Begin(GateStep step)
    {
        stops[step.Target]?.Dispose();
        // Timers count whole milliseconds, and so do people who read the reason.
        step = step with { Limit = TimeSpan.FromMilliseconds(Math.Ceiling(step.Limit.TotalMilliseconds)) };
        var stop = stops[step.Target] = new CancellationTokenSource(step.Limit, options.Time);
        // On the pool, whatever the probe: one that blocks for good costs one thread per target, since it is not tried again.
        attempts[step.Target] = Task.Run(() => TryAsync(step, stop.Token), CancellationToken.None);
    }

    private async Task TryAsync(GateStep step, CancellationToken stop)
    {
        var target = targets[step.Target];
        ProbeResult result;
        try
        {
            result = await target.Probe.ProbeAsync(new ProbeContext(target.Name, "ready", Incarnation.None, null, step.Limit, options.Time), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            result = ProbeResult.Inconclusive($"the attempt did not end within its time-out of {Duration.Format(step.Limit)} and was stopped");
        }
        catch (Exception error)
        {
            result = ProbeResult.Inconclusive($"the attempt failed: {error.GetType().Name}: {Processes.OneLine.Of(error.Message, 300)}");
        }
        // The watch saw the same end, and knows how it came.
        if (result.Outcome == Outcome.Fail && watches[step.Target] is not null)
            return;
        var at = clock.Now;
        Tell(() =>
        {
            gate.Ended(step.Target, step.Attempt, at, result);
            options.Progress?.Invoke(new(target.Name, step.Attempt, at - gate.StartedAt, result.Outcome, result.Evidence, gate.Targets[step.Target].IsReady));
        });
    }

    // What still runs is stopped: a command of an exec target does not outlive the wait. What does not stop at once ends by itself, or never.
    private async Task StopAsync()
    {
        foreach (var stop in stops)
            stop?.Cancel();
        try
        {
            await Task.WhenAll(attempts).WaitAsync(ReadinessGate.LastWords, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            return;
        }
        foreach (var stop in stops)
            stop?.Dispose();
    }

    private async Task<ReadyReport> ReportAsync()
    {
        var verdict = gate.Verdict!;
        var explainer = verdict.End == GateEnd.Ready ? null : new RefusalExplainer(KnownPids());
        var reports = new List<ReadyTargetReport>();
        foreach (var (target, state) in targets.Zip(gate.Targets))
        {
            var hint = state.IsReady || explainer is null ? null : await explainer.ExplainAsync(target.Endpoint, state.Trouble);
            reports.Add(new(target.Name, state.IsReady, state.Attempts, state.Trouble, hint, state.Timeline.Episodes, state.Timeline.Dropped));
        }
        return new(verdict.End, verdict.Reason, gate.StartedAt, verdict.At - gate.StartedAt, reports);
    }

    private int[] KnownPids() => [.. targets.Select(target => target.Pid).OfType<int>(), .. options.KnownPids];
}
