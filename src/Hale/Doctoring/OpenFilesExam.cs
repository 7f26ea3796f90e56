using Hale.Native;

namespace Hale.Doctoring;

/// <summary>The limit of open files against what the configuration can come to.</summary>
internal static class OpenFilesExam
{
    /// <summary>The runtime, the journal, the socket and their connections.</summary>
    private const int Base = 256;

    /// <summary>Of a supervised process: its descriptor, its output with the pipe, and the file of its life.</summary>
    private const int PerProcess = 4;

    /// <summary>An attempt with a command under way holds two pipes and a descriptor; one over the network holds less.</summary>
    private const int PerAttempt = 5;

    /// <summary>Attempts under way at once; the scheduler's own limit.</summary>
    private const int MaxAttempts = 2048;

    public static IEnumerable<Finding> Examine(Patient patient)
    {
        yield return Judge(Machine.OpenFiles, patient.Plan?.World.Checks.Length ?? 0, patient.Supervised);
    }

    /// <summary>What a limit means for so many checks and processes.</summary>
    internal static Finding Judge(ulong? limit, int checks, int supervised)
    {
        if (limit is not { } files)
            return Finding.Unknown("open files", "the kernel does not tell the limit");
        var wanted = (ulong)(Base + (PerProcess * supervised) + (PerAttempt * Math.Min(checks, MaxAttempts)));
        var detail = $"{files} allowed; the configuration can come to {wanted} (checks: {checks}, supervised processes: {supervised})";
        return files >= wanted
            ? Finding.Ok("open files", detail)
            : Finding.Limited("open files", detail, "with all checks under way at once some cannot be tried: Hale then doubts itself and heals nothing",
                $"ulimit -n {wanted * 2} before hale run, or in its unit: LimitNOFILE={wanted * 2}");
    }
}
