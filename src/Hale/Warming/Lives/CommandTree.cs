using System.Globalization;
using System.Text;
using Hale.Native;
using Hale.Processes;

namespace Hale.Warming.Lives;

/// <summary>
/// Tells the processes of one life from all others: the command, its session and group, what carries its marker, what descends from any of these, and what was
/// seen among them before (a parent that ended hides where its children came from). Asked from one thread at a time.
/// </summary>
/// <param name="leader">The command.</param>
/// <param name="marker">The marker in its environment.</param>
/// <param name="adopts">This program does nothing but rehearse and takes in orphans (<see cref="Subreaper"/>): what is orphaned to it belongs to the life, whatever it did to its environment.</param>
internal sealed class CommandTree(ProcessIdentity leader, LifeMarker marker, bool adopts)
{
    // Enough for a program, an interpreter's options and a script.
    private const int CommandLineMax = 4096;

    private readonly Lock gate = new();
    private readonly HashSet<ProcessIdentity> seen = [];

    /// <summary>What lives of it now.</summary>
    public List<ProcessStat> Living()
    {
        lock (gate)
        {
            var all = new List<ProcessStat>();
            foreach (var pid in ProcessTable.Pids())
            {
                // What began before the command descends from something else, whatever it looks like.
                if (pid != Environment.ProcessId && ProcessTable.Read(pid, out var stat) == ProcRead.Ok
                    && !stat.IsKernelThread && stat.Identity.StartTicks >= leader.StartTicks)
                    all.Add(stat);
            }
            var members = all.Where(IsMember).Select(stat => stat.Identity.Pid).ToHashSet();
            // Children are younger than their parents but may have smaller numbers: until nothing is added any more. A parent that has ended and is still in
            // the table is a link like any other.
            int before;
            do
            {
                before = members.Count;
                foreach (var stat in all)
                {
                    if (members.Contains(stat.Parent))
                        members.Add(stat.Identity.Pid);
                }
            }
            while (members.Count > before);
            var found = all.Where(stat => members.Contains(stat.Identity.Pid)).ToList();
            seen.UnionWith(found.Select(stat => stat.Identity));
            return found.FindAll(stat => !stat.IsDead);
        }
    }

    /// <summary>Takes those that have ended out of the process table, where this program has become their parent.</summary>
    public void Reap()
    {
        if (!adopts)
            return;
        lock (gate)
        {
            foreach (var identity in seen)
            {
                if (identity == leader || ProcessTable.Read(identity.Pid, out var stat) != ProcRead.Ok || stat.Identity != identity || !stat.IsDead || stat.Parent != Environment.ProcessId)
                    continue;
                using var pidfd = Pidfd.Open(identity.Pid);
                if (!pidfd.IsInvalid)
                    Pidfd.Reap(pidfd);
            }
        }
    }

    /// <summary>The program of a process, for a person: <c>ffmpeg (123)</c>.</summary>
    public static string Shown(ProcessStat stat) => $"{(NamesOf(stat.Identity.Pid) is [var name, ..] ? name : "process")} ({stat.Identity.Pid})";

    /// <summary>Whether a process runs this program or script.</summary>
    public static bool Runs(ProcessStat stat, string program) => NamesOf(stat.Identity.Pid).Contains(program);

    private bool IsMember(ProcessStat stat) =>
        stat.Identity == leader || stat.Session == leader.Pid || stat.Group == leader.Pid || seen.Contains(stat.Identity)
        || (adopts && stat.Parent == Environment.ProcessId)
        || (ProcessTable.Variable(stat.Identity.Pid, LifeMarker.Variable, out var value) == ProcRead.Ok && value is not null && LifeMarker.Parse(value) == marker);

    // The script, the program, and what the program calls itself; without folders.
    private static List<string> NamesOf(int pid)
    {
        Span<byte> buffer = stackalloc byte[CommandLineMax];
        var names = new List<string>();
        if (ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline"), buffer, out var length) == ProcRead.Ok)
        {
            var words = Encoding.UTF8.GetString(buffer[..length]).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            var script = words.Skip(1).FirstOrDefault(word => !word.StartsWith('-'));
            names.AddRange(new[] { script is not null && script.Contains('/', StringComparison.Ordinal) && File.Exists(script) ? script : null, words.FirstOrDefault(), script }
                .OfType<string>().Select(word => Path.GetFileName(word)));
        }
        if (ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/comm"), buffer, out length) == ProcRead.Ok)
            names.Add(Encoding.UTF8.GetString(buffer[..length]).TrimEnd('\n'));
        return [.. names.Where(name => name.Length > 0).Distinct()];
    }
}
