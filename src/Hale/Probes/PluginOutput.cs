using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Probes;

/// <summary>What a Nagios plugin prints, taken apart.</summary>
/// <param name="Text">The first line, without its performance data: one clean line of at most 500 characters; may be empty.</param>
/// <param name="Measurements">The performance data.</param>
internal sealed record PluginOutput(string Text, Measurement[] Measurements)
{
    private const int TextMax = 500;

    /// <summary>
    /// The first line is text, and behind a bar performance data. Further lines are more text, until one has a bar: the rest of that line
    /// and all lines after it are performance data again (Nagios plugin API).
    /// </summary>
    public static PluginOutput Parse(string output)
    {
        var lineEnd = output.IndexOf('\n', StringComparison.Ordinal);
        var first = lineEnd < 0 ? output : output[..lineEnd];
        var rest = lineEnd < 0 ? "" : output[(lineEnd + 1)..];
        var bar = first.IndexOf('|', StringComparison.Ordinal);
        var restBar = rest.IndexOf('|', StringComparison.Ordinal);
        var data = (bar < 0 ? "" : first[(bar + 1)..]) + "\n" + (restBar < 0 ? "" : rest[(restBar + 1)..]);
        return new(OneLine.Of(bar < 0 ? first : first[..bar], TextMax), PerfData.Parse(data));
    }
}
