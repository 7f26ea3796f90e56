using Hale.Native;
using Hale.Processes;

namespace Hale.Doctoring;

/// <summary>What the kernel can do for supervision, found by doing it: distributions carry features back, and sandboxes take them away.</summary>
internal static class KernelExam
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static IEnumerable<Finding> Examine(Patient patient)
    {
        var version = $"Linux {patient.Files.ReadIfThere("/proc/sys/kernel/osrelease")?.Trim() ?? "of an unknown version"}";
        if (!OperatingSystem.IsLinux())
        {
            yield return Finding.Missing("kernel", Environment.OSVersion.VersionString, "no process can be supervised", "use Linux", isNeeded: patient.Supervised > 0);
            yield break;
        }
        yield return Judge(version, patient.Supervised > 0, Try());
    }

    /// <summary>What the attempts mean.</summary>
    internal static Finding Judge(string version, bool isNeeded, KernelAbilities abilities) => abilities switch
    {
        { HasPidfd: false } => Finding.Missing("kernel", $"{version}, without pidfd_open ({abilities.Why})", "processes can be neither watched nor supervised",
            "use Linux 5.3 or newer; in a container, a seccomp profile that allows pidfd_open", isNeeded),
        { SignalsGroups: false } => Finding.Limited("kernel", $"{version}, without signals to a process group by descriptor",
            "what a process leaves behind after its own end cannot be ended with certainty", "use Linux 6.9 or newer"),
        { TellsExitOfStrangers: null } => Finding.Unknown("kernel", $"{version} with pidfd; how strangers end could not be tried: {abilities.Why}"),
        { TellsExitOfStrangers: false } => Finding.Limited("kernel", $"{version}, without the exit of processes that are not our children",
            "how a process ended that an earlier Hale had started is not known, only that it ended", "use Linux 6.15 or newer"),
        _ => Finding.Ok("kernel", $"{version}; pidfd, signals to process groups, exit of strangers"),
    };

    private static KernelAbilities Try()
    {
        using var self = Open(Environment.ProcessId, out var why);
        if (self is null)
            return new(false, false, null, why);
        // Signal 0 asks only. "No such process": we do not lead our group, but the kernel knew what was asked.
        var signalsGroups = Pidfd.SignalGroup(self, 0) != Errno.Invalid;
        return TryStranger(signalsGroups);
    }

    // A child becomes a stranger when a second descriptor of it is asked after it was reaped through the first.
    private static KernelAbilities TryStranger(bool signalsGroups)
    {
        if (Files.Pipe() is not { } pipe)
            return new(true, signalsGroups, null, Errno.Describe(Errno.Last));
        using (pipe.Read)
        using (pipe.Write)
        {
            var (process, failure) = Launch.Start(["sh", "-c", "exit 3"], Launch.EnvironmentWith([]), null, pipe.Write, pipe.Write);
            if (process is null)
                return new(true, signalsGroups, null, failure!);
            using (process)
            using (var stranger = Open(process.Identity.Pid, out var why))
            {
                var watch = System.Diagnostics.Stopwatch.StartNew();
                while (Pidfd.Peek(process.Pidfd) is null)
                {
                    if (watch.Elapsed > Patience)
                    {
                        Pidfd.Abort(process.Identity.Pid);
                        return new(true, signalsGroups, null, "sh did not end");
                    }
                    Thread.Sleep(2);
                }
                process.Reap();
                return new(true, signalsGroups, stranger is null ? null : Pidfd.ExitOfStranger(stranger)?.Code == 3, why);
            }
        }
    }

    private static Descriptor? Open(int pid, out string why)
    {
        why = "";
        try
        {
            var descriptor = Pidfd.Open(pid);
            if (!descriptor.IsInvalid)
                return descriptor;
            why = Errno.Describe(Errno.Last);
            descriptor.Dispose();
        }
        catch (PlatformNotSupportedException trouble)
        {
            why = trouble.Message;
        }
        return null;
    }
}

/// <summary>What the kernel did when it was asked.</summary>
/// <param name="HasPidfd">Processes can be had by descriptor (5.3).</param>
/// <param name="SignalsGroups">A signal reaches the whole group through a descriptor (6.9).</param>
/// <param name="TellsExitOfStrangers">The end of a process that is not our child is told (6.15); null when it could not be tried.</param>
/// <param name="Why">Why something could not be had or tried; may be empty.</param>
internal readonly record struct KernelAbilities(bool HasPidfd, bool SignalsGroups, bool? TellsExitOfStrangers, string Why);
