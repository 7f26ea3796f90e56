using Hale.Native;

namespace Hale.Doctoring;

/// <summary>Whether a supervised process that crashes leaves a core dump: it inherits the limit of Hale.</summary>
internal static class CoreDumpExam
{
    private const string Pattern = "/proc/sys/kernel/core_pattern";

    public static IEnumerable<Finding> Examine(Patient patient)
    {
        yield return Judge(Machine.CoreSize, patient.Files.ReadIfThere(Pattern)?.Trim());
    }

    /// <summary>What a limit and a pattern (core(5)) mean.</summary>
    internal static Finding Judge(ulong? limit, string? pattern) => (limit, pattern) switch
    {
        (null, _) or (_, null) => Finding.Unknown("core dumps", "the kernel does not tell limit or pattern"),
        // A handler gets the dump through a pipe, whatever the limit.
        (_, ['|', ..]) => Finding.Ok("core dumps", $"handed to {pattern[1..].Split(' ')[0]}"),
        (0, _) => Finding.Limited("core dumps", "off (limit 0)", "a supervised process that crashes leaves nothing to look into", "ulimit -c unlimited before hale run, or in its unit: LimitCORE=infinity"),
        _ => Finding.Ok("core dumps", $"written as {(pattern.Length == 0 ? "nothing" : pattern)}, in the working directory unless the pattern has a folder"),
    };
}
