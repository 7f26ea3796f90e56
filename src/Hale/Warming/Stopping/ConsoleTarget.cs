using System.Globalization;

namespace Hale.Warming.Stopping;

/// <summary>A process on Windows and no other: its number is given out again, so when it began belongs to it.</summary>
/// <param name="Pid">The number.</param>
/// <param name="Started">When it began, as Windows counts: 100 ns since 1601 (FILETIME).</param>
public readonly record struct ConsoleTarget(int Pid, long Started)
{
    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static ConsoleTarget? Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0
            && int.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0
            && long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var started) && started > 0
            ? new(pid, started)
            : null;
    }

    /// <summary><c>1234@133770000000000000</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Pid}@{Started}");
}
