using Hale.Processes;

namespace Hale.Warming.Recording;

/// <summary>
/// Tells the processes of a rehearsal from all others: those that descend from one process, and those of the sessions that these have begun,
/// which keeps who was left behind by a parent that ended. Asked from one thread.
/// </summary>
/// <param name="ancestor">Number of the process: one of its own counts itself, this very program does not.</param>
internal sealed class RehearsalTree(int ancestor)
{
    private const int Deepest = 100;

    private readonly Dictionary<int, ProcessIdentity> members = [];
    private readonly HashSet<int> sessions = [];
    private readonly int foreignSession = SessionOf(ancestor);

    /// <summary>Whether a process belongs to it; null when it has ended before that could be told.</summary>
    public bool? Contains(int pid)
    {
        if (pid == Environment.ProcessId)
            return false;
        if (ProcessTable.Read(pid, out var stat) != ProcRead.Ok)
            return members.ContainsKey(pid) ? true : null;
        if (members.TryGetValue(pid, out var known) && known == stat.Identity)
            return true;
        if (pid != ancestor && !sessions.Contains(stat.Session) && !Descends(stat))
            return false;
        members[pid] = stat.Identity;
        // What shares our own session is whatever else runs in this terminal.
        if (stat.Session != foreignSession)
            sessions.Add(stat.Session);
        return true;
    }

    private bool Descends(ProcessStat stat)
    {
        for (var depth = 0; depth < Deepest && stat.Parent > 1; depth++)
        {
            var parent = stat.Parent;
            if (parent == ancestor)
                return true;
            if (ProcessTable.Read(parent, out stat) != ProcRead.Ok)
                return false;
            if (members.TryGetValue(parent, out var known) && known == stat.Identity)
                return true;
        }
        return false;
    }

    private static int SessionOf(int pid) => ProcessTable.Read(pid, out var stat) == ProcRead.Ok ? stat.Session : 0;
}
