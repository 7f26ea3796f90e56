using Hale.Core.Model;
using Hale.Web.Contract;

namespace Hale.Cli.Views;

/// <summary>The commands that make sense for a target as it stands.</summary>
internal static class Advice
{
    /// <summary>Command lines, each with what it is good for (may be empty).</summary>
    public static IEnumerable<(string Line, string Meaning)> For(TargetDto target)
    {
        if (target.Refusal?.Gate == Gate.Approval)
        {
            yield return ($"hale approve {target.Name}", "let it be done");
            yield return ($"hale reject {target.Name} --why REASON", "not this time");
        }
        if (target.NeedsHuman is not null || target.Refusal?.Gate == Gate.Rejected)
            yield return ($"hale resume {target.Name}", "once it is mended: the remedies start again at the first");
        else if (target.Paused)
            yield return ($"hale resume {target.Name}", "end the pause");
        if (target.Stopped)
            yield return ($"hale start {target.Name}", "let it run again");
        else if (target is { Supervised: true, Health: Health.Impaired })
            yield return ($"hale restart {target.Name}", "now, past every gate");
        if (target is { Health: Health.Impaired, Ladder.Count: > 0 })
            yield return ($"hale heal --dry-run {target.Name}", "see what the remedies would do");
        if (target is { Health: Health.Impaired, Paused: false, Stopped: false, Ladder.Count: > 0 })
            yield return ($"hale pause {target.Name} --for 1h", "keep Hale's hands off while you look");
        if (target.Health is Health.InsufficientData or Health.Initializing)
            yield return ($"hale check {target.Name}", "try its checks now");
    }
}
