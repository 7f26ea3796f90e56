using System.Globalization;
using System.Text;

namespace Hale.Testing;

/// <summary>What broken things came to: the case, the time until its verdict, and the reason that was given. Safe for concurrent use.</summary>
public sealed class VerdictTable
{
    private readonly Lock gate = new();
    private readonly List<(string Case, TimeSpan Took, TimeSpan Bound, string Reason)> rows = [];

    /// <summary>Adds a case.</summary>
    /// <param name="name">What was broken: <c>exits with 0 before it was ready</c>.</param>
    /// <param name="took">From the beginning to the verdict.</param>
    /// <param name="bound">It may take so long.</param>
    /// <param name="reason">The reason that was given, on one line.</param>
    public void Add(string name, TimeSpan took, TimeSpan bound, string reason)
    {
        lock (gate)
            rows.Add((name, took, bound, reason.ReplaceLineEndings(" ").Trim()));
    }

    /// <summary>Its rows, in the order in which they came.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return rows.Count;
        }
    }

    /// <summary>The table as a person reads it: <c>| case | verdict after | within | reason |</c>.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            var widest = rows.Select(row => row.Case.Length).Append("case".Length).Max();
            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"| {"case".PadRight(widest)} | verdict | within | reason");
            text.AppendLine(CultureInfo.InvariantCulture, $"|-{new string('-', widest)}-|--------:|-------:|-------");
            foreach (var (name, took, bound, reason) in rows)
                text.AppendLine(CultureInfo.InvariantCulture, $"| {name.PadRight(widest)} | {took.TotalSeconds,5:0.0} s | {bound.TotalSeconds,4:0} s | {reason}");
            return text.ToString();
        }
    }
}
