using Hale.Native;
using Hale.Processes;

namespace Hale.Doctoring;

/// <summary>Whether systemd runs here and answers.</summary>
internal static class SystemdExam
{
    public static async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancel)
    {
        var isNeeded = patient.Uses("systemd", "systemd_restart");
        if (!patient.Files.HasFolder("/run/systemd/system"))
            return [Missing("it is not the init of this machine", isNeeded)];
        var command = new Command { Argv = ["systemctl", "show", "--no-pager", "--property=Version,SystemState"], Timeout = TimeSpan.FromSeconds(5), OutputLimit = 4 << 10 };
        var result = await CommandRunner.Shared.RunAsync(command, patient.Time, cancel);
        if (!result.IsSuccess)
            return [Missing($"systemctl {result.Summary}: {OneLine.Of(result.Error, 200)}".TrimEnd(' ', ':'), isNeeded)];
        var answer = OneLine.Of(result.Output.Replace("Version=", "version ", StringComparison.Ordinal).Replace("SystemState=", ", ", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal), 100);
        // Who is not root is asked for a password, and Hale has no terminal to answer it at.
        return [patient.Uses("systemd_restart") && Machine.User != 0
            ? Finding.Limited("systemd", answer, "systemd may refuse to restart units for this user", "run Hale as root, or allow it with a polkit rule for org.freedesktop.systemd1.manage-units")
            : Finding.Ok("systemd", answer)];
    }

    private static Finding Missing(string detail, bool isNeeded) => Finding.Missing(
        "systemd", detail, "units can be neither checked nor restarted", "run Hale on the machine itself, where systemd and its D-Bus socket can be reached", isNeeded);
}
