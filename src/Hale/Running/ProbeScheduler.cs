using System.Collections.Concurrent;
using Hale.Config;
using Hale.Core.Model;
using Hale.Core.Scheduling;
using Hale.Probes;

namespace Hale.Running;

/// <summary>
/// Tries every check of a plan when the agenda says so, and posts what came of it. A hung target delays no other: attempts
/// run side by side, each ends at its time-out whether its probe co-operates or not, and no check is tried twice at the same time.
/// </summary>
/// <remarks>
/// At its time-out a probe is cancelled. What it returns then counts: a probe that asks its target for an answer says that
/// there was none. A probe that does not return within <see cref="StopsWithin"/> of being cancelled is left behind: the
/// attempt is <see cref="Outcome.Inconclusive"/>, and the check is not tried again until that probe has ended.
/// All methods may be called from any thread.
/// </remarks>
public sealed class ProbeScheduler
{
    /// <summary>How long a cancelled probe may take to end before it is left behind: 1 s, time to kill a process group and reap it.</summary>
    public static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(1);

    // Waking up so much later than asked for means that the whole process stood still.
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(2);

    // Left-behind attempts beyond this many take places among those in flight: a flood of them slows the schedule instead of filling the memory.
    private const int LeftBehindForFree = 512;

    private readonly Plan plan;
    private readonly SteadyClock clock;
    private readonly Func<int, (Incarnation Incarnation, int? Pid, bool Probe)> lifeOf;
    private readonly Action<Fact> post;

    private readonly Pacer pacer;
    private readonly BlockingLane lane = new();
    private readonly ConcurrentQueue<Attempt> pool = new();
    private readonly ProbeContext?[] contexts;
    private readonly LagHistogram lag = new();
    private readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Used by the pacer's action alone.
    private readonly List<Attempt> overdue = [];
    private Instant expectedAt = Instant.Distant;

    private readonly Lock gate = new();
    // All below are guarded by the gate.
    private readonly Agenda agenda;
    private readonly InFlight inFlight = new();
    private readonly List<Round>?[] waiting;
    private readonly bool[] isLeftBehind;
    private Instant wakesAt = Instant.Distant;
    private int leftBehind;
    private bool stopping;

    private long started;
    private long timedOut;

    /// <summary>Schedules the checks of a plan that have a probe. Nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="plan">The checks and their probes.</param>
    /// <param name="clock">The steady line and the timers.</param>
    /// <param name="lifeOf">
    /// By target: its present life, the process of that life, and whether it is to be probed now. Read just before each attempt,
    /// from the scheduling thread; must be quick and must not throw.
    /// </param>
    /// <param name="post">
    /// Takes an <see cref="Observed"/> per attempt. Called from many threads; an attempt counts as in flight until the call returns,
    /// so one that blocks slows the schedule. Must not throw.
    /// </param>
    public ProbeScheduler(
        Plan plan, SteadyClock clock, Func<int, (Incarnation Incarnation, int? Pid, bool Probe)> lifeOf, Action<Fact> post)
    {
        (this.plan, this.clock, this.lifeOf, this.post) = (plan, clock, lifeOf, post);
        var checks = plan.World.Checks.Length;
        agenda = new Agenda(plan.World, [.. Enumerable.Range(0, checks).Where(i => plan.Probes[i] is not null && !plan.World.Checks[i].IsPassive)]);
        contexts = new ProbeContext?[checks];
        waiting = new List<Round>?[checks];
        isLeftBehind = new bool[checks];
        pacer = Pacer.For(clock, Pump);
    }

    /// <summary>Attempts under way at once, at most. Default 2048. Further ones wait in the order in which they were due, and the lag shows.</summary>
    public int Limit { get; init; } = 2048;

    /// <summary>Attempts under way.</summary>
    public int InFlight
    {
        get
        {
            lock (gate)
                return inFlight.Count;
        }
    }

    /// <summary>Attempts whose probe ignored its time-out and is still running.</summary>
    public int Abandoned
    {
        get
        {
            lock (gate)
                return leftBehind;
        }
    }

    /// <summary>Attempts begun.</summary>
    public long Started => Volatile.Read(ref started);

    /// <summary>Attempts that were ended by the time-out.</summary>
    public long TimedOut => Volatile.Read(ref timedOut);

    /// <summary>Slots that passed without an attempt because the last one was still under way or Hale was stalled.</summary>
    public long SlotsMissed
    {
        get
        {
            lock (gate)
                return agenda.Missed;
        }
    }

    /// <summary>How late attempts began, in seconds, over the last minute or so: 50th, 90th and 99th percentile.</summary>
    public (double P50, double P90, double P99) Lag
    {
        get
        {
            var now = clock.Now.Ticks;
            return (lag.Percentile(0.50, now), lag.Percentile(0.90, now), lag.Percentile(0.99, now));
        }
    }

    /// <summary>
    /// Tries the checks until <paramref name="cancel"/>; then stops the probes that run and gives them <see cref="StopsWithin"/> to end. Nothing is
    /// posted for those, nor after the task has completed. To be called once.
    /// </summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        lock (gate)
            agenda.Start(clock.Now);
        pacer.Start();
        try
        {
            await failed.Task.WaitAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The orderly end.
        }
        finally
        {
            await StopAsync();
        }
    }

    /// <summary>Has the check tried as soon as possible, or once more if an attempt is under way. Its slots stay where they are.</summary>
    public void Hasten(int check)
    {
        bool wake;
        lock (gate)
        {
            if (!agenda.Knows(check))
                return;
            agenda.Hasten(check, clock.Now);
            wake = IsToBeWoken();
        }
        if (wake)
            pacer.Wake();
    }

    /// <summary>
    /// Has the checks tried now. Completes when attempts that began after this call have been posted. Checks that are not
    /// scheduled, or whose target is not to be probed, are passed over; one whose last probe was left behind is posted as inconclusive.
    /// Called before <see cref="RunAsync"/>, it asks for the first attempts, all of them at once.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled, or the scheduler stopped.</exception>
    public Task TryNowAsync(IReadOnlyList<int> checks, CancellationToken cancel)
    {
        var round = new Round(checks.Count + 1);
        List<int> hanging = [];
        bool wake;
        lock (gate)
        {
            if (stopping)
                return Task.FromException(new OperationCanceledException("the scheduler has stopped"));
            foreach (var check in checks)
            {
                if (!agenda.Knows(check))
                {
                    round.CountDown();
                }
                else if (isLeftBehind[check])
                {
                    hanging.Add(check);
                }
                else
                {
                    (waiting[check] ??= []).Add(round);
                    agenda.Hasten(check, clock.Now);
                }
            }
            wake = IsToBeWoken();
        }
        if (wake)
            pacer.Wake();
        foreach (var check in hanging)
        {
            var life = lifeOf(plan.World.Checks[check].Target).Incarnation;
            Post(check, life, clock.Now, ProbeResult.Inconclusive("an earlier probe was left behind and has not ended yet"));
            round.CountDown();
        }
        round.CountDown();
        return round.Task.WaitAsync(cancel);
    }

    /// <summary>Looks at the schedule now, on this thread where the time is manual: what is due next is booked when the call returns.</summary>
    internal void Wake() => pacer.Wake();

    /// <summary>The attempt's probe is about to be called. Returns the moment at which it begins.</summary>
    internal Instant Begun(Attempt attempt)
    {
        var now = clock.Now;
        attempt.Deadline = now + attempt.Context.Timeout;
        lag.Record(now - attempt.Due, now.Ticks);
        Interlocked.Increment(ref started);
        return now;
    }

    /// <summary>The attempt's probe has ended in time.</summary>
    internal void Ended(Attempt attempt, ProbeResult result, bool reusable)
    {
        Post(attempt, attempt.StartedAt, result);
        bool wake;
        lock (gate)
        {
            Remove(attempt);
            agenda.Return(attempt.Check, clock.Now);
            wake = IsToBeWoken();
        }
        if (reusable && attempt.TryReset())
            pool.Enqueue(attempt);
        if (wake)
            pacer.Wake();
    }

    /// <summary>The probe of an attempt that was left behind has ended after all.</summary>
    internal void EndedLate(Attempt attempt)
    {
        bool wake;
        lock (gate)
        {
            leftBehind--;
            isLeftBehind[attempt.Check] = false;
            agenda.Return(attempt.Check, clock.Now);
            wake = IsToBeWoken();
        }
        if (wake)
            pacer.Wake();
    }

    // The pacer's action: begins what is due, ends what is overdue, and says when to look again.
    private Instant Pump()
    {
        try
        {
            var now = clock.Now;
            lock (gate)
            {
                if (now - expectedAt > Stall)
                    agenda.Respread(now);
            }
            while (TryTake(now, out var check, out var due))
                Begin(check, due);
            Sweep(now);
            lock (gate)
            {
                wakesAt = HasRoom ? Instant.Min(agenda.NextDue, inFlight.NextSweep) : inFlight.NextSweep;
                return expectedAt = wakesAt;
            }
        }
        catch (Exception error)
        {
            failed.TrySetException(error);
            return Instant.Distant;
        }
    }

    private bool HasRoom => inFlight.Count + Math.Max(0, leftBehind - LeftBehindForFree) < Limit;

    private bool TryTake(Instant now, out int check, out Instant due)
    {
        lock (gate)
        {
            check = -1;
            TimeSpan late = default;
            var taken = !stopping && HasRoom && agenda.TryTake(now, out check, out late);
            due = now - late;
            return taken;
        }
    }

    private void Begin(int check, Instant due)
    {
        var spec = plan.World.Checks[check];
        var (incarnation, pid, probe) = lifeOf(spec.Target);
        List<Round>? rounds;
        Attempt? attempt = null;
        lock (gate)
        {
            (rounds, waiting[check]) = (waiting[check], null);
            if (!probe)
            {
                agenda.Return(check, clock.Now);
            }
            else
            {
                if (!pool.TryDequeue(out attempt))
                    attempt = new Attempt(this);
                attempt.Prepare(check, plan.Probes[check]!, ContextOf(check, spec, incarnation, pid), due, rounds);
                attempt.Deadline = clock.Now + spec.Timeout;
                inFlight.Add(attempt);
            }
        }
        if (attempt is null)
        {
            foreach (var round in rounds ?? [])
                round.CountDown();
        }
        else if (attempt.Probe is IBlockingProbe)
        {
            lane.Enqueue(attempt);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(attempt, preferLocal: false);
        }
    }

    private ProbeContext ContextOf(int check, CheckSpec spec, Incarnation incarnation, int? pid)
    {
        var last = contexts[check];
        return last is not null && last.Incarnation == incarnation && last.Pid == pid
            ? last
            : contexts[check] = new ProbeContext(plan.World.Targets[spec.Target].Name, spec.Name, incarnation, pid, spec.Timeout, clock.Time);
    }

    private void Sweep(Instant now)
    {
        overdue.Clear();
        lock (gate)
        {
            if (now >= inFlight.NextSweep)
                inFlight.Sweep(now, overdue);
        }
        foreach (var attempt in overdue)
            Expire(attempt, now);
    }

    private void Expire(Attempt attempt, Instant now)
    {
        Attempt.Expiry expiry;
        lock (gate)
        {
            expiry = attempt.Expire();
            if (expiry is Attempt.Expiry.Cancel)
                inFlight.Postpone(attempt, now + StopsWithin);
            else if (expiry is Attempt.Expiry.LeaveBehind or Attempt.Expiry.NeverBegan)
            {
                // In one step with the attempt's own state: from here on its probe may end at any moment, and takes the mark away again.
                leftBehind++;
                isLeftBehind[attempt.Check] = true;
                Remove(attempt);
            }
        }
        switch (expiry)
        {
            case Attempt.Expiry.Cancel:
                Interlocked.Increment(ref timedOut);
                attempt.Cancel();
                break;
            case Attempt.Expiry.LeaveBehind:
                lane.LeftBehind(attempt);
                Post(attempt, attempt.StartedAt, ProbeResult.Inconclusive("the probe did not end within its time-out and was left behind"));
                break;
            case Attempt.Expiry.NeverBegan:
                Post(attempt, now, ProbeResult.Inconclusive("the probe could not begin within its time-out: every thread that could run it is busy"));
                break;
        }
    }

    private void Remove(Attempt attempt)
    {
        inFlight.Remove(attempt);
        if (stopping && inFlight.Count == 0)
            drained.TrySetResult();
    }

    private void Post(Attempt attempt, Instant startedAt, ProbeResult result)
    {
        Post(attempt.Check, attempt.Context.Incarnation, startedAt, result);
        foreach (var round in attempt.Rounds ?? [])
            round.CountDown();
    }

    private void Post(int check, Incarnation incarnation, Instant startedAt, ProbeResult result)
    {
        var now = clock.Now;
        if (!Volatile.Read(ref stopping))
            post(new Observed(now, new Observation(check, incarnation, startedAt, now - startedAt, result)));
    }

    // Whether something is due before the pacer means to run. Says so once per run of the pacer.
    private bool IsToBeWoken()
    {
        if (stopping || !HasRoom || agenda.NextDue >= wakesAt)
            return false;
        wakesAt = Instant.Never;
        return true;
    }

    private async Task StopAsync()
    {
        List<Attempt> running = [];
        lock (gate)
        {
            stopping = true;
            foreach (var round in waiting.SelectMany(rounds => rounds ?? []))
                round.GiveUp();
        }
        pacer.Stop();
        lock (gate)
        {
            inFlight.CopyTo(running);
            if (running.Count == 0)
                drained.TrySetResult();
        }
        foreach (var attempt in running)
        {
            foreach (var round in attempt.Rounds ?? [])
                round.GiveUp();
            Expire(attempt, clock.Now);
        }
        try
        {
            await drained.Task.WaitAsync(StopsWithin, clock.Time);
        }
        catch (TimeoutException)
        {
            // What does not end is left to end by itself; nothing is posted any more.
        }
    }
}
