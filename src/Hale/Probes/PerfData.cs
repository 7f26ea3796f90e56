using System.Buffers;
using System.Globalization;
using System.Text;
using Hale.Core.Model;

namespace Hale.Probes;

/// <summary>
/// Performance data of Nagios plugins: <c>'label'=value[unit];[warn];[crit];[min];[max]</c>, with blanks between (Monitoring Plugins
/// Development Guidelines, "Performance data"). The plugin's own levels are left out: its exit code has applied them.
/// </summary>
internal static class PerfData
{
    /// <summary>Measurements kept of one attempt.</summary>
    public const int Max = 64;

    private const int LabelMax = 64;

    // No unit begins with e, so an exponent cannot be mistaken for one.
    private static readonly SearchValues<char> NumberLetters = SearchValues.Create("+-.0123456789eE");

    /// <summary>Reads as much as makes sense; an item that does not is skipped, as is a value <c>U</c> (the plugin could not tell).</summary>
    public static Measurement[] Parse(ReadOnlySpan<char> text)
    {
        var found = new List<Measurement>();
        while (found.Count < Max)
        {
            text = text.TrimStart();
            if (text.IsEmpty)
                break;
            if (ReadLabel(ref text) is not { } label)
            {
                SkipItem(ref text);
                continue;
            }
            var end = text.IndexOfAny(" \t\r\n");
            var item = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[end..];
            var semicolon = item.IndexOf(';');
            if (label.Length > 0 && ReadValue(label, semicolon < 0 ? item : item[..semicolon]) is { } measurement)
                found.Add(measurement);
        }
        return [.. found];
    }

    // Leaves the text behind the equals sign. A quoted label may hold blanks and equals signs, and quotes written twice.
    private static string? ReadLabel(ref ReadOnlySpan<char> text)
    {
        if (text[0] != '\'')
        {
            var equals = text.IndexOf('=');
            var blank = text.IndexOfAny(" \t\r\n");
            if (equals <= 0 || (blank >= 0 && blank < equals))
                return null;
            var bare = Clean(text[..equals]);
            text = text[(equals + 1)..];
            return bare;
        }
        var label = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] != '\'')
            {
                label.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == '\'')
            {
                label.Append(text[i++]);
            }
            else
            {
                if (i + 1 >= text.Length || text[i + 1] != '=')
                    return null;
                text = text[(i + 2)..];
                return Clean(label.ToString());
            }
        }
        return null;
    }

    private static void SkipItem(ref ReadOnlySpan<char> text)
    {
        var blank = text.IndexOfAny(" \t\r\n");
        text = blank < 0 ? default : text[blank..];
    }

    private static Measurement? ReadValue(string label, ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExcept(NumberLetters);
        var number = length < 0 ? text : text[..length];
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return null;
        var (factor, unit) = (length < 0 ? "" : text[length..].ToString()) switch
        {
            "s" => (1, Unit.Seconds),
            "ms" => (1e-3, Unit.Seconds),
            "us" => (1e-6, Unit.Seconds),
            "ns" => (1e-9, Unit.Seconds),
            "%" => (1, Unit.Percent),
            // The guidelines do not say which thousand is meant; the disk and memory plugins count in powers of 1024.
            "B" => (1, Unit.Bytes),
            "KB" or "kB" or "KiB" => (Math.Pow(1024, 1), Unit.Bytes),
            "MB" or "MiB" => (Math.Pow(1024, 2), Unit.Bytes),
            "GB" or "GiB" => (Math.Pow(1024, 3), Unit.Bytes),
            "TB" or "TiB" => (Math.Pow(1024, 4), Unit.Bytes),
            "c" => (1, Unit.Count),
            _ => (1d, Unit.None),
        };
        return new(label, value * factor, unit);
    }

    private static string Clean(ReadOnlySpan<char> label)
    {
        var result = new StringBuilder(Math.Min(label.Length, LabelMax));
        foreach (var letter in label[..Math.Min(label.Length, LabelMax)])
            result.Append(char.IsControl(letter) ? '_' : letter);
        return result.ToString().Trim();
    }
}
