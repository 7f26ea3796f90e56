using System.Globalization;

namespace Hale.Probes.Linux;

/// <summary>Pressure stall information: the share of time in which tasks waited for a resource (kernel docs, accounting/psi).</summary>
internal static class PressureStall
{
    /// <summary>
    /// One average, in per cent, of a file such as /proc/pressure/memory: <paramref name="line"/> is <c>some</c> (at least one task waited) or
    /// <c>full</c> (all of them did), <paramref name="average"/> the window in seconds: 10, 60 or 300.
    /// </summary>
    /// <exception cref="KernelFileException">It has no such line or average.</exception>
    public static double Parse(string text, string line, string average, string path)
    {
        var key = $"avg{average}=";
        foreach (var candidate in text.Split('\n'))
        {
            var fields = candidate.Split(' ');
            if (fields[0] == line && fields.FirstOrDefault(field => field.StartsWith(key, StringComparison.Ordinal)) is { } field
                && double.TryParse(field.AsSpan(key.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent))
                return percent;
        }
        throw new KernelFileException($"{path} has no '{line} … {key}'");
    }
}
