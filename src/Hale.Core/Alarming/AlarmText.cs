using System.Globalization;
using Hale.Core.Judging;
using Hale.Core.Model;

namespace Hale.Core.Alarming;

/// <summary>Alarms in words.</summary>
public static class AlarmText
{
    private const int Quoted = 5;

    /// <summary>A state as CloudWatch writes it: <c>OK</c>, <c>ALARM</c>, <c>INSUFFICIENT_DATA</c>.</summary>
    public static string Name(AlarmValue value) => value switch
    {
        AlarmValue.Ok => "OK",
        AlarmValue.Alarm => "ALARM",
        _ => "INSUFFICIENT_DATA",
    };

    /// <summary>When the alarm is in alarm: <c>average of host/disk.used &gt; 85 in 2 of 2 periods of 5 min</c>.</summary>
    public static string Rule(AlarmSpec spec) =>
        spec.Condition is { } c ? $"{StatisticOf(c)} of {c.Metric} {Sign(c.Comparison)} {Number(c.Threshold)} {(c.Periods == 1 ? "over" : $"in {c.Datapoints} of {c.Periods} periods of")} {Judge.Span(c.Period)}"
        : spec.Expression!.Text;

    /// <summary>A statistic as it is written in the configuration.</summary>
    public static string StatisticOf(AlarmCondition condition) => condition.Statistic switch
    {
        Statistic.SampleCount => "count",
        Statistic.Percentile => $"p{Number(condition.Percentile)}",
        var other => other.ToString().ToLowerInvariant(),
    };

    internal static string Reason(AlarmCondition condition, AlarmDatapoint[] datapoints, AlarmValue to)
    {
        var real = datapoints.Where(d => d.Value is not null).TakeLast(condition.Periods).Reverse().ToArray();
        if (real.Length == 0)
            return $"no datapoint in {Count(condition.Periods, "period")} of {Judge.Span(condition.Period)}{TakenAs(condition, to)}";
        var breaching = real.Count(d => condition.IsBreaching(d.Value!.Value));
        var shown = string.Join(", ", real.Take(Quoted).Select(d => $"{Number(d.Value!.Value)} at {d.At.ToUtc():HH:mm:ss}"));
        var more = real.Length > Quoted ? ", …" : "";
        var missing = real.Length < condition.Periods ? $"; {Count(condition.Periods - real.Length, "period")} without data{TakenAs(condition, to)}" : "";
        var of = real.Length == 1 ? $"the last datapoint was{(breaching == 1 ? "" : " not")}" : $"{breaching} of the last {real.Length} datapoints {(breaching == 1 ? "was" : "were")}";
        return $"{of} {Side(condition.Comparison)} {Number(condition.Threshold)}: {shown}{more}{missing}";
    }

    internal static string Reason(AlarmExpression expression, AlarmState[] alarms, AlarmSpec[] specs, AlarmValue to)
    {
        var states = expression.Terms.Where(t => t.Alarm >= 0).Select(t => t.Alarm).Distinct().Take(Quoted)
            .Select(a => $"{specs[a].Name} is {Name(alarms[a].Value)}").ToArray();
        return $"{expression.Text} {(to == AlarmValue.Alarm ? "holds" : "does not hold")}{(states.Length == 0 ? "" : $": {string.Join(", ", states)}")}";
    }

    private static string TakenAs(AlarmCondition condition, AlarmValue to) => condition.Missing switch
    {
        MissingData.Breaching when to == AlarmValue.Alarm => ", taken as breaching",
        MissingData.NotBreaching when to == AlarmValue.Ok => ", taken as not breaching",
        _ => "",
    };

    private static string Side(Comparison comparison) => comparison switch
    {
        Comparison.GreaterThan => "above",
        Comparison.GreaterThanOrEqual => "at or above",
        Comparison.LessThan => "below",
        _ => "at or below",
    };

    private static string Sign(Comparison comparison) => comparison switch
    {
        Comparison.GreaterThan => ">",
        Comparison.GreaterThanOrEqual => ">=",
        Comparison.LessThan => "<",
        _ => "<=",
    };

    private static string Count(int n, string what) => n == 1 ? $"1 {what}" : $"{n} {what}s";

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
