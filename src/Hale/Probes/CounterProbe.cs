using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Native;

namespace Hale.Probes;

/// <summary>Activity seen in a number that a file holds: progress is whenever it changes.</summary>
public sealed partial class CounterProbe : IBlockingProbe
{
    private const int LongestNumber = 64;
    private readonly string file;
    private readonly Regex pattern;

    internal CounterProbe(string file, Regex? pattern = null)
    {
        this.file = file;
        this.pattern = pattern ?? AnyNumber();
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("counter",
        "Activity by a number in a file: progress is whenever the last number that matches changes.",
        [
            new("file", KeyType.Path, "The file; its last 1 MiB is read.") { Required = true, Shorthand = true },
            new("pattern", KeyType.Pattern, "Where the number stands: the first group, or the whole match without one; the last match in the file counts. Default: any number."),
        ],
        Create)
    {
        HasProgress = true,
        Measures =
        [
            new("value", Unit.None, "The number.") { IsOpen = true },
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(Probe());

    private static CounterProbe Create(Settings settings)
    {
        if (settings.Pattern("pattern") is { } pattern && pattern.GetGroupNumbers().Length > 2)
            throw new SettingsException("pattern", "the pattern has more than one group: which of them is the number?");
        return new CounterProbe(settings.Text("file")!, settings.Pattern("pattern"));
    }

    private ProbeResult Probe()
    {
        if (!FileNative.IsSupported)
            return ProbeResult.Inconclusive("counter needs 64-bit Linux");
        if (FileText.Read(Encoding.UTF8.GetBytes(file), fromEnd: true, out var trouble) is not { } text)
            return ProbeResult.Inconclusive($"{file}: {trouble}");
        if (pattern.Matches(text).LastOrDefault() is not { } match)
            return ProbeResult.Inconclusive($"nothing in {file} matches '{pattern}'");
        var number = match.Groups[^1].ValueSpan.Trim();
        if (number.Length > LongestNumber || !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return ProbeResult.Inconclusive($"'{(number.Length > LongestNumber ? number[..LongestNumber] : number)}' in {file} is not a number");
        return ProbeResult.Pass($"{file}: {number}", new Measurement("value", value)) with
        {
            // As it is written: a double does not tell two large neighbours apart.
            Progress = number.ToString(),
        };
    }

    [GeneratedRegex(@"-?[0-9]+(\.[0-9]+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex AnyNumber();
}
