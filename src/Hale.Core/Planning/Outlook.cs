using Hale.Core.Judging;
using Hale.Core.Model;

namespace Hale.Core.Planning;

/// <summary>What happens next to a target, and what a person can do, in words.</summary>
public static class Outlook
{
    /// <summary>Line by line; never empty.</summary>
    public static IReadOnlyList<string> Of(TargetSnapshot target, Instant now)
    {
        var lines = new List<string>();
        if (target.IsStopped)
            lines.Add($"It stays down until a person starts it: hale start {target.Name}");
        if (target.PausedUntil is { } paused)
            lines.Add(paused == Instant.Distant
                ? $"Nothing is healed here until a person resumes it: hale resume {target.Name}"
                : $"Nothing is healed here for {In(paused, now)}, or until: hale resume {target.Name}");
        if (target.OpenIntent is { } intent)
            lines.Add(target.VerifyUntil is { } until
                ? $"Remedy #{intent.Id} was carried out; a fresh good verdict has to come within {In(until, now)}, or it did not help."
                : $"Remedy #{intent.Id} is under way.");
        if (target.Refusal is { } refusal && refusal.Gate is not (Gate.Busy or Gate.Paused or Gate.NeedsHuman))
            lines.Add(Refused(target, refusal, now));
        if (target.NeedsHuman is not null)
            lines.Add($"Watching goes on; nothing more is tried until it is well for long enough or a person says: hale resume {target.Name}");
        if (lines.Count == 0)
            lines.Add(Quiet(target));
        return lines;
    }

    private static string Refused(TargetSnapshot target, Refusal refusal, Instant now)
    {
        var remedy = refusal.Rung >= 0 ? target.Ladder[refusal.Rung] : "A remedy";
        var opens = refusal.Until == Instant.Distant ? "" : $"; the gate opens in {In(refusal.Until, now)}";
        var way = refusal.Gate is Gate.Approval ? $" (or refuse it: hale reject {target.Name})" : "";
        return $"{remedy} is wanted and held by the gate {refusal.Gate}: {refusal.Reason}{opens}{way}";
    }

    private static string Quiet(TargetSnapshot target) => target.Health switch
    {
        Health.Ok or Health.NotApplicable => "Nothing has to be done; the checks go on.",
        Health.Degraded => "It works, beyond a warning level; nothing is healed before a check fails.",
        Health.Initializing => "It is young; the checks go on until there is evidence.",
        Health.InsufficientData => "There is no evidence to act on; the checks go on.",
        _ => target.Ladder.Count == 0
            ? "No remedy is configured here: a person has to look."
            : "The failure has to be confirmed, counted from the last action, before a remedy is used.",
    };

    private static string In(Instant until, Instant now) => Judge.Span(until - now);
}
