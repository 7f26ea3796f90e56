using Hale.Core.Alarming;

namespace Hale.Core.Tests.Alarming;

/// <summary>
/// The tables and cases of the Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data" and "Avoiding premature
/// transitions to alarm state", as published: oldest datapoint first, <c>X</c> breaching, <c>0</c> not, <c>-</c> missing; N = 3 of a range of 5.
/// </summary>
public class AlarmRuleTests
{
    private const string Keep = "keep";

    [Theory]
    [InlineData("0 - X - X", "OK", "OK", "OK", "OK")]
    [InlineData("0 - - - -", "OK", "OK", "OK", "OK")]
    [InlineData("- - - - -", "INSUFFICIENT_DATA", Keep, "ALARM", "OK")]
    [InlineData("0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM")]
    [InlineData("- - X - -", "ALARM", Keep, "ALARM", "OK")]
    public void Published_table_1_three_of_three(string data, string missing, string ignore, string breaching, string notBreaching) =>
        Row(data, 3, 3, missing, ignore, breaching, notBreaching);

    [Theory]
    [InlineData("0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM")]
    [InlineData("0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM")]
    [InlineData("0 - X - -", "OK", "OK", "ALARM", "OK")]
    [InlineData("- - - - 0", "OK", "OK", "ALARM", "OK")]
    [InlineData("- - - X -", "ALARM", Keep, "ALARM", "OK")]
    public void Published_table_2_two_of_three(string data, string missing, string ignore, string breaching, string notBreaching) =>
        Row(data, 3, 2, missing, ignore, breaching, notBreaching);

    [Theory]
    [InlineData("- - - - X")]
    [InlineData("- - - X -")]
    public void Published_text_a_young_breach_among_missing_ones_does_not_go_to_alarm_at_once(string data)
    {
        foreach (var state in Enum.GetValues<AlarmValue>())
            Assert.Equal(state, Evaluate(data, 3, 3, MissingData.Missing, state));
    }

    [Theory]
    [InlineData("- - - X 0")]
    [InlineData("- - X - 0")]
    public void Published_text_one_good_datapoint_beside_it_makes_it_ok(string data) => Row(data, 3, 3, "OK");

    [Theory]
    [InlineData("0 0 X X X", "ALARM")]
    [InlineData("0 X X X 0", "OK")]
    [InlineData("X 0 0 0 X", "OK")]
    public void Published_figure_three_breaches_in_a_row(string data, string expected) => Row(data, 3, 3, expected, expected, expected, expected);

    [Theory]
    [InlineData("- - X", "ALARM", "ALARM", "ALARM", "ALARM")]
    [InlineData("- - 0", "OK", "OK", "OK", "OK")]
    [InlineData("- - -", "INSUFFICIENT_DATA", Keep, "ALARM", "OK")]
    [InlineData("X - -", "ALARM", "ALARM", "ALARM", "ALARM")]
    [InlineData("X 0 -", "OK", "OK", "OK", "OK")]
    public void Edge_one_of_one(string data, string missing, string ignore, string breaching, string notBreaching) =>
        Row(data, 1, 1, missing, ignore, breaching, notBreaching);

    [Fact]
    public void Edge_enough_breaches_are_enough_whatever_missing_ones_count_as() => Row("- X - X -", 3, 2, "ALARM", "ALARM", "ALARM", "ALARM");

    [Fact]
    public void Edge_a_metric_that_stopped_alarms_one_tick_after_its_last_good_datapoint_has_left_the_range() =>
        Assert.Equal((AlarmValue.Ok, AlarmValue.Alarm), (Evaluate("0 - - - -", 3, 3, MissingData.Breaching, AlarmValue.Ok), Evaluate("- - - - -", 3, 3, MissingData.Breaching, AlarmValue.Ok)));

    [Theory]
    [InlineData("? ? ? ? ?", "INSUFFICIENT_DATA", Keep, Keep, Keep)]
    [InlineData("? ? - - -", "INSUFFICIENT_DATA", Keep, "ALARM", "OK")]
    [InlineData("? ? ? - -", "INSUFFICIENT_DATA", Keep, Keep, "OK")]
    [InlineData("? ? ? ? 0", "OK", "OK", "OK", "OK")]
    [InlineData("? ? ? ? X", Keep, Keep, Keep, Keep)]
    [InlineData("X X ? ? -", "ALARM", Keep, "ALARM", "OK")]
    [InlineData("? ? X ? ?", Keep, Keep, Keep, Keep)]
    [InlineData("0 X X X ?", "ALARM", "ALARM", "ALARM", "ALARM")]
    public void Silence_that_nobody_listened_to_counts_neither_way(string data, string missing, string ignore, string breaching, string notBreaching) =>
        Row(data, 3, 3, missing, ignore, breaching, notBreaching);

    private static void Row(string data, int periods, int datapoints, params string[] expected)
    {
        for (var treatment = 0; treatment < expected.Length; treatment++)
            foreach (var state in Enum.GetValues<AlarmValue>())
            {
                var to = Evaluate(data, periods, datapoints, (MissingData)treatment, state);
                var should = expected[treatment] == Keep ? AlarmText.Name(state) : expected[treatment];
                Assert.True(should == AlarmText.Name(to), $"[{data}] {datapoints} of {periods}, {(MissingData)treatment}, from {state}: {AlarmText.Name(to)} and not {should}");
            }
    }

    private static AlarmValue Evaluate(string data, int periods, int datapoints, MissingData missing, AlarmValue state) =>
        AlarmRule.Evaluate([.. data.Split(' ').Reverse().Select(c => c switch { "X" => Slot.Breaching, "0" => Slot.Calm, "-" => Slot.Missing, _ => Slot.Unheard })],
            periods, datapoints, missing, state);
}
