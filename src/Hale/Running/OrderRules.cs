using Hale.Core.Model;

namespace Hale.Running;

/// <summary>Which orders make sense on a target as it stands, and what to say about them.</summary>
internal static class OrderRules
{
    /// <summary>Why the order cannot be carried out, and what would do; null when it can.</summary>
    public static string? Objection(Order order, TargetSnapshot target) => order switch
    {
        Order.Stop or Order.Start or Order.Restart when !target.IsSupervised =>
            $"{target.Name} is not supervised: Hale owns no process of it (configure process: to change that)",
        Order.Stop when target is { IsStopped: true, Incarnation.IsNone: true } => $"{target.Name} is stopped already",
        Order.Start when !target.Incarnation.IsNone => $"{target.Name} is running already; hale restart {target.Name} begins it anew",
        Order.Approve or Order.Reject when target.Refusal?.Gate is not (Gate.Approval or Gate.Rejected) =>
            $"nothing waits for approval on {target.Name}",
        Order.Resume when target is { PausedUntil: null, NeedsHuman: null, Attempts: 0 } && target.Refusal?.Gate != Gate.Rejected =>
            $"{target.Name} is neither paused nor handed to a person",
        Order.Acknowledge when target is { Health: not Health.Impaired, IsFlapping: false, NeedsHuman: null } => $"there is nothing to acknowledge: {target.Name} is {target.Health}",
        _ => null,
    };

    /// <summary>What was done.</summary>
    public static string Done(Order order, string target, TimeSpan? lasts) => order switch
    {
        Order.Pause => lasts is { } span ? $"{target}: nothing is healed for {span}; watching goes on" : $"{target}: nothing is healed until hale resume {target}; watching goes on",
        Order.Resume => $"{target}: healing goes on, the ladder begins at its first rung",
        Order.Stop => $"{target}: is being stopped and stays down until hale start {target}",
        Order.Start => $"{target}: is being started",
        Order.Restart => $"{target}: is being restarted",
        Order.Approve => $"{target}: approved",
        Order.Acknowledge => $"{target}: acknowledged; nothing more is told of it until it is worse, or well and bad again",
        _ => $"{target}: rejected for this episode",
    };
}
