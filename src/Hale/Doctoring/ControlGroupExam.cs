using Hale.Probes.Linux;
using Hale.Processes;

namespace Hale.Doctoring;

/// <summary>Control groups, the counter of out-of-memory kills, and pressure: what tells that a process was starved rather than ill.</summary>
internal static class ControlGroupExam
{
    public static IEnumerable<Finding> Examine(Patient patient)
    {
        var isNeeded = patient.Uses("cgroup");
        Finding groups;
        try
        {
            var memory = Cgroups.Read(patient.Files).Of("self", "memory");
            groups = memory.Count == 0
                ? Finding.Missing("control groups", "no hierarchy with the memory controller is mounted", "limits of memory and processes of containers and units cannot be judged",
                    "mount -t cgroup2 none /sys/fs/cgroup", isNeeded)
                : Finding.Ok("control groups", $"version {(memory[0].IsUnified ? 2 : 1)}, Hale's own is {memory[0].Name}");
        }
        catch (KernelFileException trouble)
        {
            groups = Finding.Unknown("control groups", trouble.Message, isNeeded);
        }
        yield return groups;
        yield return Kills(OutOfMemoryKills.Now());
        yield return Pressure(patient.Files.Exists("/proc/pressure/memory"), patient.Uses("pressure"));
    }

    /// <summary>What counts the kills of the out-of-memory killer here.</summary>
    internal static Finding Kills(OutOfMemoryKills? counter) => counter switch
    {
        null => Finding.Limited("memory kills", "the kernel counts no out-of-memory kills here", "a process that was killed for lack of memory looks like one that got SIGKILL", "use Linux 4.13 or newer"),
        { Source: "/proc/vmstat" } whole => Finding.Limited("memory kills", $"counted for the whole machine only ({whole.Source})",
            "a kill elsewhere on the machine at the same moment may be blamed on the wrong process", "run Hale as a systemd service or in a container: then its own control group counts"),
        { } own => Finding.Ok("memory kills", $"counted for {own.Scope} ({own.Source})"),
    };

    private static Finding Pressure(bool isThere, bool isNeeded) => isThere
        ? Finding.Ok("pressure", "/proc/pressure tells how long work waits for processor, memory and disk")
        : Finding.Missing("pressure", "there is no /proc/pressure", "checks of kind pressure cannot tell", "boot with psi=1 (Linux 4.20 or newer)", isNeeded);
}
