using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Linux;
using Hale.Processes;

namespace Hale.Probes;

/// <summary>
/// Resident memory of a supervised process and everything in its session: what a leak makes grow. Pages that several of them share are
/// counted once for each (<c>/proc/PID/statm</c>, proc(5)).
/// </summary>
public sealed class ProcessMemoryProbe : IProbe
{
    private readonly KernelFiles files;

    internal ProcessMemoryProbe(KernelFiles files) => this.files = files;

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("process_memory",
        "Resident memory of the target's own process and all that it started; for supervised targets; judged by 'warn' and 'fail'.",
        [], _ => new ProcessMemoryProbe(new KernelFiles()))
    {
        LevelOf = "resident",
        LevelUnit = Unit.Bytes,
        Measures =
        [
            new("resident", Unit.Bytes, "Resident memory of all of them together."),
            new("processes", Unit.Count, "How many processes they are."),
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(Probe(context.Pid));

    private ProbeResult Probe(int? leader)
    {
        if (leader is not { } session)
            return ProbeResult.Inconclusive("Hale owns no process of this target: process_memory is for targets with process:");
        var (resident, processes) = (0L, 0);
        foreach (var pid in ProcessTable.Pids())
        {
            if (ProcessTable.Read(pid, out var stat) != ProcRead.Ok || stat.Session != session || stat.IsDead)
                continue;
            try
            {
                resident += Resident(files.Read($"/proc/{pid}/statm"));
                processes++;
            }
            catch (KernelFileException)
            {
                // It ended between the listing and the look.
            }
        }
        return processes == 0
            ? ProbeResult.Inconclusive($"nothing of session {session} can be seen in /proc")
            : ProbeResult.Pass($"{Figures.Bytes(resident)} in {(processes == 1 ? "1 process" : $"{processes} processes")}",
                new("resident", resident, Unit.Bytes), new("processes", processes, Unit.Count));
    }

    /// <summary>The second field of statm, in pages.</summary>
    private static long Resident(string statm) =>
        statm.Split(' ') is [_, var pages, ..] && long.TryParse(pages, out var count) ? count * Environment.SystemPageSize : 0;
}
