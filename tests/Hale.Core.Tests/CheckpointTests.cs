using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests;

/// <summary>State follows names when the configuration changes.</summary>
public class CheckpointTests
{
    private static readonly Service Web = new("web") { Checks = [Check("http", fall: 1), Check("disk", fall: 1)], Ladder = [Rung.Clean(2), new("reboot")], Group = "front" };

    private static readonly Service Db = new("db") { IsSupervised = true, Checks = [Check("sql", fall: 1)], Ladder = [Rung.Restart(3)] };

    [Fact]
    public void A_written_world_reads_back_the_same()
    {
        var story = Eventful();
        Assert.Equal(story.World.Digest(), Reload(story.World, story.Spec).Digest());
    }

    [Fact]
    public void A_world_that_was_read_back_goes_on_the_same()
    {
        var story = Eventful();
        var copy = Reload(story.World, story.Spec);
        var told = story.Facts.Count;
        story.Answer("web/http", Fail).After("5m").Order(Order.Restart, "db").After("1m");
        foreach (var fact in story.Facts.Skip(told))
            copy.Fold(fact);
        Assert.Equal(story.World.Digest(), copy.Digest());
        var (one, other) = (story.World.TakeSnapshot(), copy.TakeSnapshot());
        Assert.Equal(one.Health, other.Health);
        Assert.Equal(one.Targets.Select(t => (t.Name, t.Health, t.Reason, t.Since, t.Rung)), other.Targets.Select(t => (t.Name, t.Health, t.Reason, t.Since, t.Rung)));
    }

    [Fact]
    public void The_order_of_targets_and_checks_does_not_matter()
    {
        var story = Eventful();
        var before = Picture(story.World);
        Assert.Equal(before, Picture(Reload(story.World, Build([Db, Web with { Checks = [.. Web.Checks.Reverse()] }]))));
    }

    [Fact]
    public void What_is_named_anew_starts_fresh_and_what_is_named_no_more_is_dropped()
    {
        var story = Eventful();
        var world = Reload(story.World, Build([Web with { Checks = [Check("http", fall: 1), Check("load")] }, new Service("cache") { Checks = [Check("ping")] }]));
        Assert.Equal("not looked at yet", world.Checks[1].Reason);
        Assert.Equal(story.World.Checks[0].Attempts, world.Checks[0].Attempts);
        Assert.Equal((Health.Initializing, 0), (world.Targets[1].Health, world.Targets[1].Lives));
    }

    [Fact]
    public void A_renamed_target_is_a_new_one()
    {
        var world = Reload(Eventful().World, Build([Web with { Name = "shop" }, Db]));
        Assert.Equal(0, world.Targets[0].Attempts);
        Assert.Equal(2, world.Targets[1].Lives);
    }

    [Fact]
    public void Groups_are_counted_anew_and_keep_their_budget_by_name()
    {
        var groups = new[] { new GroupSpec { Name = "front", Budget = new(5, TimeSpan.FromHours(1)) }, new GroupSpec { Name = "back" } };
        var story = Scenario.Of(Build([Web, Db with { Group = "back" }], groups)).Observe("web/http", Fail).ExpectIntents("web: clean", "db: start");
        var world = Reload(story.World, Build([Web, Db with { Group = "front" }], [groups[1], groups[0]]));
        Assert.Single(world.Groups[1].Spent);
        Assert.Equal((2, 1, 2), (world.Groups[1].Judged, world.Groups[1].Unhealthy, world.Groups[1].Busy));
        Assert.Equal(0, world.Groups[0].Judged);
    }

    [Fact]
    public void Tries_on_a_ladder_that_has_changed_do_not_count_on_the_new_one()
    {
        var story = Eventful();
        Assert.Equal(1, story["web"].Tries[0]);
        Assert.Equal([1, 0], Reload(story.World, Build([Web with { Ladder = [Rung.Clean(5), new("reboot")] }])).Targets[0].Tries);
        Assert.Equal([0, 0], Reload(story.World, Build([Web with { Ladder = [new("reboot"), Rung.Clean(2)] }])).Targets[0].Tries);
        Assert.Equal([0], Reload(story.World, Build([Web with { Ladder = [Rung.Clean(2)] }])).Targets[0].Tries);
    }

    [Fact]
    public void A_person_is_needed_no_more_when_the_ladder_has_changed()
    {
        var story = Scenario.Of(Web with { Ladder = [Rung.Clean()] }).Observe("web/disk", Pass).Answer("web/http", Fail).At("5m").ExpectNeedsHuman("web");
        story.Restart(Web with { Ladder = [Rung.Clean()] }).ExpectNeedsHuman("web");
        story.Restart(Web with { Ladder = [Rung.Clean(), new("reboot")] }).ExpectNeedsHuman("web", false);
    }

    [Fact]
    public void An_intent_whose_rung_is_gone_is_closed_without_harm()
    {
        var story = Scenario.Of(Web).Idle().Observe("web/http", Fail).ExpectIntents("web: clean");
        story.Restart(Web with { Ladder = [] }).Close("web", RemedyOutcome.Dropped);
        Assert.Equal((0, 0), (story["web"].Attempts, story.World.Fleet.Busy));
    }

    [Fact]
    public void A_target_that_Hale_no_longer_owns_is_watched_from_anew()
    {
        var story = Eventful();
        story.Restart(Web, Db with { IsSupervised = false }).Observe("db/sql", Pass).Expect("db", Health.Ok);
        story.Restart(Web, Db).Expect("db", Health.Initializing).After("10s");
        Assert.Equal(Cause.Start, story.Intents[^1].Cause);
    }

    [Fact]
    public void A_checkpoint_of_another_version_is_refused()
    {
        using var bytes = new MemoryStream([99, 0, 0, 0]);
        using var reader = new BinaryReader(bytes);
        Assert.Contains("version 99", Assert.Throws<InvalidDataException>(() => World.Load(Build([Web]), reader)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_from_before_there_were_alarms_is_still_read()
    {
        var story = Eventful();
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
            story.World.Save(writer);
        // Version 1 is version 2 without the alarms at its end, of which this world has none.
        var old = bytes.ToArray()[..^sizeof(int)];
        old[0] = 1;
        using var reader = new BinaryReader(new MemoryStream(old));
        Assert.Equal(story.World.Digest(), World.Load(story.Spec, reader).Digest());
    }

    /// <summary>Both targets have been up and down, a remedy is being verified, an approval and a pause stand.</summary>
    private static Scenario Eventful()
    {
        var story = Scenario.Of(Web, Db).Answer("db/sql", Pass).Answer("web/disk", Pass).At("20s").End("db");
        return story.Observe("web/http", Pass).Observe("web/http", Fail).After("5s").Order(Order.Pause, "web", "1h").Order(Order.Approve, "db").Doubt("10s").After("2s");
    }

    private static IEnumerable<string> Picture(World world) =>
        world.TakeSnapshot().Targets.OrderBy(t => t.Name).SelectMany(t =>
            new[] { $"{t.Name} {t.Health} {t.Reason} {t.Since} {t.Incarnation} {t.Lives} {t.Attempts} {t.OpenIntent?.Id}" }
                .Concat(t.Checks.OrderBy(c => c.Name).Select(c => $"{c.Name} {c.Health} {c.Attempts} {c.LastAt} {c.FailStreak}")));
}
