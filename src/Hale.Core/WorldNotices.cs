using Hale.Core.Judging;
using Hale.Core.Model;
using Hale.Core.Telling;

namespace Hale.Core;

/// <summary>
/// What people are told. Conditions are noted as they change; with each tick they are compared with what every channel was told, and
/// the difference becomes notices. The subjects are the targets, then the alarms, then the doubt about Hale, then its journal.
/// </summary>
public sealed partial class World
{
    private const string DoubtName = "hale/doubt";
    private const string JournalName = "hale/journal";

    private readonly List<Notice> notices = [];
    private readonly List<(string Key, TellingState State)> departed = [];
    private readonly List<int> restless = [];
    private readonly List<int> bad = [];
    private readonly List<int> over = [];
    private readonly List<int> again = [];
    private TellingState[] tellings = [];
    private Reach[][] reaches = [];
    private bool[] isRestless = [];
    private bool[] isQuiet = [];

    /// <summary>What the last fold wants told: to be written down together with the fact that brought it about.</summary>
    public IReadOnlyList<Notice> Notices => notices;

    /// <summary>Why Hale's journal cannot be written; null when it can.</summary>
    public string? JournalTrouble { get; private set; }

    /// <summary>Incidents told so far.</summary>
    public long Incidents { get; private set; }

    /// <summary>What was told of a target.</summary>
    public TellingState? TellingOf(int target) => target < tellings.Length ? tellings[target] : null;

    private int DoubtSubject => Targets.Length + Alarms.Length;

    private int JournalSubject => DoubtSubject + 1;

    private void BeginTelling()
    {
        if (Spec.Telling.Channels.Length == 0)
            return;
        tellings = [.. Enumerable.Range(0, JournalSubject + 1).Select(_ => new TellingState())];
        isRestless = new bool[tellings.Length];
        isQuiet = new bool[Spec.Telling.Routes.Length];
        var ofHale = Reach.OfHale(Spec);
        reaches = [.. Enumerable.Range(0, Targets.Length).Select(t => Reach.OfTarget(Spec, t)), .. Enumerable.Range(0, Alarms.Length).Select(a => Reach.OfAlarm(Spec, a)), ofHale, ofHale];
    }

    /// <summary>Takes in how a subject stands now; what is not as good as new is looked at with each tick from then on.</summary>
    private void Note(int subject)
    {
        if (subject >= tellings.Length)
            return;
        var state = tellings[subject];
        var condition = ConditionOf(subject);
        if (condition != state.Condition)
        {
            if (condition >= Condition.Warning && state.BadSince.IsNever)
                state.BadSince = Now;
            state.Condition = condition;
            state.Since = Now;
            if (condition == Condition.Well && !state.IsOpen)
                state.Clear();
        }
        if (state.IsPlain)
            state.Clear();
        else if (!isRestless[subject])
        {
            isRestless[subject] = true;
            restless.Add(subject);
        }
    }

    private Condition ConditionOf(int subject) =>
        subject < Targets.Length ? Conditions.OfTarget(this, subject)
        : subject < DoubtSubject ? Conditions.OfAlarm(this, subject - Targets.Length)
        : subject == DoubtSubject ? Conditions.OfDoubt(this)
        : Conditions.OfJournal(this);

    private void TakeJournal(JournalChanged fact)
    {
        JournalTrouble = fact.Trouble;
        Note(JournalSubject);
    }

    private void Acknowledge(int subject, string by)
    {
        if (subject >= tellings.Length || tellings[subject].Condition < Condition.Warning)
            return;
        tellings[subject].Acknowledged = tellings[subject].Condition;
        tellings[subject].AcknowledgedBy = by;
    }

    private void Tell()
    {
        TellDeparted();
        if (restless.Count == 0)
            return;
        // In the order of the configuration, whatever the order in which they became bad: so a checkpoint makes no difference.
        restless.Sort();
        foreach (var subject in restless)
            Note(subject);
        for (var route = 0; route < isQuiet.Length; route++)
            isQuiet[route] = IsOpen(Spec.Telling.Routes[route].Quiet);
        for (var channel = 0; channel < Spec.Telling.Channels.Length; channel++)
            TellChannel(channel);
        for (var i = restless.Count - 1; i >= 0; i--)
        {
            var state = tellings[restless[i]];
            if (!state.IsOpen && state.Condition == Condition.Well)
                state.Clear();
            if (!state.IsPlain)
                continue;
            isRestless[restless[i]] = false;
            restless.RemoveAt(i);
        }
    }

    /// <summary>Once the first of what one channel is to be told has waited long enough, the rest goes with it: one notice for what happens together.</summary>
    private void TellChannel(int channel)
    {
        var (isBadDue, isOverDue) = (false, false);
        foreach (var subject in restless)
        {
            var state = tellings[subject];
            var told = state.Told?[channel] ?? default;
            var waited = Now - state.Since >= WaitOf(subject, state.Condition);
            switch (Teller.Want(state.Condition, told.Condition))
            {
                case NoticeKind.Problem when Reaches(subject, channel, state.Condition) && HoldOf(subject, state) is null:
                    bad.Add(subject);
                    isBadDue |= waited;
                    break;
                case NoticeKind.Resolved when Ends(subject, channel, told.Condition):
                    over.Add(subject);
                    isOverDue |= waited;
                    break;
                case null when IsReminderDue(subject, channel, state, told):
                    again.Add(subject);
                    break;
            }
        }
        if (isOverDue)
            Emit(NoticeKind.Resolved, channel, over);
        if (isBadDue)
            Emit(NoticeKind.Problem, channel, bad);
        if (again.Count > 0)
            Emit(NoticeKind.Reminder, channel, again);
        bad.Clear();
        over.Clear();
        again.Clear();
    }

    /// <summary>Why nothing bad is told of a subject now; null when nothing holds it back.</summary>
    private string? HoldOf(int subject, TellingState state) => subject < Targets.Length ? Teller.Holds(this, subject, state) : null;

    private TimeSpan WaitOf(int subject, Condition condition) =>
        condition == Condition.Critical ? TimeSpan.Zero
        : subject == DoubtSubject && condition != Condition.Well ? Spec.Telling.DoubtWait
        : Spec.Telling.Wait;

    /// <summary>Something this bad goes to the channel now.</summary>
    private bool Reaches(int subject, int channel, Condition condition)
    {
        foreach (var way in reaches[subject])
            if (way.Channel == channel && condition >= way.From && (condition == Condition.Critical || way.Route < 0 || !isQuiet[way.Route]))
                return true;
        return false;
    }

    /// <summary>
    /// That it is over is told wherever it was told, whether or not a way leads there still. Where it is quiet it waits, unless what was told
    /// was critical: then somebody is up.
    /// </summary>
    private bool Ends(int subject, int channel, Condition told)
    {
        var isHushed = false;
        foreach (var way in reaches[subject])
        {
            if (way.Channel != channel)
                continue;
            if (way.Route < 0 || !isQuiet[way.Route])
                return true;
            isHushed = true;
        }
        return !isHushed || told == Condition.Critical;
    }

    private bool IsReminderDue(int subject, int channel, TellingState state, in Told told) =>
        Spec.Telling.Repeat is { } repeat && told.Condition != Condition.Well && state.Condition >= Condition.Warning && Now - told.At >= repeat
        && HoldOf(subject, state) is null && Reaches(subject, channel, told.Condition);

    private void Emit(NoticeKind kind, int channel, List<int> subjects)
    {
        var items = new NoticeItem[subjects.Count];
        for (var i = 0; i < items.Length; i++)
            items[i] = TellOne(kind, channel, subjects[i]);
        notices.Add(new Notice(kind, channel, Now, items));
    }

    private NoticeItem TellOne(NoticeKind kind, int channel, int subject)
    {
        var state = tellings[subject];
        if (state.Number == 0)
        {
            state.Number = ++Incidents;
            state.OpenedAt = Now;
        }
        state.Told ??= new Told[Spec.Telling.Channels.Length];
        var round = state.Told[channel].Round + 1;
        var told = kind switch
        {
            NoticeKind.Resolved => Condition.Well,
            NoticeKind.Reminder => state.Told[channel].Condition,
            _ => state.Condition,
        };
        state.Told[channel] = new Told(told, Now, round);
        var isTarget = subject < Targets.Length;
        return new NoticeItem(isTarget ? SubjectKind.Target : subject < DoubtSubject ? SubjectKind.Alarm : SubjectKind.Hale, NameOfSubject(subject), state.Incident, state.Condition, state.BadSince,
            TextOf(subject, state), round, isTarget && kind != NoticeKind.Resolved ? HiddenBehind(subject) : 0);
    }

    /// <summary>What a configuration no longer names and was told to be bad: nobody will look at it again, so the incident is over.</summary>
    private void TellDeparted()
    {
        foreach (var (key, state) in departed)
        {
            var isAlarm = key.StartsWith(AlarmPrefix, StringComparison.Ordinal);
            for (var channel = 0; channel < state.Told!.Length; channel++)
                if (state.Told[channel] is { Condition: not Condition.Well } told)
                    notices.Add(new Notice(NoticeKind.Resolved, channel, Now,
                        [new NoticeItem(isAlarm ? SubjectKind.Alarm : SubjectKind.Target, isAlarm ? key[AlarmPrefix.Length..] : key, state.Incident, Condition.Well, state.BadSince, "it is not watched any more", told.Round + 1)]));
        }
        departed.Clear();
    }

    private string NameOfSubject(int subject) =>
        subject < Targets.Length ? Spec.Targets[subject].Name
        : subject < DoubtSubject ? Spec.Alarms[subject - Targets.Length].Name
        : subject == DoubtSubject ? DoubtName : JournalName;

    private string TextOf(int subject, TellingState state)
    {
        if (subject == DoubtSubject)
            return Doubt is null ? "Hale trusts itself again" : $"Hale doubts itself, judges nothing and heals nothing: {Doubt}";
        if (subject == JournalSubject)
            return JournalTrouble is null ? "the journal is written again" : $"{JournalTrouble}; watching goes on, and nothing is healed";
        if (subject >= Targets.Length)
            return $"{(state.Condition == Condition.Error ? "is in alarm" : "is no longer in alarm")}: {Alarms[subject - Targets.Length].Reason}";
        var target = Targets[subject];
        return state.Condition switch
        {
            Condition.Critical => $"needs a person: {target.NeedsHuman}",
            Condition.Warning => $"flaps: its verdict changes too often; now {target.Health}: {target.Reason}",
            Condition.Error => $"is impaired: {target.Reason}",
            _ => target.Health == Health.NotApplicable ? $"is over: {target.Reason}"
                : $"is {(target.Health == Health.Degraded ? "working again, beyond a warning level" : "ok again")} after {Judge.Span(Now - state.BadSince)}: {target.Reason}",
        };
    }

    /// <summary>Targets that are not judged because this one has failed.</summary>
    private int HiddenBehind(int target)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>([target]);
        while (open.TryPop(out var next))
            foreach (var dependent in dependents[next])
                if (Targets[dependent].IsShadowed && seen.Add(dependent))
                    open.Push(dependent);
        return seen.Count;
    }

    private bool IsOpen(MaintenanceWindow[] windows)
    {
        foreach (var window in windows)
            if (window.OpenUntil(Now) is not null)
                return true;
        return false;
    }
}
