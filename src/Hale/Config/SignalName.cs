namespace Hale.Config;

/// <summary>The names of signals and their numbers on Linux (signal(7), x86 and ARM).</summary>
public static class SignalName
{
    private static readonly Dictionary<string, int> Numbers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HUP"] = 1, ["INT"] = 2, ["QUIT"] = 3, ["ABRT"] = 6, ["KILL"] = 9, ["USR1"] = 10, ["USR2"] = 12, ["PIPE"] = 13, ["ALRM"] = 14,
        ["TERM"] = 15, ["CONT"] = 18, ["STOP"] = 19, ["TSTP"] = 20, ["WINCH"] = 28,
    };

    /// <summary>All names, without SIG.</summary>
    public static IReadOnlyCollection<string> Names => Numbers.Keys;

    /// <summary>Reads a name, with or without SIG, upper or lower case.</summary>
    public static bool TryParse(string name, out int number) =>
        Numbers.TryGetValue(name.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? name[3..] : name, out number);
}
