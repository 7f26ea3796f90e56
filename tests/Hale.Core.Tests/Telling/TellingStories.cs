using Hale.Core.Model;
using Hale.Core.Telling;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Telling;

/// <summary>What one channel gets to hear.</summary>
public class TellingStories
{
    private static readonly TellingSpec Ops = new() { Channels = ["ops"], Routes = [new() { Channels = [0] }] };

    private static Service Web => new("web") { Checks = [Service.Check("http")] };

    private static Scenario Told(TellingSpec telling, params Service[] services) => Scenario.Of(Service.Build(services, telling: telling));

    private static MaintenanceWindow From(int hour, int minute, string lasts) => new(null, new TimeOnly(hour, minute), Span(lasts), TimeZoneInfo.Utc);

    [Fact]
    public void A_failure_that_lasts_is_told_once_and_its_end_once()
    {
        var story = Told(Ops, Web).Answer("web/http", Pass).At("1m").Answer("web/http", Fail).At("10m").ExpectTold("Problem web")
            .Answer("web/http", Pass).At("20m").ExpectTold("Problem web", "Resolved web");
        Assert.Equal("is impaired: http: refused (2 times in a row)", story.Notices[0].Items[0].Text);
        Assert.StartsWith("is ok again after ", story.Notices[1].Items[0].Text, StringComparison.Ordinal);
        Assert.Equal(story.Notices[0].Items[0].Incident, story.Notices[1].Items[0].Incident);
    }

    [Fact]
    public void What_is_over_before_it_was_told_is_not_told() =>
        Told(Ops with { Wait = Span("30s") }, Web).Answer("web/http", Pass).At("1m").Answer("web/http", Fail).At("85s").Expect("web", Health.Impaired)
            .Answer("web/http", Pass).At("10m").ExpectTold();

    [Fact]
    public void A_short_recovery_neither_resolves_nor_opens_anew() =>
        Told(Ops with { Wait = Span("30s") }, Web).Answer("web/http", Fail).At("2m").Answer("web/http", Pass).At("135s").Expect("web", Health.Ok)
            .Answer("web/http", Fail).At("10m").ExpectTold("Problem web");

    [Fact]
    public void A_target_that_cannot_be_judged_is_neither_told_nor_resolved()
    {
        Told(Ops, Web).Answer("web/http", CouldNotTell).At("3h").Expect("web", Health.InsufficientData).ExpectTold();
        Told(Ops, Web).Answer("web/http", Fail).At("2m").Answer("web/http", CouldNotTell).At("3h").Expect("web", Health.InsufficientData).ExpectTold("Problem web")
            .Answer("web/http", Pass).After("1m").ExpectTold("Problem web", "Resolved web");
    }

    [Fact]
    public void A_router_and_its_200_services_are_one_problem_and_one_resolved()
    {
        // The services stand before the router, so that each of them is seen to fail before it.
        var services = Enumerable.Range(0, 200).Select(n => new Service($"s{n}") { Checks = [Service.Check("http")], Needs = ["router"] });
        var story = Told(Ops, [.. services, new Service("router") { Checks = [Service.Check("icmp")] }]);
        void All(ProbeResult answer)
        {
            for (var n = 0; n < 200; n++)
                story.Answer($"s{n}/http", answer);
            story.Answer("router/icmp", answer);
        }
        All(Pass);
        story.At("1m");
        All(Fail);
        story.At("10m").ExpectTold("Problem router");
        Assert.Equal(200, story.Notices[0].Items[0].Hidden);
        All(Pass);
        story.At("20m").ExpectTold("Problem router", "Resolved router");
    }

    [Fact]
    public void What_was_told_before_its_parent_failed_is_resolved_when_it_is_well() =>
        Told(Ops, new Service("router") { Checks = [Service.Check("icmp")] }, Web with { Needs = ["router"] })
            .Answer("router/icmp", Pass).Answer("web/http", Fail).At("2m").ExpectTold("Problem web")
            .Answer("router/icmp", Fail).At("5m").ExpectTold("Problem web", "Problem router").Answer("web/http", Pass).At("6m")
            .Answer("router/icmp", Pass).At("8m").ExpectTold("Problem web", "Problem router", "Resolved router+web");

    [Fact]
    public void What_failed_behind_a_failed_parent_is_told_once_on_evidence_from_after_its_recovery() =>
        Told(Ops, new Service("router") { Checks = [Service.Check("icmp")] }, Web with { Needs = ["router"], Checks = [Service.Check("http", every: "5m")] })
            .Answer("router/icmp", Fail).Answer("web/http", Fail).At("12m").ExpectTold("Problem router")
            .Answer("router/icmp", Pass).At("14m").ExpectTold("Problem router", "Resolved router").Expect("web", Health.Impaired)
            .At("20m").ExpectTold("Problem router", "Resolved router", "Problem web").At("2h").ExpectTold("Problem router", "Resolved router", "Problem web");

    [Fact]
    public void Unrelated_failures_that_come_together_are_one_notice() =>
        Told(Ops, Web, new Service("db") { Checks = [Service.Check("tcp")] }, new Service("mail") { Checks = [Service.Check("smtp")] })
            .Answer("web/http", Fail).Answer("db/tcp", Fail).Answer("mail/smtp", Pass).At("5m").ExpectTold("Problem web+db")
            .Answer("web/http", Pass).Answer("db/tcp", Pass).At("10m").ExpectTold("Problem web+db", "Resolved web+db");

    [Fact]
    public void A_maintenance_window_delays_a_problem_and_its_end_sends_exactly_one()
    {
        var windowed = Web with { Maintenance = [From(12, 1, "10m")] };
        Told(Ops, windowed).Answer("web/http", Pass).At("2m").Answer("web/http", Fail).At("10m").ExpectTold().At("2h").ExpectTold("Problem web");
        Told(Ops, windowed).Answer("web/http", Pass).At("2m").Answer("web/http", Fail).At("9m").Answer("web/http", Pass).At("2h").ExpectTold();
    }

    [Fact]
    public void A_maintenance_window_never_swallows_a_resolved() =>
        Told(Ops, Web with { Maintenance = [From(12, 5, "1h")] }).Answer("web/http", Fail).At("3m").ExpectTold("Problem web").At("10m")
            .Answer("web/http", Pass).At("15m").ExpectTold("Problem web", "Resolved web");

    [Fact]
    public void A_pause_delays_a_problem_and_its_end_sends_exactly_one() =>
        Told(Ops, Web).Answer("web/http", Pass).At("1m").Order(Order.Pause, "web", "30m").Answer("web/http", Fail).At("20m").ExpectTold()
            .At("3h").ExpectTold("Problem web");

    [Fact]
    public void Stopping_what_is_bad_resolves_it() =>
        Told(Ops, new Service("job") { IsSupervised = true, Checks = [Service.Check("http")], Ladder = [] }).At("5s").Answer("job/http", Fail).At("5m").ExpectTold("Problem job")
            .Order(Order.Stop, "job").After("1m").ExpectTold("Problem job", "Resolved job");

    [Fact]
    public void Hales_own_restart_neither_loses_nor_repeats_anything()
    {
        var story = Told(Ops, Web).Answer("web/http", Fail).At("2m").ExpectTold("Problem web");
        story.Restart().After("5m").ExpectTold("Problem web").Blind("2h").Restart().After("10s").Answer("web/http", Pass).After("3m").ExpectTold("Problem web", "Resolved web");
    }

    [Fact]
    public void A_target_that_leaves_the_configuration_is_resolved()
    {
        var story = Told(Ops, Web, new Service("db") { Checks = [Service.Check("tcp")] }).Answer("web/http", Fail).Answer("db/tcp", Pass).At("2m").ExpectTold("Problem web");
        story = story.Silence("web/http").Silence("db/tcp").Restart(new Service("db") { Checks = [Service.Check("tcp")] }).After("1m").ExpectTold("Problem web", "Resolved web");
        Assert.Equal("it is not watched any more", story.Notices[1].Items[0].Text);
    }

    [Fact]
    public void That_a_person_is_needed_does_not_wait_and_follows_a_problem_in_the_same_incident()
    {
        var story = Told(Ops with { Wait = Span("1h") }, Web with { Ladder = [Rung.Clean(1, "20s")] }).Answer("web/http", Fail).At("5m").ExpectTold("Problem web");
        Assert.Equal(Condition.Critical, story.Notices[0].Items[0].Condition);
        story = Told(Ops, Web with { Ladder = [Rung.Clean(1, "5m")] }).Answer("web/http", Fail).At("20m").ExpectTold("Problem web", "Problem web");
        Assert.Equal([Condition.Error, Condition.Critical], story.Notices.Select(notice => notice.Items[0].Condition));
        Assert.Single(story.Notices.Select(notice => notice.Items[0].Incident).Distinct());
        story.Answer("web/http", Pass).At("30m").ExpectTold("Problem web", "Problem web", "Resolved web");
    }

    [Fact]
    public void Flapping_is_one_notice_and_its_end_while_bad_is_one_problem()
    {
        var turns = 0;
        var story = Told(Ops, Web with { Checks = [Service.Check("http", fall: 1)] }).Answer("web/http", () => turns++ / 2 % 2 == 0 ? Pass : Fail).At("1h");
        Assert.True(story.World.Checks[0].IsFlapping);
        Assert.Equal(Condition.Warning, Assert.Single(story.Notices, notice => notice.Items[0].Condition == Condition.Warning).Items[0].Condition);
        var before = story.Notices.Count;
        story.Answer("web/http", Fail).At("2h");
        Assert.False(story.World.Checks[0].IsFlapping);
        Assert.Equal(Condition.Error, Assert.Single(story.Notices.Skip(before)).Items[0].Condition);
        story.Answer("web/http", Pass).At("3h");
        Assert.Equal(NoticeKind.Resolved, story.Notices[^1].Kind);
        Assert.Equal(before + 2, story.Notices.Count);
    }

    [Fact]
    public void What_is_still_bad_is_told_again_at_the_written_pace_until_a_person_acknowledges()
    {
        var story = Told(Ops with { Repeat = Span("1h") }, Web).Answer("web/http", Fail).At("2h30m").ExpectTold("Problem web", "Reminder web", "Reminder web")
            .Order(Order.Acknowledge, "web").At("9h").ExpectTold("Problem web", "Reminder web", "Reminder web");
        story.Answer("web/http", Pass).After("2m").ExpectTold("Problem web", "Reminder web", "Reminder web", "Resolved web")
            .Answer("web/http", Fail).After("2m").ExpectTold("Problem web", "Reminder web", "Reminder web", "Resolved web", "Problem web");
    }

    [Fact]
    public void Quiet_hours_hold_what_is_not_critical_and_their_end_tells_it_once()
    {
        var quiet = Ops with { Routes = [new() { Channels = [0], Quiet = [From(12, 1, "1h")] }] };
        Told(quiet, Web).Answer("web/http", Pass).At("2m").Answer("web/http", Fail).At("1h").ExpectTold().At("3h").ExpectTold("Problem web");
        Told(quiet, Web).Answer("web/http", Pass).At("2m").Answer("web/http", Fail).At("30m").Answer("web/http", Pass).At("3h").ExpectTold();
        Told(quiet, Web with { Checks = [Service.Check("http", fall: 1)] }).Answer("web/http", Fail).At("30s").ExpectTold("Problem web").At("5m").Answer("web/http", Pass).At("50m").ExpectTold("Problem web")
            .At("3h").ExpectTold("Problem web", "Resolved web");
        Told(quiet, Web with { Ladder = [Rung.Clean(1, "20s")] }).Answer("web/http", Pass).At("2m").Answer("web/http", Fail).At("10m").ExpectTold("Problem web");
    }

    [Fact]
    public void Each_channel_hears_what_its_routes_lead_to_it()
    {
        var two = new TellingSpec
        {
            Channels = ["ops", "boss"],
            Routes = [new() { Channels = [0] }, new() { Channels = [1], From = Condition.Critical }],
        };
        Told(two, Web, new Service("db") { Checks = [Service.Check("tcp")], Tell = ["boss"] }).Answer("web/http", Fail).Answer("db/tcp", Fail).At("2m")
            .ExpectTold("ops: Problem web", "boss: Problem db");
    }

    [Fact]
    public void A_doubt_that_lasts_is_told_and_so_is_a_journal_that_cannot_be_written()
    {
        Told(Ops, Web).Doubt("30s").At("2m").ExpectTold();
        Told(Ops, Web).Doubt("5m").At("10m").ExpectTold("Problem hale/doubt", "Resolved hale/doubt");
        var story = Told(Ops, Web).Tell(new JournalChanged(Origin, "the disk is full")).At("1m").ExpectTold("Problem hale/journal");
        story.Tell(new JournalChanged(story.World.Now, null)).After("1m").ExpectTold("Problem hale/journal", "Resolved hale/journal");
    }

    [Fact]
    public void With_nobody_to_tell_nothing_is_told() => Told(new(), Web).Answer("web/http", Fail).At("1h").ExpectTold();
}
