using Hale.Core.Model;

namespace Hale.Core.Alarming;

/// <summary>What the world remembers of one alarm. Times stand on the steady line.</summary>
public sealed class AlarmState
{
    private readonly AlarmSpec spec;

    internal AlarmState(AlarmSpec spec, Instant now)
    {
        this.spec = spec;
        Since = HeardFrom = now;
        Window = spec.Condition is null ? null : new AlarmWindow(spec.Condition);
    }

    /// <summary>The state.</summary>
    public AlarmValue Value { get; private set; }

    /// <summary>Since when.</summary>
    public Instant Since { get; private set; }

    /// <summary>Why, in one line.</summary>
    public string Reason { get; private set; } = "not evaluated yet";

    /// <summary>The boundary at which it was evaluated last; never before the first time.</summary>
    public Instant EvaluatedAt { get; private set; } = Instant.Never;

    /// <summary>From when on silence is known to be silence: the alarm was there to hear.</summary>
    public Instant HeardFrom { get; private set; }

    internal AlarmWindow? Window { get; }

    /// <summary>Evaluates the slots that end at a boundary. True when the state changed.</summary>
    internal bool Evaluate(Instant end, Instant now, Instant watchedFrom)
    {
        var condition = spec.Condition!;
        EvaluatedAt = end;
        Span<Slot> slots = stackalloc Slot[condition.Range];
        var from = Instant.Max(HeardFrom, watchedFrom);
        var (real, few) = (0, false);
        for (var age = 1; age <= slots.Length; age++)
        {
            var value = Window!.Datapoint(end, age, condition, out var samples);
            slots[age - 1] = value is null ? end - (condition.Period * age) < from ? Slot.Unheard : Slot.Missing
                : condition.IsBreaching(value.Value) ? Slot.Breaching : Slot.Calm;
            if (value is not null && real++ < condition.Periods)
                few |= samples < condition.FewestSamples;
        }
        if (few)
            return false;
        var to = AlarmRule.Evaluate(slots, condition.Periods, condition.Datapoints, condition.Missing, Value);
        return to != Value && Become(to, now, AlarmText.Reason(condition, Datapoints(), to));
    }

    /// <summary>Evaluates the rule of a composite alarm. True when the state changed.</summary>
    internal bool Evaluate(AlarmState[] alarms, AlarmSpec[] specs, Instant now)
    {
        EvaluatedAt = now;
        var to = spec.Expression!.Holds(alarms) ? AlarmValue.Alarm : AlarmValue.Ok;
        return to != Value && Become(to, now, AlarmText.Reason(spec.Expression, alarms, specs, to));
    }

    /// <summary>The datapoints of the evaluation range as of the last evaluation, oldest first.</summary>
    internal AlarmDatapoint[] Datapoints()
    {
        if (spec.Condition is not { } condition || EvaluatedAt.IsNever)
            return [];
        var datapoints = new AlarmDatapoint[condition.Range];
        for (var age = 1; age <= datapoints.Length; age++)
            datapoints[^age] = new(EvaluatedAt - (condition.Period * age), Window!.Datapoint(EvaluatedAt, age, condition, out _));
        return datapoints;
    }

    /// <summary>Takes in what the store keeps from before the alarm began to hear, and has the next tick evaluate it.</summary>
    internal void Recall(Recalled[] pieces)
    {
        Window!.Recall(pieces);
        foreach (var piece in pieces)
            HeardFrom = Instant.Min(HeardFrom, piece.At);
        EvaluatedAt = Instant.Never;
    }

    internal void Save(BinaryWriter to)
    {
        to.Write((byte)Value);
        to.Write(Since.Ticks);
        to.Write(Reason);
        to.Write(EvaluatedAt.Ticks);
        to.Write(HeardFrom.Ticks);
        to.Write(spec.Condition?.Metric ?? "");
        to.Write(Window is not null);
        Window?.Save(to);
    }

    /// <summary>
    /// Reads a state. An alarm keeps its state when its definition changes, as in CloudWatch, and its samples as long as they are of the same metric.
    /// </summary>
    internal static void Load(BinaryReader from, AlarmState? alarm)
    {
        var (value, since, reason) = ((AlarmValue)from.ReadByte(), new Instant(from.ReadInt64()), from.ReadString());
        var (evaluatedAt, heardFrom) = (new Instant(from.ReadInt64()), new Instant(from.ReadInt64()));
        var isSameMetric = from.ReadString() == (alarm?.spec.Condition?.Metric ?? "");
        if (from.ReadBoolean())
            AlarmWindow.Load(from, isSameMetric ? alarm?.Window : null);
        if (alarm is null)
            return;
        (alarm.Value, alarm.Since, alarm.Reason) = (value, since, reason);
        if (isSameMetric)
            (alarm.EvaluatedAt, alarm.HeardFrom) = (evaluatedAt, heardFrom);
    }

    private bool Become(AlarmValue to, Instant now, string reason)
    {
        (Value, Since, Reason) = (to, now, reason);
        return true;
    }
}
