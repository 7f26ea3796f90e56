using System.Globalization;
using Hale.Config.Yaml;
using Hale.Core.Model;

namespace Hale.Config.Loading;

/// <summary>The levels of a check: <c>warn</c>, <c>fail</c> and <c>measure</c>.</summary>
internal static class LevelReader
{
    /// <summary>The levels; null when none is written, or one was refused.</summary>
    public static Levels? Read(Reading reading, Section common, ProbeKind kind, Settings settings)
    {
        var (warnEntry, failEntry, measure) = (common.Find("warn"), common.Find("fail"), common.Values.Text("measure"));
        if ((warnEntry ?? failEntry) is not { } first)
        {
            if (common.Find("measure") is { } alone)
                reading.Problems.Add(alone.At, common.PathOf("measure"), measure ?? "", "names a measurement without a level; add warn or fail");
            return null;
        }
        if (kind.LevelOf is null && common.Find("measure") is null)
        {
            reading.Problems.Add(first.At, common.PathOf(first.Key), first.Key, $"\"{kind.Name}\" has no main measurement; add measure with the name of the one that the level is about");
            return null;
        }
        // The unit and direction of a measurement that the kind does not declare are known only to the target, so the way it is written decides.
        var isMain = kind.LevelOf is not null && (measure is null || measure == kind.LevelOf);
        var declared = isMain ? null : kind.Measures.FirstOrDefault(each => each.Name == measure && !each.IsOpen);
        var unit = isMain ? kind.LevelUnit : declared?.Unit;
        var before = reading.Problems.Count;
        var warn = ReadLevel(reading, common, warnEntry, unit);
        var fail = ReadLevel(reading, common, failEntry, unit);
        if (reading.Problems.Count > before)
            return null;
        var below = isMain ? kind.LevelBelow || (kind.LevelBelowKey is { } key && settings.Flag(key)) : declared?.Below ?? warn > fail;
        if (warn is not null && fail is not null && (below ? warn <= fail : warn >= fail))
        {
            reading.Problems.Add(warnEntry!.Value.At, common.PathOf("warn"), ((ScalarNode)warnEntry.Value).Text,
                $"the warning must come before the failure: {(below ? "lower" : "higher")} is worse here, so warn must be {(below ? "above" : "below")} fail");
        }
        return new Levels(measure ?? kind.LevelOf!, warn, fail, below);
    }

    /// <summary>One level, in the unit of its measurement; without a unit, the way it is written decides.</summary>
    internal static double? ReadLevel(Reading reading, Section common, MapEntry? entry, Unit? unit)
    {
        if (entry is null)
            return null;
        var key = new Key(entry.Key, unit switch
        {
            Unit.Percent => KeyType.Percent,
            Unit.Bytes => KeyType.Bytes,
            Unit.Seconds => KeyType.Duration,
            _ => KeyType.Number,
        }, "");
        if (unit is null && entry.Value is ScalarNode scalar)
            key = key with { Type = GuessType(reading.Expansion.Expand(scalar, common.PathOf(entry.Key)) ?? "0") };
        return reading.Values.Read(key, entry.Value, common.PathOf(entry.Key)) switch
        {
            TimeSpan span => span.TotalSeconds,
            long bytes => bytes,
            double number => number,
            _ => null,
        };
    }

    private static KeyType GuessType(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? KeyType.Number
        : text.EndsWith('%') ? KeyType.Percent
        : Duration.TryParse(text, out _) ? KeyType.Duration
        : ByteSize.TryParse(text, out _) ? KeyType.Bytes
        : KeyType.Number;
}
