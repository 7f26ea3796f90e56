using System.Globalization;
using Hale.Config.Yaml;
using Hale.Core.Alarming;
using Hale.Core.Model;

namespace Hale.Config.Loading;

/// <summary>The <c>alarms:</c> section.</summary>
internal sealed class AlarmSection(Reading reading, MetricReference references, IReadOnlyList<MetricDraft> metrics, TellSection tell)
{
    /// <summary>Alarms of one Hale at most.</summary>
    public const int MaxAlarms = 10_000;

    /// <summary>Buckets of samples that all alarms together may keep in memory: about 80 MB.</summary>
    private const int MaxBuckets = 2_000_000;

    private static readonly (string Key, Comparison Comparison)[] Levels =
        [("above", Comparison.GreaterThan), ("at_least", Comparison.GreaterThanOrEqual), ("below", Comparison.LessThan), ("at_most", Comparison.LessThanOrEqual)];

    private static readonly string[] MetricOnly = ["metric", .. Levels.Select(level => level.Key), "statistic", "period", "datapoints", "missing", "few_samples"];

    private static readonly Dictionary<string, Statistic> Statistics = new()
    {
        ["average"] = Statistic.Average,
        ["sum"] = Statistic.Sum,
        ["minimum"] = Statistic.Minimum,
        ["maximum"] = Statistic.Maximum,
        ["count"] = Statistic.SampleCount,
    };

    /// <summary>The alarms, in the order of the file. With errors among them some are left out.</summary>
    public AlarmSpec[] Read(Node node)
    {
        var entries = reading.Named(node, "alarms", "alarm");
        if (entries.Count > MaxAlarms)
        {
            reading.Problems.Add(entries[MaxAlarms].At, $"alarms.{entries[MaxAlarms].Key}", "", $"more than {MaxAlarms} alarms up to here; share them among several Hales");
            return [];
        }
        var names = entries.Select(entry => entry.Key).ToArray();
        var indices = Enumerable.Range(0, names.Length).ToDictionary(i => names[i]);
        var circles = new Dependencies(names, "alarms");
        var alarms = entries.Select((entry, i) => ReadAlarm(entry, i, indices, circles)).OfType<AlarmSpec>().ToArray();
        circles.ReportCycles(reading.Problems);
        if (alarms.Sum(alarm => alarm.Condition is null ? 0L : alarm.Condition.Buckets) > MaxBuckets)
            reading.Problems.Add(node.At, "alarms", "", "the alarms look back further than there is memory for", "shorten periods, or ask for fewer datapoints");
        return alarms;
    }

    private AlarmSpec? ReadAlarm(MapEntry entry, int index, Dictionary<string, int> indices, Dependencies circles)
    {
        var path = $"alarms.{entry.Key}";
        if (reading.Map(entry.Value, path) is not { } map)
            return null;
        var before = reading.Problems.Count;
        var section = Section.Read(reading, map, path, entry.At, Keys.Alarm);
        AlarmCondition? condition = null;
        AlarmExpression? expression = null;
        if (section.Find("when") is not null)
            expression = ReadExpression(section, index, indices, circles);
        else
            condition = ReadCondition(section);
        return reading.Problems.Count > before ? null : new AlarmSpec
        {
            Name = entry.Key,
            Description = section.Values.Text("description") ?? "",
            Condition = condition,
            Expression = expression,
            ActionsEnabled = section.Values.Flag("actions"),
            Tell = tell.ChannelsOf(section),
        };
    }

    private AlarmExpression? ReadExpression(Section section, int index, Dictionary<string, int> indices, Dependencies circles)
    {
        foreach (var key in MetricOnly)
            if (section.Find(key) is { } entry)
                reading.Problems.Add(entry.At, section.PathOf(key), key, $"\"{key}\" has no meaning beside \"when\": such an alarm looks at other alarms, not at a metric");
        if (section.Values.Text("when") is not { } text)
            return null;
        var (at, path) = (section.At("when"), section.PathOf("when"));
        try
        {
            var expression = AlarmExpressionParser.Parse(text, name => indices.GetValueOrDefault(name, -1));
            foreach (var term in expression.Terms)
                if (term.Alarm >= 0)
                    circles.Add(index, term.Alarm, at, path);
            return expression;
        }
        catch (AlarmExpressionException error)
        {
            reading.Problems.Add(at, path, text, $"{error.Message}, at character {error.At + 1}", error.Unknown is { } name ? Spelling.Suggest(name, indices.Keys) : null);
            return null;
        }
    }

    private AlarmCondition? ReadCondition(Section section)
    {
        var written = section.Values.Text("metric");
        if (section.Find("metric") is null)
            reading.Problems.Add(section.Owner, section.PathOf("metric"), "", "missing; it takes a metric, for example host/disk.used, or \"when\" with a rule over other alarms");
        var source = written is null ? null : SourceOf(written, section);
        var threshold = ReadThreshold(section, source is null ? null : UnitOf(source, section));
        var statistic = ReadStatistic(section);
        var (datapoints, periods) = ReadDatapoints(section);
        var period = section.Values.Duration("period") ?? default;
        CheckPeriod(section, period, periods);
        if (!section.IsValid || source is null || threshold is null || statistic is null || periods == 0)
            return null;
        var condition = new AlarmCondition
        {
            Source = source,
            Metric = written!,
            Statistic = statistic.Value.Statistic,
            Percentile = statistic.Value.Percentile,
            Comparison = threshold.Value.Comparison,
            Threshold = threshold.Value.Value,
            Period = period,
            Periods = periods,
            Datapoints = datapoints,
            Missing = Enum.Parse<MissingData>(section.Values.Text("missing")!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            IgnoreFewSamples = section.Values.Text("few_samples") == "ignore",
        };
        if (condition.IgnoreFewSamples && condition.Statistic != Statistic.Percentile)
            reading.Problems.Add(section.At("few_samples"), section.PathOf("few_samples"), "ignore", "only a percentile can have too few samples to mean something", "leave it out, or write statistic: p95");
        return condition;
    }

    /// <summary>The unit of the datapoints: that of the samples, except that a count has none.</summary>
    private Unit? UnitOf(MetricSource source, Section section) => section.Values.Text("statistic") == "count" ? Unit.None : references.UnitOf(source);

    /// <summary>A published name (alone, or behind its namespace and a slash), or what it is about.</summary>
    private MetricSource? SourceOf(string text, Section section)
    {
        var named = metrics.Where(metric => metric.Name == text || $"{metric.Namespace}/{metric.Name}" == text).ToArray();
        if (named.Length == 1)
            return named[0].Spec?.Source;
        var (at, path) = (section.At("metric"), section.PathOf("metric"));
        if (named.Length > 1)
        {
            reading.Problems.Add(at, path, text, $"several metrics are named {ScalarNode.Quoted(text)}", $"write the namespace as well: {named[0].Namespace}/{text}");
            return null;
        }
        // A word without a slash may be a published name that was misspelt as well as a target.
        if (Spelling.Closest(text, metrics.Select(metric => metric.Name)) is { } close && !references.Knows(text))
        {
            reading.Problems.Add(at, path, text, $"there is no metric {ScalarNode.Quoted(text)}", $"did you mean \"{close}\"?");
            return null;
        }
        return references.Find(text, at, path);
    }

    private (Comparison Comparison, double Value)? ReadThreshold(Section section, Unit? unit)
    {
        var written = Levels.Where(level => section.Find(level.Key) is not null).ToArray();
        if (written.Length == 1)
            return LevelReader.ReadLevel(reading, section, section.Find(written[0].Key), unit) is { } value ? (written[0].Comparison, value) : null;
        if (written.Length == 0 && section.IsValid)
            reading.Problems.Add(section.Owner, section.Path, "", "has no threshold; write above, at_least, below or at_most, for example above: 85%");
        else if (written.Length > 1)
            reading.Problems.Add(section.Find(written[1].Key)!.At, section.PathOf(written[1].Key), written[1].Key, $"there is a threshold already: {written[0].Key}", "make two alarms, and a third over both: when: ALARM(a) OR ALARM(b)");
        return null;
    }

    private (Statistic Statistic, double Percentile)? ReadStatistic(Section section)
    {
        if (section.Values.Text("statistic") is not { } text)
            return null;
        if (Statistics.TryGetValue(text, out var statistic))
            return (statistic, 0);
        if (text.StartsWith('p') && double.TryParse(text.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percentile) && percentile is > 0 and <= 100)
            return (Statistic.Percentile, percentile);
        reading.Problems.Add(section.At("statistic"), section.PathOf("statistic"), text, $"{ScalarNode.Quoted(text)} is none of {string.Join(", ", Statistics.Keys)}, or a percentile such as p95", Spelling.Suggest(text, Statistics.Keys));
        return null;
    }

    /// <summary>"M of N", or N alone for all of N; (0, 0) after reporting that it is neither.</summary>
    private (int Datapoints, int Periods) ReadDatapoints(Section section)
    {
        const int MostPeriods = 8640;
        if (section.Values.Text("datapoints") is not { } text)
            return default;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (m, n) = words is [var all] ? (all, all) : words is [var some, "of", var of] ? (some, of) : ("", "");
        if (int.TryParse(m, NumberStyles.None, CultureInfo.InvariantCulture, out var datapoints) && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var periods)
            && datapoints >= 1 && datapoints <= periods && periods <= MostPeriods)
            return (datapoints, periods);
        reading.Problems.Add(section.At("datapoints"), section.PathOf("datapoints"), text, $"{ScalarNode.Quoted(text)} is not so many datapoints of the last ones; write for example 2 of 3, or 3 for 3 of 3 (at most {MostPeriods})");
        return default;
    }

    /// <summary>The limits of CloudWatch: what an alarm looks back to is at most a day, and seven for periods of an hour or more.</summary>
    private void CheckPeriod(Section section, TimeSpan period, int periods)
    {
        if (period == default)
            return;
        var isWhole = period.Ticks % AlarmCondition.GrainOf(period).Ticks == 0 && (period >= TimeSpan.FromMinutes(1) || period.TotalSeconds is 10 or 20 or 30);
        var limit = period < TimeSpan.FromHours(1) ? TimeSpan.FromDays(1) : TimeSpan.FromDays(7);
        if (!isWhole)
            reading.Problems.Add(section.At("period"), section.PathOf("period"), Duration.Format(period), $"{Duration.Format(period)} is no period; write 10s, 20s, 30s or whole minutes");
        else if (period * periods > limit)
            reading.Problems.Add(section.At("period"), section.PathOf("period"), Duration.Format(period), $"{periods} periods of {Duration.Format(period)} are longer than {Duration.Format(limit)}");
    }
}
