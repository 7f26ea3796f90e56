using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Core.Telling;
using Hale.Core.Tests.Support;

namespace Hale.Core.Tests.Properties;

/// <summary>
/// What holds of notices over random histories: downtime, flapping, dependencies, acknowledgements, pauses, maintenance and quiet hours, and
/// restarts of Hale, in any mixture.
/// </summary>
public class NoticeProperties
{
    private static readonly TimeSpan BeyondAllWindows = TimeSpan.FromHours(2);

    [Fact]
    public void A_resolved_follows_a_problem_and_no_problem_is_told_twice_as_the_same() =>
        Histories.Hold(history => Player.Play(history, new Receivers(history.Spec)));

    [Fact]
    public void When_all_is_well_in_the_end_nobody_is_left_with_an_open_problem() => Histories.Hold(history =>
    {
        var receivers = new Receivers(history.Spec);
        var player = Player.Play(history, receivers);
        Settle(player, history.Spec, Happening.Pass);
        for (var t = 0; t < history.Spec.Targets.Length; t++)
            Assert.True(player.World.IsWell(t), $"the test has to make t{t} well, which is {player.World.Targets[t].Health}: {player.World.Targets[t].Reason}");
        // An alarm goes by its own rule: that over others may be in alarm because they are well.
        var open = receivers.Open.Keys.Where(at => Array.FindIndex(history.Spec.Alarms, alarm => alarm.Name == at.Subject) is not (>= 0 and var a) || player.World.Alarms[a].Value == AlarmValue.Ok);
        Assert.True(!open.Any(), $"still open: {string.Join(", ", open)}");
    });

    [Fact]
    public void When_something_is_bad_in_the_end_and_nothing_holds_it_back_it_has_been_told() => Histories.Hold(history =>
    {
        var receivers = new Receivers(history.Spec);
        var player = Player.Play(history, receivers);
        Settle(player, history.Spec, Happening.Fail);
        var world = player.World;
        for (var t = 0; t < history.Spec.Targets.Length; t++)
        {
            if (world.TellingOf(t) is not { Condition: >= Condition.Warning } state || Teller.Holds(world, t, state) is not null || world.Now - state.Since < history.Spec.Telling.Wait)
                continue;
            foreach (var way in Reach.OfTarget(history.Spec, t))
                Assert.True(state.Condition < way.From || receivers.Open.ContainsKey((history.Spec.Targets[t].Name, way.Channel)),
                    $"t{t} is {world.Targets[t].Health} ({state.Condition}), and channel {way.Channel} was not told");
        }
    });

    /// <summary>Time without windows, in which all that a person had ordered is over and every check comes to the same, until nothing moves any more.</summary>
    private static void Settle(Player player, WorldSpec spec, Happening what)
    {
        player.Take(new Step((int)BeyondAllWindows.TotalSeconds, Happening.Tick, 0, 0));
        for (var round = 0; round < 60; round++)
        {
            for (var t = 0; t < spec.Targets.Length; t++)
            {
                if (round is 0 or 30)
                {
                    player.Take(new Step(0, Happening.Order, t, (int)Order.Start));
                    player.Take(new Step(0, Happening.Order, t, (int)Order.Resume));
                }
                player.Take(new Step(0, Happening.Close, t, 0));
                if (spec.Targets[t].IsSupervised && player.World.Targets[t].Life.IsNone)
                    player.Take(new Step(0, Happening.Begin, t, 2));
            }
            for (var c = 0; c < spec.Checks.Length; c++)
                player.Take(new Step(0, what, c, 1));
            player.Take(new Step(11, Happening.Tick, 0, 0));
        }
        if (player.World.JournalTrouble is not null)
            player.Take(new Step(0, Happening.Journal, 0, 1));
        for (var ticks = 0; ticks < 12; ticks++)
        {
            for (var c = 0; c < spec.Checks.Length; c++)
                player.Take(new Step(0, what, c, 1));
            player.Take(new Step(10, Happening.Tick, 0, 0));
        }
    }

    /// <summary>What the receivers of all channels know.</summary>
    private sealed class Receivers(WorldSpec spec) : Witness
    {
        private readonly HashSet<string> keys = [];

        /// <summary>By subject and channel: how bad it was said to be.</summary>
        public Dictionary<(string Subject, int Channel), (string Incident, Condition Condition)> Open { get; } = [];

        public override void Folded(World world, Model.Fact fact)
        {
            foreach (var notice in world.Notices)
            {
                Require(notice.Items.Length > 0, "a notice about nothing");
                Require(keys.Add(notice.Key(spec.Telling.Channels[notice.Channel])), $"the key {notice.Key("")} was used before");
                foreach (var item in notice.Items)
                    Hear(notice, item);
            }
        }

        private void Hear(Notice notice, NoticeItem item)
        {
            var at = (item.Subject, notice.Channel);
            var isOpen = Open.TryGetValue(at, out var known);
            switch (notice.Kind)
            {
                case NoticeKind.Problem:
                    Require(item.Condition >= Condition.Warning, $"a problem of {item.Subject} that is {item.Condition}");
                    Require(!isOpen || known.Condition != item.Condition, $"{item.Subject} was told twice to be {item.Condition}");
                    Require(!isOpen || known.Incident == item.Incident, $"{item.Subject} changed its incident while it was open");
                    Open[at] = (item.Incident, item.Condition);
                    break;
                case NoticeKind.Reminder:
                    Require(isOpen, $"a reminder of {item.Subject}, of which nothing was told");
                    break;
                case NoticeKind.Resolved:
                    Require(isOpen, $"{item.Subject} was resolved and had not been told");
                    Require(known.Incident == item.Incident, $"{item.Subject} was resolved in another incident");
                    Open.Remove(at);
                    break;
            }
        }
    }
}
