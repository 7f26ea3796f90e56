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
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    // For all targets together, where somebody else has to be asked. What takes longer is left out.
    private static readonly TimeSpan Explaining = TimeSpan.FromSeconds(1);

    private readonly ReadyTarget[] targets;
    private readonly ReadyOptions options;
    private readonly SteadyClock clock;
    private readonly ReadinessGate gate;
    private readonly GateAttempt?[] attempts;
    private readonly EndWatch?[] watches;
    private readonly List<IAsyncDisposable> listening = [];

    // At most one result per target, one death per process, and what was heard since the last turn are in here.
    private readonly ConcurrentQueue<Action> heard = new();
    private readonly SemaphoreSlim signal = new(0);
    private ITimer? timer;
    private int underWay;
    private bool isOnCallersThread;
    private CancellationToken callersCancel;

    private GateRunner(ReadyTarget[] targets, ReadyOptions options)
    {
        this.targets = targets;
        this.options = options;
        clock = new SteadyClock(options.Time);
        gate = new ReadinessGate(Rules(targets, options), clock.Now);
        attempts = new GateAttempt?[targets.Length];
        watches = new EndWatch?[targets.Length];
    }

    /// <summary>Waits for the targets.</summary>
    /// <exception cref="ArgumentException">There is nothing to wait for, or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<ReadyReport> RunAsync(ReadyTarget[] targets, ReadyOptions options, CancellationToken cancel)
    {
        using var runner = Begin(targets, options);
        try
        {
            while (runner.Advance(out var wait))
                await runner.PauseAsync(wait, cancel);
        }
        finally
        {
            await runner.StopAsync();
            await runner.StopListeningAsync();
        }
        return await runner.ReportAsync();
    }

    /// <summary>
    /// The same on the calling thread, which has nothing else to do. A command that waits for what is ready lives for a few hundredths of a second, and
    /// a good part of them would go into compiling the state machines of asynchronous methods.
    /// </summary>
    public static ReadyReport Run(ReadyTarget[] targets, ReadyOptions options, CancellationToken cancel)
    {
        using var runner = Begin(targets, options);
        (runner.isOnCallersThread, runner.callersCancel) = (true, cancel);
        try
        {
            while (runner.Advance(out var wait))
                runner.signal.Wait(wait, cancel);
        }
        finally
        {
            for (var until = runner.StopUntil(); runner.IsStillRunning(until);)
                runner.signal.Wait(Breath, CancellationToken.None);
            if (runner.listening.Count > 0)
                runner.StopListeningAsync().GetAwaiter().GetResult();
        }
        return runner.gate.Verdict!.End == GateEnd.Ready ? runner.ReportOf([]) : runner.ReportAsync().GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        timer?.Dispose();
        foreach (var watch in watches)
            watch?.Dispose();
    }

    private static GateRunner Begin(ReadyTarget[] targets, ReadyOptions options)
    {
        targets = [.. targets, .. options.WhilePids.Select(PidProbe.Target)];
        Check(targets, options);
        var runner = new GateRunner(targets, options);
        runner.Watch();
        return runner;
    }

    private static void Check(ReadyTarget[] targets, ReadyOptions options)
    {
        if (targets.Length == 0)
            throw new ArgumentException("there is nothing to wait for", nameof(targets));
        if (options.Timeout < TimeSpan.Zero && options.Timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(options), options.Timeout, "Timeout must not be negative");
        CheckSpan(nameof(options.AttemptTimeout), options.AttemptTimeout);
        CheckSpan(nameof(options.Interval), options.Interval);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Successes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAttempts ?? int.MaxValue, options.Successes);
    }

    private static void CheckSpan(string name, TimeSpan span)
    {
        if (span < TimeSpan.FromMilliseconds(1) || span > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(name, span, $"{name} must be between 1 ms and one day");
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
            if (targets[i].Watch is { } watch)
                listening.Add(watch.Begin(new Ear(this, i)));
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

    // Does what is to be done now. True when there is nothing more to do for a while, false at the end.
    private bool Advance(out TimeSpan wait)
    {
        wait = default;
        while (true)
        {
            while (heard.TryDequeue(out var tell))
                tell();
            var step = gate.Next(clock.Now);
            if (step.Move == GateMove.End)
                return false;
            if (step.Move == GateMove.Wait)
            {
                wait = UpTo(step.At);
                return true;
            }
            Begin(step);
        }
    }

    private Task PauseAsync(TimeSpan wait, CancellationToken cancel)
    {
        timer ??= options.Time.CreateTimer(static signal => ((SemaphoreSlim)signal!).Release(), signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(wait, Timeout.InfiniteTimeSpan);
        return signal.WaitAsync(cancel);
    }

    // Rounded up to what timers count, and no more than they take.
    private TimeSpan UpTo(Instant at)
    {
        var wait = at - clock.Now;
        return wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds)));
    }

    private void Begin(GateStep step)
    {
        var target = targets[step.Target];
        // Timers count whole milliseconds, and so do people who read the reason.
        var limit = TimeSpan.FromMilliseconds(Math.Ceiling(step.Limit.TotalMilliseconds));
        // The first try of the only thing that is waited for: nothing else happens meanwhile. Later ones have been waited for anyway.
        var isAlone = isOnCallersThread && step.Attempt == 1 && targets.Length == 1 && options is { Process: null, FailWhen: null };
        var context = new ProbeContext(target.Name, "ready", Incarnation.None, null, limit, options.Time) { IsAlone = isAlone };
        Interlocked.Increment(ref underWay);
        var attempt = new GateAttempt(target.Probe, context, result => Ended(step, result));
        attempts[step.Target]?.Dispose();
        attempts[step.Target] = attempt;
        // On the pool, whatever the probe: one that blocks for good costs one thread per target, since it is not tried again. Only our own
        // connections, which end when they are cancelled, may begin on the thread that waits.
        if (isOnCallersThread && target.Endpoint is not null)
        {
            using var stop = callersCancel.UnsafeRegister(static attempt => ((GateAttempt)attempt!).Cancel(), attempt);
            attempt.Execute();
        }
        else
            ThreadPool.UnsafeQueueUserWorkItem(attempt, preferLocal: false);
    }

    private void Ended(GateStep step, ProbeResult result)
    {
        var at = clock.Now;
        Interlocked.Decrement(ref underWay);
        Tell(() =>
        {
            // The watch saw the same end, and knows how it came.
            if (result.Outcome == Outcome.Fail && watches[step.Target] is not null)
                return;
            gate.Ended(step.Target, step.Attempt, at, result);
            options.Progress?.Invoke(new(
                targets[step.Target].Name, step.Attempt, at - gate.StartedAt, result.Outcome, result.Evidence, gate.Targets[step.Target].IsReady));
        });
    }

    private async Task StopListeningAsync()
    {
        foreach (var ear in listening)
            await ear.DisposeAsync();
    }

    private async Task StopAsync()
    {
        for (var until = StopUntil(); IsStillRunning(until);)
            await signal.WaitAsync(Breath, CancellationToken.None);
    }

    // What still runs is stopped: a command of an exec target does not outlive the wait. What does not stop at once ends by itself, or never. At the
    // deadline everything has been stopped, and waited for, already.
    private long StopUntil()
    {
        if (Volatile.Read(ref underWay) == 0)
            return 0;
        foreach (var attempt in attempts)
            attempt?.Cancel();
        return gate.Verdict is { } verdict && verdict.At >= gate.Deadline ? 0 : Environment.TickCount64 + (long)ReadinessGate.LastWords.TotalMilliseconds;
    }

    private bool IsStillRunning(long until) => Volatile.Read(ref underWay) > 0 && Environment.TickCount64 < until;

    private async Task<ReadyReport> ReportAsync()
    {
        if (gate.Verdict!.End == GateEnd.Ready)
            return ReportOf([]);
        using var limit = new CancellationTokenSource(Explaining, options.Time);
        var explainer = new RefusalExplainer(KnownPids());
        var hints = new string?[targets.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            if (gate.Targets[i].IsReady)
                continue;
            hints[i] = targets[i].Watch is { } watch
                ? await watch.ExplainAsync(gate.Targets[i], limit.Token)
                : await explainer.ExplainAsync(targets[i].Endpoint, gate.Targets[i].Trouble);
        }
        return ReportOf(hints);
    }

    private ReadyReport ReportOf(string?[] hints)
    {
        var verdict = gate.Verdict!;
        var reports = new ReadyTargetReport[targets.Length];
        for (var i = 0; i < reports.Length; i++)
        {
            var state = gate.Targets[i];
            reports[i] = new(
                state.Spec.Name, state.IsReady, state.Attempts, state.Trouble, hints.Length == 0 ? null : hints[i], state.Timeline.Episodes, state.Timeline.Dropped);
        }
        return new(verdict.End, verdict.Reason, gate.StartedAt, verdict.At - gate.StartedAt, reports);
    }

    private int[] KnownPids() => [.. targets.Select(target => target.Pid).OfType<int>(), .. options.KnownPids];

    /// <summary>What a target's watch hears.</summary>
    private sealed class Ear(GateRunner runner, int target) : IGateEar
    {
        public void Lost(string how)
        {
            var at = runner.clock.Now;
            runner.Tell(() => runner.gate.Lost(target, at, how));
        }

        public void Stirred()
        {
            var at = runner.clock.Now;
            runner.Tell(() => runner.gate.Hasten(target, at));
        }
    }
}
