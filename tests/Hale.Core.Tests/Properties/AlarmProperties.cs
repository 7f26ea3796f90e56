using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Core.Tests.Support;

namespace Hale.Core.Tests.Properties;

/// <summary>Alarms over random histories of random worlds.</summary>
public class AlarmProperties
{
    [Fact]
    public void Feeding_one_by_one_or_after_a_restart_gives_the_same_changes_of_state() => Histories.Hold(history =>
    {
        var player = Player.Play(history);
        var straight = Changes(new World(history.Spec, Scenario.Origin), player.Facts, restarts: false);
        Assert.Equal(straight, Changes(new World(history.Spec, Scenario.Origin), player.Facts, restarts: true));
    });

    [Fact]
    public void The_state_is_what_all_samples_since_the_beginning_give() => Histories.Hold(history => Player.Play(history, new AlarmsFromAllSamples(history.Spec)));

    [Fact]
    public void Random_histories_do_move_alarms() => Assert.True(
        Enumerable.Range(0, 200).Select(seed => History.Random(seed, 60)).Sum(h => Changes(new World(h.Spec, Scenario.Origin), Player.Play(h).Facts, restarts: false).Count(c => !c.StartsWith("both", StringComparison.Ordinal))) > 100);

    private static List<string> Changes(World world, List<Model.Fact> facts, bool restarts)
    {
        var changes = new List<string>();
        foreach (var fact in facts)
        {
            if (restarts)
                world = Scenario.Reload(world, world.Spec);
            world.Fold(fact);
            foreach (var change in world.Changes)
                if (change.Kind == ChangeKind.Alarm)
                    changes.Add($"{world.Spec.Alarms[change.Alarm].Name} {change.AlarmFrom} -> {change.AlarmTo} at {fact.At}: {change.Text}");
        }
        return changes;
    }

    /// <summary>Keeps every sample for ever and reckons each slot from all of them: what the rings of buckets have to come to.</summary>
    private sealed class AlarmsFromAllSamples(WorldSpec spec) : Witness
    {
        private readonly List<(Instant At, double Value)>[] samples = Array.ConvertAll(spec.Alarms, _ => new List<(Instant, double)>());
        private readonly AlarmValue[] values = new AlarmValue[spec.Alarms.Length];
        private readonly long[] evaluated = Array.ConvertAll(spec.Alarms, _ => long.MinValue);

        public override void Folded(World world, Model.Fact fact)
        {
            if (world.Sampled is { } sample)
                for (var a = 0; a < samples.Length; a++)
                    if (spec.Alarms[a].Condition is { } condition && spec.Checks[sample.Check].Target == condition.Source.Target && sample.Of(condition.Source) is { } value)
                        samples[a].Add((sample.At, value));
            if (fact is Ticked && !world.IsInDoubt)
                for (var a = 0; a < samples.Length; a++)
                    if (spec.Alarms[a].Condition is { } condition)
                        Evaluate(world, a, condition);
        }

        private void Evaluate(World world, int a, AlarmCondition condition)
        {
            var end = world.Now.Ticks / condition.Grain.Ticks * condition.Grain.Ticks;
            if (end <= evaluated[a])
                return;
            evaluated[a] = end;
            var heardFrom = Math.Max(Scenario.Origin.Ticks, Math.Max(world.DoubtAt.Ticks, world.DoubtUntil.Ticks));
            var slots = Enumerable.Range(1, condition.Range).Select(age =>
            {
                var (from, until) = (end - (age * condition.Period.Ticks), end - ((age - 1) * condition.Period.Ticks));
                var slot = samples[a].Where(s => s.At.Ticks >= from && s.At.Ticks < until).Select(s => s.Value).ToArray();
                return slot.Length == 0 ? from < heardFrom ? Slot.Unheard : Slot.Missing : condition.IsBreaching(Of(condition.Statistic, slot)) ? Slot.Breaching : Slot.Calm;
            });
            values[a] = AlarmRule.Evaluate([.. slots], condition.Periods, condition.Datapoints, condition.Missing, values[a]);
            Require(values[a] == world.Alarms[a].Value, $"{spec.Alarms[a].Name} is {world.Alarms[a].Value} at {world.Now}, and all samples give {values[a]}");
        }

        private static double Of(Statistic statistic, double[] slot) => statistic switch
        {
            Statistic.Average => slot.Average(),
            Statistic.Sum => slot.Sum(),
            Statistic.Minimum => slot.Min(),
            Statistic.Maximum => slot.Max(),
            Statistic.SampleCount => slot.Length,
            _ => slot.Order().ElementAt((slot.Length - 1) / 2),
        };
    }
}
