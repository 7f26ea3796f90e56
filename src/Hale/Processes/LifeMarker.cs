using System.Globalization;

namespace Hale.Processes;

/// <summary>
/// The ownership mark in the environment of a supervised process and of all that descend from it: which Hale, which target, which life.
/// It is put there by exec itself, so there is no moment at which the process runs without it.
/// </summary>
/// <param name="StateId">Id of the state directory.</param>
/// <param name="Target">Name of the target.</param>
/// <param name="IntentId">The intent that began the life.</param>
internal readonly record struct LifeMarker(string StateId, string Target, long IntentId)
{
    /// <summary>Name of the variable.</summary>
    public const string Variable = "HALE_LIFE";

    /// <summary>The variable's value.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{StateId}:{Target}:{IntentId}");

    /// <summary>Reads a value; null if it is none of ours. The name of a target may hold colons, the other two parts cannot.</summary>
    public static LifeMarker? Parse(string value)
    {
        var first = value.IndexOf(':', StringComparison.Ordinal);
        var last = value.LastIndexOf(':');
        return first > 0 && last > first && long.TryParse(value.AsSpan(last + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var intent)
            ? new(value[..first], value[(first + 1)..last], intent)
            : null;
    }
}
