using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hale.Web.Metrics;

/// <summary>
/// Writes the Prometheus text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats) straight into a buffer:
/// one <c>HELP</c> and <c>TYPE</c> per family, then its samples. Text from outside is escaped; an unpaired surrogate becomes U+FFFD.
/// </summary>
internal sealed class PrometheusWriter(IBufferWriter<byte> output)
{
    private string family = "";

    /// <summary>Begins a family; all of its samples follow before the next one begins.</summary>
    public void Family(string name, string type, string help)
    {
        family = name;
        Raw($"# HELP {name} {help}\n# TYPE {name} {type}\n");
    }

    /// <summary>A sample of the present family.</summary>
    public void Sample(double value, params ReadOnlySpan<(string Name, string? Value)> labels)
    {
        Raw(family);
        var open = false;
        foreach (var (name, text) in labels)
        {
            if (text is null)
                continue;
            Raw(open ? "," : "{");
            open = true;
            Raw(name);
            Raw("=\"");
            Escaped(text);
            Raw("\"");
        }
        Raw(open ? "} " : " ");
        Number(value);
        Raw("\n");
    }

    /// <summary>A family of one sample.</summary>
    public void Single(string name, string type, string help, double value)
    {
        Family(name, type, help);
        Sample(value);
    }

    private void Number(double value)
    {
        if (double.IsNaN(value))
            Raw("NaN");
        else if (double.IsInfinity(value))
            Raw(value > 0 ? "+Inf" : "-Inf");
        else
            Raw(value.ToString("R", CultureInfo.InvariantCulture));
    }

    private void Escaped(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny('\\', '"', '\n') is >= 0 and var special)
        {
            Raw(text[..special]);
            Raw(text[special] switch { '\n' => "\\n", '"' => "\\\"", _ => "\\\\" });
            text = text[(special + 1)..];
        }
        Raw(text);
    }

    private void Raw(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, output);
}
