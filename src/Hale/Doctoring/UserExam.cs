using System.Globalization;
using Hale.Native;
using Hale.Probes.Linux;

namespace Hale.Doctoring;

/// <summary>Who Hale would run as, and which privileges of root (capabilities(7)) are there.</summary>
internal static class UserExam
{
    private const string Status = "/proc/self/status";

    /// <summary>Those that something in Hale makes use of, and what is not possible without them.</summary>
    private static readonly (int Bit, string Name, string Cost, string[] Kinds)[] Useful =
    [
        (5, "CAP_KILL", "a supervised process that has changed its user cannot be stopped", []),
        (2, "CAP_DAC_READ_SEARCH", "files and folders of other users cannot be looked at", []),
        (19, "CAP_SYS_PTRACE", "a clean-up cannot see which files the processes of other users have open, and leaves what it is not sure of", ["clean"]),
        (28, "CAP_LEASE", "a clean-up cannot prove that a file of another user is not open, and leaves it", ["clean"]),
    ];

    public static IEnumerable<Finding> Examine(Patient patient)
    {
        var user = $"{Environment.UserName} ({Machine.User.ToString(CultureInfo.InvariantCulture)})";
        if (Effective(patient.Files) is not { } held)
        {
            yield return Finding.Unknown("user", $"{user}; {Status} does not tell its capabilities");
            yield break;
        }
        var lacking = Useful.Where(capability => (held & (1UL << capability.Bit)) == 0).ToArray();
        if (lacking.Length == 0)
        {
            yield return Finding.Ok("user", $"{user}, with every capability that Hale makes use of");
            yield break;
        }
        // What the configuration needs first; what holds for everybody otherwise.
        var worst = lacking.FirstOrDefault(capability => capability.Kinds.Length > 0 && patient.Uses(capability.Kinds), lacking[0]);
        yield return Finding.Limited(
            "user",
            $"{user}, without {string.Join(", ", lacking.Select(capability => capability.Name))}",
            worst.Cost,
            Fix(Machine.User == 0, lacking.Select(capability => capability.Name)));
    }

    // Root without its privileges lives in a container.
    private static string Fix(bool isRoot, IEnumerable<string> names) => isRoot
        ? $"docker run --cap-add {string.Join(" --cap-add ", names.Select(name => name["CAP_".Length..]))}"
        : $"run Hale as root, or add to its unit: AmbientCapabilities={string.Join(' ', names)}";

    /// <summary>The effective capabilities as bits; null where the kernel does not say.</summary>
    internal static ulong? Effective(KernelFiles files)
    {
        foreach (var line in files.ReadIfThere(Status)?.Split('\n') ?? [])
        {
            if (line.StartsWith("CapEff:", StringComparison.Ordinal)
                && ulong.TryParse(line["CapEff:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits))
                return bits;
        }
        return null;
    }
}
