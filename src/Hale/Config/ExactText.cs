using System.Globalization;
using System.Text;
using Hale.Core.Scheduling;

namespace Hale.Config;

/// <summary>Values of settings as texts that are equal exactly when the values are: what a reload tells the changed from the unchanged by.</summary>
internal static class ExactText
{
    /// <summary>A hash of one value.</summary>
    public static ulong Hash(object value) => StableHash.Of(Of(value));

    /// <summary>A hash of the values of several keys, absent ones included.</summary>
    public static ulong Hash(IReadOnlyList<Key> keys, Settings settings)
    {
        var text = new StringBuilder();
        foreach (var key in keys)
        {
            if (settings.Raw(key.Name) is { } value)
                text.Append(key.Name).Append('=').Append(Of(value)).Append('\n');
        }
        return StableHash.Of(text.ToString());
    }

    private static string Of(object value) => value switch
    {
        string text => text,
        TimeSpan span => span.Ticks.ToString(CultureInfo.InvariantCulture),
        // The length before each text: ["a, b"] and ["a", "b"] differ.
        IEnumerable<string> list => string.Concat(list.Select(item => $"{item.Length}:{item},")),
        IReadOnlyDictionary<string, string> map => string.Concat(map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key.Length}:{pair.Key}={pair.Value.Length}:{pair.Value},")),
        Uri url => url.OriginalString,
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
