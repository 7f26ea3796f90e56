using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests.Alarming;

/// <summary>Alarms in a world: where their samples come from, when they are evaluated, what doubt and absence do.</summary>
public class AlarmStories
{
    private static readonly WorldSpec Host = Build([new Service("host") { Checks = [Check("disk", every: "30s")] }]);

    private static readonly WorldSpec Owned = Build([new Service("web") { IsSupervised = true, Checks = [Check("http")], Ladder = [] }]);

    [Fact]
    public void An_alarm_is_evaluated_every_minute_on_the_minute_over_a_sliding_window()
    {
        var story = Of(Host.With(Host.Over("host/disk.used", threshold: 85, period: "5m"))).Answer("host/disk", Measured(50)).At("5m");
        Assert.Equal(["OK at 12:01"], Moves(story));
        // Ten samples of 50 in five minutes, and from then on two of 100 each minute: above 85 on average once seven of ten are.
        story.Answer("host/disk", Measured(100)).At("12m");
        Assert.Equal(["OK at 12:01", "ALARM at 12:09"], Moves(story));
    }

    [Fact]
    public void A_short_period_is_evaluated_every_ten_seconds()
    {
        var spec = Build([new Service("host") { Checks = [Check("disk", every: "5s")] }]);
        var story = Of(spec.With(spec.Over("host/disk.used", threshold: 85, period: "10s"))).Answer("host/disk", Measured(50)).At("1m")
            .Answer("host/disk", Measured(90)).At("2m");
        Assert.Equal(["OK at 12:00:10", "ALARM at 12:01:10"], Moves(story, "HH:mm:ss"));
    }

    [Fact]
    public void A_change_says_what_was_seen_and_stands_in_the_snapshot()
    {
        var story = Of(Host.With(Host.Over("host/disk.used", threshold: 85, periods: 2))).Answer("host/disk", Measured(90.5)).At("3m");
        var alarm = story.World.TakeSnapshot().Alarms.Single();
        Assert.Equal((AlarmValue.Alarm, Origin + TimeSpan.FromMinutes(2)), (alarm.Value, alarm.Since));
        Assert.Equal("2 of the last 2 datapoints were above 85: 90.5 at 12:01:00, 90.5 at 12:00:00", alarm.Reason);
        Assert.Equal("average of host/disk.used > 85 in 2 of 2 periods of 1 min", alarm.Rule);
        Assert.Equal([null, 90.5, 90.5, 90.5], alarm.Datapoints.Select(d => d.Value));
    }

    [Fact]
    public void Nothing_is_said_while_the_state_stays()
    {
        var story = Of(Host.With(Host.Over("host/disk.used", threshold: 85))).Answer("host/disk", Measured(90)).At("1h");
        Assert.Single(story.Changes, c => c.Kind == ChangeKind.Alarm);
    }

    [Theory]
    [InlineData(MissingData.Missing, "ALARM at 12:01", "INSUFFICIENT_DATA at 12:06")]
    [InlineData(MissingData.Ignore, "ALARM at 12:01")]
    [InlineData(MissingData.Breaching, "ALARM at 12:01")]
    [InlineData(MissingData.NotBreaching, "ALARM at 12:01", "OK at 12:06")]
    public void A_metric_that_stops_is_treated_as_the_alarm_says(MissingData missing, params string[] moves)
    {
        var story = Of(Host.With(Host.Over("host/disk.used", threshold: 85, missing: missing))).Answer("host/disk", Measured(90)).At("150s").Silence("host/disk").At("1h");
        Assert.Equal(moves, Moves(story));
    }

    [Fact]
    public void An_attempt_that_could_not_tell_is_no_sample()
    {
        var story = Of(Host.With(Host.Over("host/disk", comparison: Comparison.LessThan, threshold: 0.5))).Answer("host/disk", CouldNotTell).At("10m");
        Assert.Empty(Moves(story));
        Assert.All(story.World.TakeSnapshot().Alarms[0].Datapoints, d => Assert.Null(d.Value));
    }

    [Fact]
    public void A_number_that_is_none_is_no_sample()
    {
        var story = Of(Host.With(Host.Over("host/disk.used"))).Observe("host/disk", Measured(double.NaN)).Observe("host/disk", Measured(double.PositiveInfinity)).At("2m");
        Assert.Empty(Moves(story));
    }

    [Fact]
    public void The_end_of_a_process_is_a_sample_of_its_check()
    {
        var story = Of(Owned.With(Owned.Over("web/process", comparison: Comparison.LessThan, threshold: 0.5, missing: MissingData.Breaching, statistic: Statistic.Minimum)))
            .At("90s").End("web").At("121s");
        Assert.Equal(["OK at 12:01", "ALARM at 12:02"], Moves(story));
    }

    [Fact]
    public void A_failure_within_the_grace_time_is_no_sample()
    {
        var spec = Build([new Service("web") { Checks = [Check("http", grace: "5m")] }]);
        var story = Of(spec.With(spec.Over("web/http", comparison: Comparison.LessThan, threshold: 0.5))).Answer("web/http", Fail).At("4m");
        Assert.Empty(Moves(story));
        Assert.Equal(["ALARM at 12:06"], Moves(story.At("8m")));
    }

    [Fact]
    public void A_target_is_healthy_or_impaired_or_there_is_no_sample()
    {
        var story = Of(Host.With(Host.Over("host", comparison: Comparison.LessThan, threshold: 1))).At("2m");
        Assert.Empty(Moves(story));
        story.Answer("host/disk", Pass).At("4m").Answer("host/disk", Fail).At("6m");
        Assert.Equal(["OK at 12:03", "ALARM at 12:05"], Moves(story));
    }

    [Fact]
    public void Silence_before_Hale_listened_is_not_held_against_the_metric()
    {
        var spec = Host.With(Host.Over("host/disk.used", comparison: Comparison.LessThan, threshold: 1, period: "5m", periods: 2, missing: MissingData.Breaching));
        var story = Of(spec).At("9m");
        Assert.Empty(Moves(story));
        Assert.Equal(["ALARM at 12:10"], Moves(story.At("12m")));
    }

    [Fact]
    public void After_an_absence_of_Hale_silence_is_counted_anew()
    {
        var spec = Host.With(Host.Over("host/disk.used", comparison: Comparison.LessThan, threshold: 1, period: "1m", periods: 2, missing: MissingData.Breaching));
        var story = Of(spec).Answer("host/disk", Measured(50)).At("5m").Silence("host/disk").Blind("30m").Restart();
        story.At("35m30s");
        Assert.Equal(["OK at 12:01"], Moves(story));
        Assert.Equal(["OK at 12:01", "ALARM at 12:37"], Moves(story.At("40m")));
    }

    [Fact]
    public void In_doubt_the_state_is_held_and_failures_are_no_samples()
    {
        var spec = Host.With(Host.Over("host/disk", comparison: Comparison.LessThan, threshold: 0.5, missing: MissingData.Breaching));
        var story = Of(spec).Answer("host/disk", Pass).At("130s").Answer("host/disk", Fail).Doubt("5m").At("7m");
        Assert.Equal(["OK at 12:01"], Moves(story));
        Assert.Equal(["OK at 12:01", "ALARM at 12:08"], Moves(story.At("10m")));
    }

    [Fact]
    public void A_percentile_is_the_smallest_sample_that_so_many_do_not_exceed()
    {
        var n = 0;
        var spec = Build([new Service("web") { Checks = [Check("http", every: "1s")] }]);
        var story = Of(spec.With(spec.Over("web/http.latency", statistic: Statistic.Percentile, percentile: 95, threshold: 56.5)))
            .Answer("web/http", () => Measured(n++ % 60, "latency")).At("10m");
        // 60 samples, 0 to 59, in each minute: 57 of them do not exceed 56.
        Assert.All(story.World.TakeSnapshot().Alarms[0].Datapoints, d => Assert.Equal(56, d.Value));
        Assert.Equal(["OK at 12:01"], Moves(story));
    }

    [Fact]
    public void A_percentile_over_too_few_samples_keeps_the_state_where_it_is_to()
    {
        var spec = Build([new Service("web") { Checks = [Check("http", every: "20s")] }]);
        var alarm = spec.Over("web/http.latency", statistic: Statistic.Percentile, percentile: 90, threshold: 10, ignoreFew: true);
        Assert.Empty(Moves(Of(spec.With(alarm)).Answer("web/http", Measured(50, "latency")).At("10m")));
        var evaluated = alarm with { Condition = alarm.Condition! with { IgnoreFewSamples = false } };
        Assert.Equal(["ALARM at 12:01"], Moves(Of(spec.With(evaluated)).Answer("web/http", Measured(50, "latency")).At("10m")));
    }

    [Fact]
    public void A_composite_alarm_follows_the_alarms_it_names()
    {
        var high = Host.Over("host/disk.used", "High", threshold: 85);
        var low = Host.Over("host/disk", "Down", comparison: Comparison.LessThan, threshold: 0.5);
        var both = new AlarmSpec
        {
            Name = "Outer",
            Expression = new("ALARM(Inner)", [new(AlarmTermKind.Alarm, 3)]),
        };
        var inner = new AlarmSpec
        {
            Name = "Inner",
            Expression = new("ALARM(High) AND NOT ALARM(Down)", [new(AlarmTermKind.Alarm, 0), new(AlarmTermKind.Alarm, 1), new(AlarmTermKind.Not), new(AlarmTermKind.And)]),
        };
        var story = Of(Host.With(high, low, both, inner)).Answer("host/disk", Measured(90)).At("2m");
        Assert.Equal(["Inner ALARM", "Outer ALARM"], Named(story).Where(m => m.EndsWith("er ALARM", StringComparison.Ordinal)).Order());
        story.Answer("host/disk", Fail).At("6m");
        Assert.Equal(AlarmValue.Ok, story.World.Alarms[2].Value);
        Assert.Equal("ALARM(Inner) does not hold: Inner is OK", story.World.Alarms[2].Reason);
    }

    [Fact]
    public void An_alarm_keeps_state_and_samples_by_name_when_other_things_change()
    {
        var alarm = Host.Over("host/disk.used", "High", threshold: 85, periods: 3);
        var story = Of(Host.With(alarm)).Answer("host/disk", Measured(90)).At("5m");
        var other = Host.Over("host/disk", "Other", threshold: 2);
        var moved = Reload(story.World, Host.With(other, alarm));
        Assert.Equal((AlarmValue.Alarm, story.World.Alarms[0].Since), (moved.Alarms[1].Value, moved.Alarms[1].Since));
        Assert.Equal(story.World.TakeSnapshot().Alarms[0].Datapoints, moved.TakeSnapshot().Alarms[1].Datapoints);
        Assert.Equal(AlarmValue.InsufficientData, moved.Alarms[0].Value);
    }

    [Fact]
    public void Another_metric_under_the_same_name_keeps_the_state_and_not_the_samples()
    {
        var story = Of(Host.With(Host.Over("host/disk.used", threshold: 85))).Answer("host/disk", Measured(90)).At("5m");
        var moved = Reload(story.World, Host.With(Host.Over("host/disk.free", threshold: 85)));
        Assert.Equal(AlarmValue.Alarm, moved.Alarms[0].Value);
        Assert.Empty(moved.TakeSnapshot().Alarms[0].Datapoints);
    }

    [Fact]
    public void A_new_alarm_that_looks_back_is_where_one_is_that_was_there()
    {
        var alarm = Host.Over("host/disk.used", threshold: 85, periods: 3);
        var there = Of(Host.With(alarm)).Answer("host/disk", Measured(90)).At("5m").World;
        var late = Reload(Of(Host).Answer("host/disk", Measured(90)).At("5m").World, Host.With(alarm));
        late.Fold(Kept(there));
        late.Fold(new Ticked(late.Now));
        Assert.Equal((AlarmValue.Alarm, there.Alarms[0].Value), (late.Alarms[0].Value, there.Alarms[0].Value));
        Assert.Equal(there.TakeSnapshot().Alarms[0].Datapoints, late.TakeSnapshot().Alarms[0].Datapoints);
        Assert.Equal(Origin, late.Alarms[0].HeardFrom);
    }

    [Fact]
    public void To_be_told_twice_or_what_is_known_already_makes_no_difference()
    {
        var story = Of(Host.With(Host.Over("host/disk.used", threshold: 85, periods: 3))).Answer("host/disk", Measured(90)).At("5m30s");
        var before = story.World.TakeSnapshot().Alarms[0].Datapoints;
        story.World.Fold(Kept(story.World));
        story.World.Fold(Kept(story.World, samples: 1));
        story.World.Fold(new Ticked(story.World.Now));
        Assert.Equal(before, story.World.TakeSnapshot().Alarms[0].Datapoints);
    }

    [Fact]
    public void A_percentile_looks_back_at_single_samples()
    {
        var spec = Build([new Service("web") { Checks = [Check("http", every: "20s")] }]);
        var late = Reload(Of(spec).At("5m").World, spec.With(spec.Over("web/http.latency", statistic: Statistic.Percentile, percentile: 90, threshold: 50)));
        var kept = Enumerable.Range(1, 100).Select(n => new Recalled(Origin + TimeSpan.FromMinutes(4) + TimeSpan.FromMilliseconds(n), 1, n, n, n)).ToArray();
        late.Fold(new DatapointsRecalled(late.Now, 0, kept));
        late.Fold(new DatapointsRecalled(late.Now, 0, kept));
        late.Fold(new Ticked(late.Now));
        Assert.Equal((AlarmValue.Alarm, 90d), (late.Alarms[0].Value, late.TakeSnapshot().Alarms[0].Datapoints[^1].Value));
    }

    /// <summary>What a store keeps that heard the same as the first alarm, by the minute.</summary>
    private static DatapointsRecalled Kept(World world, int samples = 2) => new(world.Now, 0,
        [.. world.TakeSnapshot().Alarms[0].Datapoints.Where(d => d.Value is not null).Select(d => new Recalled(d.At, samples, d.Value!.Value * samples, d.Value.Value, d.Value.Value))]);

    private static IEnumerable<string> Moves(Scenario story, string time = "HH:mm") =>
        story.Moments.Where(m => m.Change.Kind == ChangeKind.Alarm).Select(m => $"{AlarmText.Name(m.Change.AlarmTo)} at {m.At.ToUtc().ToString(time, System.Globalization.CultureInfo.InvariantCulture)}");

    private static IEnumerable<string> Named(Scenario story) =>
        story.Changes.Where(c => c.Kind == ChangeKind.Alarm).Select(c => $"{story.Spec.Alarms[c.Alarm].Name} {AlarmText.Name(c.AlarmTo)}");
}
