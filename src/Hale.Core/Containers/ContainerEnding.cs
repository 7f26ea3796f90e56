using System.Globalization;

namespace Hale.Core.Containers;

/// <summary>How a container came to its end, for a person: what ended it, image and command, and its last words.</summary>
public static class ContainerEnding
{
    private const int Signals = 128, LastSignal = 64, LongestCommand = 120;

    /// <summary>One line without a full stop.</summary>
    public static string Of(ContainerFacts facts) =>
        $"container {facts.Name} {How(facts)}{After(facts)}{Made(facts)}; {ContainerWords.Last(facts.LastLines)}";

    /// <summary>The same for one that has never run.</summary>
    public static string NotStarted(ContainerFacts facts) => facts.Error.Length == 0
        ? $"container {facts.Name} was made, but not started"
        : $"container {facts.Name} could not be started{Code(facts)}: {ContainerWords.Printable(facts.Error)}{Made(facts)}";

    private static string How(ContainerFacts facts)
    {
        if (facts.IsOutOfMemory)
            return $"was killed for want of memory{(facts.Memory > 0 ? $" (its limit is {Size(facts.Memory)})" : "")}{Code(facts)}";
        if (facts.ExitCode is not { } code)
            return "ended";
        var error = facts.Error.Length > 0 ? $": {ContainerWords.Printable(facts.Error)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"exited with code {code}{Signal(code)}{error}");
    }

    private static string Signal(int code) => code is > Signals and <= Signals + LastSignal ? (code - Signals) switch
    {
        2 => " (SIGINT)",
        6 => " (SIGABRT)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        var other => string.Create(CultureInfo.InvariantCulture, $" (signal {other})"),
    }
    : "";

    private static string Code(ContainerFacts facts) => facts.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $", exit code {code}") : "";

    private static string After(ContainerFacts facts) => facts.Ran is { } ran && ran >= TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $" after {Math.Round(ran.TotalSeconds, ran < TimeSpan.FromSeconds(10) ? 2 : 0)} s")
        : "";

    private static string Made(ContainerFacts facts) => facts.Image.Length > 0
        ? $" (image {ContainerWords.Printable(facts.Image)}, command {ContainerWords.Printable(facts.Command, LongestCommand)})"
        : "";

    private static string Size(long bytes) => bytes % (1 << 20) == 0 || bytes >= 100 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");
}
