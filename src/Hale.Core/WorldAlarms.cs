using Hale.Core.Alarming;
using Hale.Core.Model;

namespace Hale.Core;

/// <summary>
/// Alarms. Samples enter with the observations that they come from; at each boundary of the minute (of ten seconds for short periods) the first
/// tick behind it evaluates what ended there. While Hale doubts itself nothing is evaluated, and silence that it did not listen to counts for nothing.
/// </summary>
public sealed partial class World
{
    private readonly AlarmSnapshot?[] alarmPictures;
    private readonly int[][] alarmsOfTarget;
    private readonly int[] composites;

    /// <summary>By alarm index.</summary>
    public AlarmState[] Alarms { get; }

    /// <summary>What the last fold brought to measure; null for nothing.</summary>
    public Sample? Sampled { get; private set; }

    /// <summary>From when on silence is known to be silence.</summary>
    private Instant WatchedFrom => Instant.Max(DoubtAt, DoubtUntil);

    /// <summary>An attempt that counts as evidence is a sample; one that could not tell, that came too late or that failed in doubt is none.</summary>
    private void TakeSample(in Observation observation)
    {
        var target = Spec.Checks[observation.Check].Target;
        ref readonly var state = ref Checks[observation.Check];
        if (state.LastOutcome == Outcome.Inconclusive || state.EvidenceAt != observation.StartedAt)
            return;
        var hasFailed = state.LastOutcome == Outcome.Fail;
        bool? passed = !hasFailed ? true : state.FailStreak > 0 ? false : null; // A failure within the grace time counts neither way.
        bool? healthy = IsWell(target) ? true : Targets[target].Health == Health.Impaired ? false : null;
        Sampled = new Sample(observation.Check, observation.StartedAt, observation.Took, observation.Result.Measurements, passed, healthy);
        foreach (var a in alarmsOfTarget[target])
            if (Sampled.Value.Of(Spec.Alarms[a].Condition!.Source) is { } value)
                Alarms[a].Window!.Add(observation.StartedAt, value);
    }

    private void Recall(DatapointsRecalled recalled)
    {
        Alarms[recalled.Alarm].Recall(recalled.Pieces);
        alarmPictures[recalled.Alarm] = null;
    }

    private void TickAlarms()
    {
        if (IsInDoubt || Alarms.Length == 0)
            return;
        var news = false;
        for (var a = 0; a < Alarms.Length; a++)
        {
            if (Spec.Alarms[a].Condition is not { } condition)
                continue;
            var end = new Instant(Now.Ticks - (Now.Ticks % condition.Grain.Ticks));
            if (Alarms[a].EvaluatedAt >= end)
                continue;
            alarmPictures[a] = null;
            var from = Alarms[a].Value;
            if (!Alarms[a].Evaluate(end, Now, WatchedFrom))
                continue;
            news = true;
            Say(a, from);
        }
        foreach (var a in composites)
        {
            var from = Alarms[a].Value;
            if ((!news && !Alarms[a].EvaluatedAt.IsNever) || !Alarms[a].Evaluate(Alarms, Spec.Alarms, Now))
                continue;
            news = true;
            alarmPictures[a] = null;
            Say(a, from);
        }
    }

    private void Say(int a, AlarmValue from)
    {
        Note(Targets.Length + a);
        changes.Add(new(ChangeKind.Alarm, -1, -1, default, default, Alarms[a].Reason) { Alarm = a, AlarmFrom = from, AlarmTo = Alarms[a].Value });
    }

    private AlarmSnapshot[] PictureAlarms()
    {
        var pictures = new AlarmSnapshot[Alarms.Length];
        for (var a = 0; a < pictures.Length; a++)
            pictures[a] = alarmPictures[a] ??= PictureAlarm(a);
        return pictures;
    }

    private AlarmSnapshot PictureAlarm(int a)
    {
        var (spec, state) = (Spec.Alarms[a], Alarms[a]);
        return new AlarmSnapshot
        {
            Name = spec.Name,
            Description = spec.Description,
            Value = state.Value,
            Since = state.Since,
            Reason = state.Reason,
            Rule = AlarmText.Rule(spec),
            Target = spec.Condition is { } condition ? Spec.Targets[condition.Source.Target].Name : null,
            Metric = spec.Condition?.Metric,
            Threshold = spec.Condition?.Threshold,
            EvaluatedAt = state.EvaluatedAt,
            Datapoints = state.Datapoints(),
            ActionsEnabled = spec.ActionsEnabled,
            Tell = spec.Tell,
        };
    }

    private void SaveAlarms(BinaryWriter to)
    {
        to.Write(Alarms.Length);
        for (var a = 0; a < Alarms.Length; a++)
        {
            to.Write(Spec.Alarms[a].Name);
            Alarms[a].Save(to);
        }
    }

    private void LoadAlarms(BinaryReader from)
    {
        var names = new Dictionary<string, int>(Alarms.Length);
        for (var a = 0; a < Alarms.Length; a++)
            names[Spec.Alarms[a].Name] = a;
        for (var n = from.ReadInt32(); n > 0; n--)
            AlarmState.Load(from, names.TryGetValue(from.ReadString(), out var a) ? Alarms[a] : null);
    }

    private static int[][] AlarmsByTarget(WorldSpec spec)
    {
        var alarms = Array.ConvertAll(spec.Targets, _ => new List<int>());
        for (var a = 0; a < spec.Alarms.Length; a++)
            if (spec.Alarms[a].Condition is { } condition)
                alarms[condition.Source.Target].Add(a);
        return Array.ConvertAll(alarms, list => list.ToArray());
    }

    /// <summary>Composite alarms, those that others look at before the others. The loader refuses circles.</summary>
    private static int[] CompositesInOrder(AlarmSpec[] alarms)
    {
        var order = new List<int>();
        var placed = new bool[alarms.Length];
        for (var a = 0; a < alarms.Length; a++)
            Place(a);
        return [.. order];

        void Place(int a)
        {
            if (placed[a] || alarms[a].Expression is not { } expression)
                return;
            placed[a] = true;
            foreach (var term in expression.Terms)
                if (term.Alarm >= 0)
                    Place(term.Alarm);
            order.Add(a);
        }
    }
}
