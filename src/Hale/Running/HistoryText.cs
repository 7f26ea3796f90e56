using Hale.Core.Alarming;
using Hale.Core.Model;

namespace Hale.Running;

/// <summary>Facts and changes in words, one line each, for the history and the console.</summary>
internal sealed class HistoryText(WorldSpec spec)
{
    /// <summary>A line for a fact that is an event in itself; null for observations, ticks and what shows in its changes.</summary>
    public (string Kind, string? Target, string Text, long? Intent)? Of(Fact fact) => fact switch
    {
        LifeBegan f => ("life", Name(f.Target), f.Adopted ? $"found running as {f.Incarnation}" : $"began as {f.Incarnation}", null),
        LifeEnded f => ("life", Name(f.Target), f.Unwatched ? $"ended while Hale was away: {f.How}" : $"ended: {f.How}", null),
        IntentOpened { Intent: var i } => ("intent", Name(i.Target), $"#{i.Id} {RemedyOf(spec.Targets[i.Target], i)}{Attempt(i)}: {i.Reason}", i.Id),
        IntentClosed f => ("outcome", Name(f.Target), $"#{f.Intent} {f.Outcome}: {f.Detail}", f.Intent),
        Ordered f => ("order", Name(f.Target), $"{f.Order} by {f.By}{(f.Why.Length == 0 ? "" : $": {f.Why}")}", null),
        EngineStarted => ("daemon", null, "Hale started", null),
        Reconfigured f => ("daemon", null, f.Summary, null),
        DatapointsRecalled f => ("alarm", AlarmTarget(f.Alarm), $"{spec.Alarms[f.Alarm].Name}: looks back at {f.Pieces.Sum(piece => (long)piece.Count)} samples that were kept, since {f.Pieces.Min(piece => piece.At)}", null),
        JournalChanged f => ("daemon", null, f.Trouble is null ? "the journal is written again" : $"{f.Trouble}; watching goes on, and nothing is healed", null),
        _ => null,
    };

    /// <summary>A line for a change that a fold brought about.</summary>
    public (string Kind, string? Target, string Text, long? Intent) Of(in Change change) => change.Kind switch
    {
        ChangeKind.Check => ("check", Name(change.Target), $"{spec.Checks[change.Check].Name}: {change.From} -> {change.To}: {change.Text}", null),
        ChangeKind.Target => ("transition", Name(change.Target), $"{change.From} -> {change.To}: {change.Text}", null),
        ChangeKind.Flapping => ("check", Name(change.Target), $"{spec.Checks[change.Check].Name}: {change.Text}", null),
        ChangeKind.Helped => ("outcome", Name(change.Target), $"#{change.Intent} helped: {change.Text}", change.Intent),
        ChangeKind.DidNotHelp => ("outcome", Name(change.Target), $"#{change.Intent} did not help: {change.Text}", change.Intent),
        ChangeKind.NeedsHuman => ("transition", Name(change.Target), $"needs a person: {change.Text}", null),
        ChangeKind.EpisodeOver => ("transition", Name(change.Target), $"the episode is over: {change.Text}", null),
        ChangeKind.PauseOver => ("order", Name(change.Target), change.Text, null),
        ChangeKind.Alarm => ("alarm", AlarmTarget(change.Alarm), $"{spec.Alarms[change.Alarm].Name}: {AlarmText.Name(change.AlarmFrom)} -> {AlarmText.Name(change.AlarmTo)}: {change.Text}", null),
        _ => ("doubt", null, change.Kind == ChangeKind.Doubt ? $"Hale doubts itself: {change.Text}; no failure counts and nothing is healed" : change.Text, null),
    };

    /// <summary>A refusal in words.</summary>
    public static string Of(Refusal refusal, WorldSpec spec)
    {
        var target = spec.Targets[refusal.Target];
        var remedy = refusal.Rung >= 0 ? target.Ladder[refusal.Rung].Name : "a remedy";
        var until = refusal.Until == Instant.Distant ? "" : $", until {refusal.Until}";
        return $"{remedy} refused by {refusal.Gate}: {refusal.Reason}{until}";
    }

    /// <summary>The name of what an intent does.</summary>
    public static string RemedyOf(TargetSpec target, Intent intent) => intent.Cause switch
    {
        Cause.Stop => "stop",
        Cause.Start => "start",
        _ => intent.Rung >= 0 ? target.Ladder[intent.Rung].Name : "restart",
    };

    private static string Attempt(Intent intent) => intent.Cause == Cause.Heal ? $" (remedy {intent.Attempt} of this episode)" : "";

    private string? AlarmTarget(int alarm) => spec.Alarms[alarm].Condition is { } condition ? Name(condition.Source.Target) : null;

    private string Name(int target) => target < 0 ? "" : spec.Targets[target].Name;
}
