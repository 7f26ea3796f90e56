using System.Collections.Concurrent;
using Hale.Config;
using Hale.Core.Model;
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

    private readonly SteadyClock clock;
    private readonly Pacer pacer;
    private readonly BlockingLane lane = new();
    private readonly ConcurrentQueue<Attempt> pool = new();
    private readonly LagHistogram lag = new();
    private readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Used by the pacer's action alone.
    private readonly List<Attempt> overdue = [];
    private Instant expectedAt = Instant.Distant;

    private readonly Lock gate = new();
    // All below are guarded by the gate.
    private ProbeTable table;
    private readonly InFlight inFlight = new();
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
        : this(plan, clock, lifeOf, post, new Numbering())
    {
    }

    /// <summary>As above, with the numbering that a later plan follows.</summary>
    internal ProbeScheduler(
        Plan plan, SteadyClock clock, Func<int, (Incarnation Incarnation, int? Pid, bool Probe)> lifeOf, Action<Fact> post, Numbering numbers)
    {
        this.clock = clock;
        table = new ProbeTable(plan, lifeOf, post, numbers);
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
                return table.Agenda.Missed;
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
            table.Agenda.Start(clock.Now);
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

    /// <summary>
    /// Goes on with another plan. A check that goes on unchanged keeps its slots, and an attempt of it that is under way counts; what is new or changed is
    /// tried soon; what an attempt of a check that is no more brings is posted in the old numbers, for the reader to drop.
    /// </summary>
    /// <param name="plan">The new plan.</param>
    /// <param name="lifeOf">As for the constructor, by the new target indices.</param>
    /// <param name="post">As for the constructor, in the new numbers.</param>
    /// <param name="numbers">The new numbering; the present one has been told that this follows.</param>
    internal void Use(Plan plan, Func<int, (Incarnation Incarnation, int? Pid, bool Probe)> lifeOf, Action<Fact> post, Numbering numbers)
    {
        ProbeTable before;
        bool wake;
        lock (gate)
        {
            before = table;
            table = before.MovedTo(plan, lifeOf, post, numbers, clock.Now);
            wake = IsToBeWoken();
        }
        // Who waited for a check that is no more waits for nothing.
        foreach (var round in before.Waiting.SelectMany(rounds => rounds ?? []))
            round.CountDown();
        if (wake)
            pacer.Wake();
    }

    /// <summary>Has the check tried as soon as possible, or once more if an attempt is under way. Its slots stay where they are.</summary>
    public void Hasten(int check)
    {
        bool wake;
        lock (gate)
        {
            if (!table.Agenda.Knows(check))
                return;
            table.Agenda.Hasten(check, clock.Now);
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
        ProbeTable asked;
        bool wake;
        lock (gate)
        {
            asked = table;
            if (stopping)
                return Task.FromException(new OperationCanceledException("the scheduler has stopped"));
            foreach (var check in checks)
            {
                if (!asked.Agenda.Knows(check))
                {
                    round.CountDown();
                }
                else if (asked.IsLeftBehind[check])
                {
                    hanging.Add(check);
                }
                else
                {
                    (asked.Waiting[check] ??= []).Add(round);
                    asked.Agenda.Hasten(check, clock.Now);
                }
            }
            wake = IsToBeWoken();
        }
        if (wake)
            pacer.Wake();
        foreach (var check in hanging)
        {
            var life = asked.LifeOf(asked.Plan.World.Checks[check].Target).Incarnation;
            Post(asked, check, life, clock.Now, ProbeResult.Inconclusive("an earlier probe was left behind and has not ended yet"));
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
            Return(attempt, result);
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
            MarkLeftBehind(attempt, false);
            Return(attempt);
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
                    table.Agenda.Respread(now);
            }
            while (TryTake(now, out var taken, out var check, out var due))
                Begin(taken, check, due);
            Sweep(now);
            lock (gate)
            {
                wakesAt = HasRoom ? Instant.Min(table.Agenda.NextDue, inFlight.NextSweep) : inFlight.NextSweep;
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

    private bool TryTake(Instant now, out ProbeTable from, out int check, out Instant due)
    {
        lock (gate)
        {
            from = table;
            check = -1;
            TimeSpan late = default;
            var taken = !stopping && HasRoom && from.Agenda.TryTake(now, out check, out late);
            due = now - late;
            return taken;
        }
    }

    private void Begin(ProbeTable taken, int check, Instant due)
    {
        var (incarnation, pid, probe) = taken.LifeOf(taken.Plan.World.Checks[check].Target);
        List<Round>? rounds;
        Attempt? attempt = null;
        lock (gate)
        {
            // Another plan may have come since it was taken; the life that was read is that of the same target all the same.
            check = taken.Numbers.In(table.Numbers, check);
            if (check < 0)
                return;
            (rounds, table.Waiting[check]) = (table.Waiting[check], null);
            if (!probe)
            {
                table.Agenda.Return(check, clock.Now);
            }
            else
            {
                if (!pool.TryDequeue(out attempt))
                    attempt = new Attempt(this);
                attempt.Prepare(table, check, table.ContextOf(check, incarnation, pid, clock.Time), due, rounds);
                attempt.Deadline = clock.Now + attempt.Context.Timeout;
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

    // Under the gate. The check of an attempt that was begun under an earlier plan may have another number now, or be no more.
    private void Return(Attempt attempt, ProbeResult? result = null)
    {
        if (attempt.Table.Numbers.In(table.Numbers, attempt.Check) is not (>= 0 and var check))
            return;
        var now = clock.Now;
        table.Agenda.Return(check, now, table.Gates.Next(check, attempt.Context.Incarnation, attempt.StartedAt, now, result));
    }

    // Under the gate.
    private void MarkLeftBehind(Attempt attempt, bool isLeftBehind)
    {
        if (attempt.Table.Numbers.In(table.Numbers, attempt.Check) is >= 0 and var check)
            table.IsLeftBehind[check] = isLeftBehind;
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
                MarkLeftBehind(attempt, true);
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
        Post(attempt.Table, attempt.Check, attempt.Context.Incarnation, startedAt, result);
        foreach (var round in attempt.Rounds ?? [])
            round.CountDown();
    }

    private void Post(ProbeTable by, int check, Incarnation incarnation, Instant startedAt, ProbeResult result)
    {
        var now = clock.Now;
        if (!Volatile.Read(ref stopping))
            by.Post(new Observed(now, new Observation(check, incarnation, startedAt, now - startedAt, result)));
    }

    // Whether something is due before the pacer means to run. Says so once per run of the pacer.
    private bool IsToBeWoken()
    {
        if (stopping || !HasRoom || table.Agenda.NextDue >= wakesAt)
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
            foreach (var round in table.Waiting.SelectMany(rounds => rounds ?? []))
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
