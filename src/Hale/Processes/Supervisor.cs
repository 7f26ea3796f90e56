using Hale.Config;
using Hale.Core.Model;
using Hale.Native;
using Hale.Running;

namespace Hale.Processes;

/// <summary>
/// Owns the process of one supervised target: starts it, ends it, finds it again after a restart of Hale. Safe to use from any thread.
/// </summary>
/// <remarks>
/// The process survives Hale: it has its own session, writes to its output file itself, and carries a marker in its environment
/// (<see cref="LifeMarker"/>) by which the next Hale knows it. Nothing is ever identified by the text of its command.
/// </remarks>
public sealed class Supervisor
{
    // How long SIGKILL is given: only an uninterruptible wait resists it.
    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly int target;
    private volatile ProcessSpec spec;
    private readonly string stateId;
    private readonly string name;
    private readonly string recordPath;
    private readonly OutputFile output;
    private readonly Relatives relatives;
    private readonly ProcessWatcher watcher;
    private readonly SteadyClock clock;
    private readonly Action<Fact> post;
    private Dictionary<string, string> environment;

    private readonly Lock gate = new();
    private volatile Life? current;

    // Ended lives of which something may be left, by intent and leader. Empty is the proof that a new life will be the only one.
    private readonly HashSet<(long IntentId, int Leader)> ended = [];
    private Task<IReadOnlyList<ProcessIdentity>> sweep = Task.FromResult<IReadOnlyList<ProcessIdentity>>([]);
    private bool hasLooked;

    /// <summary>Prepares; touches no process yet.</summary>
    /// <param name="target">Index of the target, for the facts.</param>
    /// <param name="name">Its name.</param>
    /// <param name="spec">What to run.</param>
    /// <param name="stateDirectory">Path of the state directory; its lock must be held (<see cref="StateDirectory"/>).</param>
    /// <param name="watcher">Notices the end; owned by the caller, and outlives this object.</param>
    /// <param name="clock">The steady line.</param>
    /// <param name="post">Takes <see cref="LifeBegan"/> and <see cref="LifeEnded"/>, in this order for each life; must neither block nor throw.</param>
    public Supervisor(
        int target, string name, ProcessSpec spec, string stateDirectory, ProcessWatcher watcher, SteadyClock clock, Action<Fact> post)
    {
        this.target = target;
        this.name = name;
        this.spec = spec;
        this.watcher = watcher;
        this.clock = clock;
        this.post = post;
        stateId = StateDirectory.ReadOrCreateId(stateDirectory);
        var outputs = Directory.CreateDirectory(Path.Combine(stateDirectory, "output")).FullName;
        var lives = Directory.CreateDirectory(Path.Combine(stateDirectory, "lives")).FullName;
        output = new OutputFile(Path.Combine(outputs, FileName.For(name) + ".log"), spec.OutputMax, spec.OutputKeep);
        recordPath = Path.Combine(lives, FileName.For(name));
        relatives = new Relatives(stateId, name);
        environment = EnvironmentOf(spec);
    }

    /// <summary>
    /// The process was begun by another <c>process:</c> section than the present one, and goes on so until its next start. False without a process, and
    /// for one that an earlier Hale began: how is not known then.
    /// </summary>
    public bool IsOutdated => current?.BegunBy is { } begun && !ConfigComparison.BeginsAlike(begun, spec);

    /// <summary>
    /// Goes by another section from now on: how it is stopped and what is kept of its output at once, what is run with the next start. The
    /// process is not touched.
    /// </summary>
    public void Use(ProcessSpec next)
    {
        lock (gate)
        {
            spec = next;
            environment = EnvironmentOf(next);
            output.Use(next.OutputMax, next.OutputKeep);
        }
    }

    /// <summary>The living process; null if there is none.</summary>
    public SupervisedProcess? Current => current?.Process;

    /// <summary>The intent that began the last life known, living or not, from this Hale or an earlier one; null if there was none since the machine booted.</summary>
    public long? LastIntent => current?.Process.IntentId ?? LifeRecord.Read(recordPath)?.IntentId;

    /// <summary>
    /// Asks the kernel whether that life is the present one and still alive, rather than waiting to be told of its end. A process that has
    /// exited and is not reaped yet is not alive; one that may not be signalled is.
    /// </summary>
    public bool IsAlive(Incarnation life)
    {
        lock (gate)
            return current is { } held && held.Process.Incarnation == life
                && held.Handle.Signal(0) != Errno.NoProcess && Pidfd.Peek(held.Handle.Pidfd) is null;
    }

    /// <summary>
    /// Starts the process and posts <see cref="LifeBegan"/>. Refuses while a life is running, and ends what is left of an earlier one first
    /// (by SIGKILL; <see cref="EndLeftoversAsync"/> beforehand does it politely).
    /// </summary>
    /// <param name="intentId">Names the life. Never used twice.</param>
    public StartResult Start(long intentId)
    {
        lock (gate)
        {
            if (!hasLooked)
                LookForLives();
            if (current is { } running)
                return new(null, $"is running already as {running.Process.Incarnation}");
            if (Relatives.Kill(() => relatives.LeftOf(ended)) is [var survivor, ..])
                return new(null, $"process {survivor.Stat.Identity.Pid} of an earlier life does not die, not even of SIGKILL");
            ended.Clear();

            using var file = output.OpenForAppend();
            if (file.IsInvalid)
                return new(null, $"cannot open its output file: {Errno.Describe(Errno.Last)}");
            var outputFrom = output.Position;
            environment[LifeMarker.Variable] = new LifeMarker(stateId, name, intentId).ToString();

            var beganAt = clock.Now;
            var (process, error) = Launch.Start(spec.Command, environment, spec.Directory, file, file);
            if (process is null)
                return new(null, error);
            if (TryBegin(process, intentId, beganAt, outputFrom, adopted: false))
                return new(Current, null);
            Pidfd.Abort(process.Identity.Pid);
            process.Dispose();
            return new(null, "was started and ended again, as it cannot be watched");
        }
    }

    /// <summary>
    /// Ends one life: the stop signal to its process group, after the grace time SIGKILL, and then whatever is left of its session. Only if that
    /// life is the present one; another is never signalled.
    /// </summary>
    public async Task<StopResult> StopAsync(Incarnation life, CancellationToken cancel)
    {
        Life stopping;
        lock (gate)
        {
            if (current is not { } running)
                return new(StopEnd.NotThisLife, $"{life} has ended already");
            if (running.Process.Incarnation != life)
                return new(StopEnd.NotThisLife, $"the present life is {running.Process.Incarnation}, not {life}");
            stopping = running;
            if (stopping.AskedToStopAt.IsNever)
            {
                stopping.AskedToStopAt = clock.Now;
                if (stopping.Handle.SignalGroup(spec.StopSignal) is not (0 or Errno.NoProcess) and var failure)
                    return new(StopEnd.Survived, $"cannot signal {life}: {Errno.Describe(failure)}");
                // A process that is held (SIGSTOP) takes note of no other signal before this one.
                stopping.Handle.SignalGroup(Signals.Continue);
            }
        }
        if (!await EndedWithinAsync(stopping, spec.StopGrace, cancel))
        {
            lock (gate)
            {
                if (ReferenceEquals(current, stopping))
                    stopping.Handle.SignalGroup(Signals.Kill);
            }
            if (!await EndedWithinAsync(stopping, Dying, cancel))
                return new(StopEnd.Survived, $"{life} does not die, not even of SIGKILL (uninterruptible wait)");
        }
        var survivors = await (await stopping.Ended.Task).WaitAsync(cancel);
        return survivors is [var one, ..]
            ? new(StopEnd.Survived, $"{life} has ended, but process {one.Pid} of its session does not die")
            : new(StopEnd.Stopped, $"{life} has ended");
    }

    /// <summary>
    /// After a restart of Hale: finds the process of this target by its marker, holds it, watches it and posts <see cref="LifeBegan"/> with
    /// <see cref="LifeBegan.Adopted"/>. Does nothing where a process is held already. Also rotates the output if that is due.
    /// </summary>
    public AdoptResult Adopt()
    {
        output.RotateIfNeeded();
        lock (gate)
        {
            var leftovers = current is null ? LookForLives() : [];
            return new(Current, leftovers);
        }
    }

    /// <summary>
    /// Completes when nothing of ended lives is left: members of their sessions are asked with the stop signal, and after the grace time killed.
    /// Returns what does not die. After a death this begins by itself.
    /// </summary>
    public Task<IReadOnlyList<ProcessIdentity>> EndLeftoversAsync(CancellationToken cancel)
    {
        lock (gate)
        {
            if (sweep.IsCompleted && ended.Count > 0)
                BeginSweep(alreadyAsked: false, clock.Now + spec.StopGrace);
            return sweep.WaitAsync(cancel);
        }
    }

    /// <summary>The last lines of output, oldest first, of at most 64 KiB.</summary>
    public IReadOnlyList<string> Tail(int lines) => output.Tail(lines);

    /// <summary>Rotates the output file if it has outgrown its maximum. To be called now and then.</summary>
    public void RotateIfNeeded() => output.RotateIfNeeded();

    private Dictionary<string, string> EnvironmentOf(ProcessSpec process)
    {
        var variables = Launch.EnvironmentWith(process.Environment);
        variables["HALE_TARGET"] = name;
        return variables;
    }

    private async Task<bool> EndedWithinAsync(Life life, TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            await life.Ended.Task.WaitAsync(limit, clock.Time, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // Under the gate. OnEnded waits for it, so the end of a life is posted after its beginning, however short it was.
    private bool TryBegin(ProcessHandle process, long intentId, Instant beganAt, long outputFrom, bool adopted)
    {
        var record = new LifeRecord(intentId, process.Identity);
        var life = new Life
        {
            Process = new(process.Identity.Pid, new Incarnation(record.ToString()), intentId, beganAt),
            Handle = process,
            OutputFrom = outputFrom,
            BegunBy = adopted ? null : spec,
        };
        if (!watcher.TryWatch(process, exit => OnEnded(life, exit)))
            return false;
        current = life;
        post(new LifeBegan(clock.Now, target, life.Process.Incarnation, beganAt, adopted));
        record.Write(recordPath);
        return true;
    }

    // On the watcher's thread.
    private void OnEnded(Life life, ProcessExit exit)
    {
        var now = clock.Now;
        Task<IReadOnlyList<ProcessIdentity>> swept;
        lock (gate)
        {
            current = null;
            ended.Add((life.Process.IntentId, life.Process.Pid));
            var asked = !life.AskedToStopAt.IsNever;
            swept = BeginSweep(asked, (asked ? life.AskedToStopAt : now) + spec.StopGrace);
        }
        post(new LifeEnded(now, target, life.Process.Incarnation, life.Describe(exit, now, output)));
        life.Ended.SetResult(swept);
        life.Handle.Dispose();
    }

    private Task<IReadOnlyList<ProcessIdentity>> BeginSweep(bool alreadyAsked, Instant deadline)
    {
        Task before = sweep;
        return sweep = Task.Run(async () =>
        {
            // What one could not do, the next tries again: ended lives stay noted until they are proved to have left nothing.
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await SweepAsync(alreadyAsked, deadline);
        });
    }

    private async Task<IReadOnlyList<ProcessIdentity>> SweepAsync(bool alreadyAsked, Instant deadline)
    {
        HashSet<(long, int)> lives;
        lock (gate)
            lives = [.. ended];
        var found = relatives.LeftOf(lives);
        if (found.Count > 0 && !alreadyAsked)
        {
            Relatives.Signal(found, spec.StopSignal);
            Relatives.Signal(found, Signals.Continue);
        }
        while (found.Count > 0 && clock.Now < deadline)
        {
            await Task.Delay(LookAgain, clock.Time);
            found = relatives.LeftOf(lives);
        }
        if (found.Count > 0)
            found = Relatives.Kill(() => relatives.LeftOf(lives));
        if (found.Count == 0)
        {
            lock (gate)
                ended.ExceptWith(lives);
        }
        return [.. found.Select(one => one.Stat.Identity)];
    }

    // Under the gate. Returns the leftovers.
    private List<ProcessIdentity> LookForLives()
    {
        hasLooked = true;
        var recorded = LifeRecord.Read(recordPath);
        List<Relative> all;
        do
            all = relatives.All();
        while (Leader(all, recorded) is { } leader && !TryAdopt(leader));

        var adopted = current?.Process.IntentId;
        var leftovers = all.Where(one => one.IntentId != adopted && IsLeftover(one, recorded)).ToList();
        foreach (var one in leftovers)
            ended.Add((one.IntentId, one.Stat.Session));
        return [.. leftovers.Select(one => one.Stat.Identity)];
    }

    // The newest life that still has its leader.
    private static LifeRecord? Leader(List<Relative> all, LifeRecord? recorded)
    {
        var leaders = all
            .Where(one => one.LeadsSession && one.IntentId != recorded?.IntentId)
            .Select(one => new LifeRecord(one.IntentId, one.Stat.Identity));
        if (recorded is { } known && ProcessTable.IsAlive(known.Leader))
            leaders = leaders.Append(known);
        // Of one life that was never recorded the oldest leads: what it started is younger.
        return leaders.OrderByDescending(one => one.IntentId).ThenBy(one => one.Leader.StartTicks).Cast<LifeRecord?>().FirstOrDefault();
    }

    // False when it ended in this very moment.
    private bool TryAdopt(LifeRecord life)
    {
        if (ProcessHandle.Open(life.Leader) is not { } process)
            return false;
        var beganAt = clock.Now - ProcessTable.Age(life.Leader);
        // Only what was written during this life can be its last words.
        var hasWritten = output.WrittenAt is { } written && Instant.From(written) >= beganAt + clock.Skew;
        if (!TryBegin(process, life.IntentId, beganAt, hasWritten ? 0 : output.Position, adopted: true))
            throw new IOException($"cannot watch process {life.Leader.Pid} of {name}");
        return true;
    }

    // A descendant that left its life's session on purpose is no leftover; without a record that cannot be told.
    private static bool IsLeftover(Relative one, LifeRecord? recorded) =>
        recorded is not { } life || life.IntentId != one.IntentId || one.Stat.Session == life.Leader.Pid || one.Stat.Group == life.Leader.Pid;
}
