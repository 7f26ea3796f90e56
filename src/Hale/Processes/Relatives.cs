using Hale.Native;

namespace Hale.Processes;

/// <summary>A process that carries the marker of one of our lives.</summary>
/// <param name="Stat">What the kernel says about it.</param>
/// <param name="IntentId">The intent that began its life.</param>
internal readonly record struct Relative(ProcessStat Stat, long IntentId)
{
    /// <summary>It leads a session, as every process does that Hale starts (and as a descendant does that called setsid).</summary>
    public bool LeadsSession => Stat.Identity.Pid == Stat.Session;
}

/// <summary>Finds and ends the processes that descend from the lives of one target.</summary>
internal sealed class Relatives(string stateId, string target)
{
    // Between the moment at which exec closes descriptors and the one at which the new environment can be read, the latter is empty.
    private static readonly TimeSpan ExecLasts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// All living processes that carry the marker of this target. A process whose environment we may not read (it has changed its user) is not
    /// among them: what cannot be proved to be ours is left alone.
    /// </summary>
    public List<Relative> All() => Find(static _ => true);

    /// <summary>
    /// What is left of ended lives: carries the marker, and is in the session or the group of that life's leader. A descendant that took
    /// itself out of both (setsid) meant to live on, and is left alone.
    /// </summary>
    /// <param name="lives">Of each ended life: its intent and the number that its leader had.</param>
    public List<Relative> LeftOf(IReadOnlySet<(long IntentId, int Leader)> lives)
    {
        if (lives.Count == 0)
            return [];
        var found = Find(stat => lives.Any(life => life.Leader == stat.Session || life.Leader == stat.Group));
        found.RemoveAll(one => !lives.Contains((one.IntentId, one.Stat.Session)) && !lives.Contains((one.IntentId, one.Stat.Group)));
        return found;
    }

    /// <summary>Sends a signal to each, exactly: who has ended meanwhile is not mistaken for who has its number now.</summary>
    public static void Signal(IEnumerable<Relative> relatives, int signal)
    {
        foreach (var relative in relatives)
        {
            using var process = ProcessHandle.Open(relative.Stat.Identity);
            process?.Signal(signal);
        }
    }

    /// <summary>Kills what <paramref name="find"/> finds until it finds nothing. Returns what does not die (uninterruptible wait).</summary>
    public static List<Relative> Kill(Func<List<Relative>> find)
    {
        var deadline = Environment.TickCount64 + (long)Dying.TotalMilliseconds;
        var found = find();
        while (found.Count > 0 && Environment.TickCount64 < deadline)
        {
            Signal(found, Signals.Kill);
            Thread.Sleep(Pause);
            found = find();
        }
        return found;
    }

    private List<Relative> Find(Func<ProcessStat, bool> isCandidate)
    {
        var found = new List<Relative>();
        foreach (var pid in ProcessTable.Pids())
        {
            if (ProcessTable.Read(pid, out var stat) == ProcRead.Ok && !stat.IsKernelThread && !stat.IsDead && isCandidate(stat)
                && MarkerOf(stat.Identity) is { } marker && marker.StateId == stateId && marker.Target == target)
                found.Add(new(stat, marker.IntentId));
        }
        return found;
    }

    private static LifeMarker? MarkerOf(ProcessIdentity process)
    {
        while (true)
        {
            var read = ProcessTable.Variable(process.Pid, LifeMarker.Variable, out var value);
            if (read == ProcRead.Ok)
                return value is null ? null : LifeMarker.Parse(value);
            if (read != ProcRead.Failed || ProcessTable.Age(process) > ExecLasts || !ProcessTable.IsAlive(process))
                return null;
            Thread.Sleep(Pause);
        }
    }
}
