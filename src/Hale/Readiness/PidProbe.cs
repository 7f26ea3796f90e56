using System.Globalization;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Processes;

namespace Hale.Readiness;

/// <summary><c>pid:N</c>: passes while the process that had this number at the first look is alive.</summary>
internal sealed class PidProbe(int pid) : IBlockingProbe
{
    private ProcessIdentity? first;

    /// <summary>The target for a process that must live.</summary>
    public static ReadyTarget Target(int pid) => new(string.Create(CultureInfo.InvariantCulture, $"pid:{pid}"), new PidProbe(pid)) { Pid = pid };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(Probe());

    private ProbeResult Probe()
    {
        var read = ProcessTable.Read(pid, out var stat);
        if (read == ProcRead.Gone)
        {
            return ProcessTable.IsBlind
                ? ProbeResult.Inconclusive($"process {pid} cannot be seen; /proc hides the processes of other users (hidepid)")
                : ProbeResult.Fail(first is null ? $"there is no process {pid}" : $"process {pid} is gone");
        }
        if (read != ProcRead.Ok)
            return ProbeResult.Inconclusive($"process {pid} cannot be read");
        if (stat.IsDead)
            return ProbeResult.Fail($"process {pid} is dead (zombie)");
        first ??= stat.Identity;
        return first == stat.Identity
            ? ProbeResult.Pass($"process {pid} is alive")
            : ProbeResult.Fail($"process {pid} is gone: its number has passed on to another process");
    }
}
