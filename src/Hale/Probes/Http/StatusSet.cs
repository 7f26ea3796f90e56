using System.Collections;
using System.Globalization;
using Hale.Config;

namespace Hale.Probes.Http;

/// <summary>A set of HTTP statuses.</summary>
internal sealed class StatusSet
{
    private readonly BitArray members = new(1000);

    private StatusSet()
    {
    }

    /// <summary>Reads statuses and ranges: <c>200</c>, <c>200-399</c>, <c>2xx</c>.</summary>
    /// <exception cref="SettingsException">For the key <c>status</c>, what is neither.</exception>
    public static StatusSet Parse(IEnumerable<string> texts)
    {
        var set = new StatusSet();
        foreach (var text in texts.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            var (first, last) = text.Split('-', StringSplitOptions.TrimEntries) switch
            {
                [{ Length: 3 } family] when family.EndsWith("xx", StringComparison.OrdinalIgnoreCase) => (Number(family[..1]) * 100, Number(family[..1]) * 100 + 99),
                [var one] => (Number(one), Number(one)),
                [var from, var to] => (Number(from), Number(to)),
                _ => (-1, -1),
            };
            if (first < 100 || last > 999 || first > last)
                throw new SettingsException("status", $"'{text}' is not a status (200), a family (2xx) or a range (200-399)");
            for (var status = first; status <= last; status++)
                set.members[status] = true;
        }
        return set;
    }

    /// <summary>Whether the set has the status.</summary>
    public bool Contains(int status) => (uint)status < 1000 && members[status];

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
