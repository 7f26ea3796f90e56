using Hale.Core.Judging;
using Hale.Core.Model;
using Hale.Core.Planning;

namespace Hale.Core;

/// <summary>Remedies and a person's orders: what is under way, whether it helped, when a person is needed.</summary>
public sealed partial class World
{
    private void Open(Intent intent)
    {
        var spec = Spec.Targets[intent.Target];
        var target = Targets[intent.Target];
        if (!target.IsBusy)
            CountBusy(intent.Target, +1);
        target.Verifying = null;
        target.Open = intent;
        target.LastActAt = Now;
        target.Refusal = null;
        target.ApprovedUntil = Instant.Never;
        target.RestartOrdered = false;
        target.AwaitsStart = target.StartOrdered = false;
        if (intent.Cause == Cause.Heal)
        {
            target.Attempts++;
            target.Tries[intent.Rung]++;
            Spend(target.Spent, spec.Healing.Budget);
            if (spec.Group >= 0 && Spec.Groups[spec.Group].Budget is { } group)
                Spend(Groups[spec.Group].Spent, group);
            if (Spec.Fleet.Budget is { } fleet)
                Spend(Fleet.Spent, fleet);
        }
        dirty[intent.Target] = true;
        Recompute(intent.Target);
    }

    private void Close(IntentClosed fact)
    {
        var target = Targets[fact.Target];
        if (target.Open is not { } intent || intent.Id != fact.Intent)
            return;
        var spec = Spec.Targets[fact.Target];
        target.Open = null;
        target.LastActAt = Now;
        target.LastRemedy = $"#{intent.Id} {NameOf(spec, intent)} {Word(fact.Outcome)}: {fact.Detail}";
        if (fact.Outcome == RemedyOutcome.Dropped && intent.Cause == Cause.Heal)
        {
            // Nothing was done to the target, so nothing was tried; the budget keeps its count, since a plan that is dropped again and again is a fault of its own.
            // A person may have ended the episode meanwhile, and a changed ladder has lost the rung: then nothing of it is counted any more.
            target.Attempts = Math.Max(0, target.Attempts - 1);
            if (intent.Rung >= 0)
                target.Tries[intent.Rung] = Math.Max(0, target.Tries[intent.Rung] - 1);
        }
        var isDown = spec.IsSupervised && target.Life.IsNone;
        if (fact.Outcome == RemedyOutcome.Done && intent.Cause != Cause.Stop && !isDown)
        {
            // What was seen of a new life counts from its beginning; where lives cannot be told apart, only what begins after the remedy does.
            var isNewLife = target.Life != intent.Incarnation;
            foreach (var check in spec.Checks)
                if (!isNewLife)
                    Checks[check].CountFrom(Now);
            target.Verifying = intent;
            target.VerifyUntil = Now + TimeToVerify(intent);
        }
        else
            CountBusy(fact.Target, -1);
        var isUntried = isDown && intent.Cause == Cause.Start && fact.Outcome is (RemedyOutcome.Dropped or RemedyOutcome.Interrupted);
        if (isUntried)
            target.AwaitsStart = true; // Nothing was begun: what is wanted is still a start, not a remedy.
        else if (isDown && !target.IsStopped && intent.Cause != Cause.Stop && !Checks[spec.Checks[0]].IsProven)
        {
            // A remedy that was tried in vain says more about why the target is down than the end that it followed.
            if (fact.Outcome is not (RemedyOutcome.Done or RemedyOutcome.Dropped) || target.LastEnd is null)
                target.LastEnd = fact.Detail;
            ObserveLife(fact.Target, ProbeResult.Fail(target.LastEnd) with { IsProof = true });
        }
        Recompute(fact.Target);
        Reconsider(fact.Target);
    }

    private void Obey(Ordered fact)
    {
        var target = Targets[fact.Target];
        switch (fact.Order)
        {
            case Order.Pause:
                target.PausedUntil = fact.Until;
                break;
            case Order.Resume:
                target.PausedUntil = Instant.Never;
                BeginAnew(target);
                break;
            case Order.Stop:
                target.IsStopped = true;
                target.RestartOrdered = target.StartOrdered = false;
                break;
            case Order.Start:
                target.IsStopped = false;
                target.AwaitsStart = target.Life.IsNone;
                target.StartOrdered = true;
                BeginAnew(target);
                break;
            case Order.Restart:
                target.IsStopped = false;
                target.RestartOrdered = true;
                BeginAnew(target);
                break;
            case Order.Approve:
                target.IsRejected = false;
                target.ApprovedUntil = Now + Spec.Targets[fact.Target].Healing.ApprovalLasts;
                break;
            case Order.Reject:
                target.IsRejected = true;
                target.ApprovedUntil = Instant.Never;
                break;
            case Order.Acknowledge:
                Acknowledge(fact.Target, fact.By);
                break;
        }
        dirty[fact.Target] = true;
        Recompute(fact.Target);
        Reconsider(fact.Target);
    }

    /// <summary>A person has looked: the ladder, its pauses and the budget begin anew.</summary>
    private static void BeginAnew(TargetState target)
    {
        target.EndEpisode();
        target.Spent.Clear();
    }

    /// <summary>A remedy that is being verified has its whole time from this moment on: nobody was there to see whether it helped.</summary>
    private void Verify(TargetState target, Instant from)
    {
        if (target.Verifying is { } intent)
            target.VerifyUntil = Instant.Max(target.VerifyUntil, from + TimeToVerify(intent));
    }

    private TimeSpan TimeToVerify(Intent intent) =>
        intent.Rung >= 0 ? Spec.Targets[intent.Target].Ladder[intent.Rung].Verify : TimeSpan.FromSeconds(30);

    /// <summary>What follows for one target after anything changed: a remedy has helped or not, an episode is over, the ladder is used up.</summary>
    private void Reconsider(int t)
    {
        var target = Targets[t];
        if (target.Verifying is { } intent)
        {
            if (IsWell(t) && HasFreshGood(t, intent))
                Verified(t, intent, ChangeKind.Helped, "helped", $"{target.Health} again: {target.Reason}");
            else if (Now >= target.VerifyUntil)
                Verified(t, intent, ChangeKind.DidNotHelp, "did not help", $"still {target.Health}: {target.Reason}");
        }
        var policy = Spec.Targets[t].Healing;
        // Only time that Hale watched is time of being well.
        if (target.HasEpisode && !target.IsBusy && !target.WellSince.IsNever && !IsInDoubt && Now - Instant.Max(target.WellSince, DoubtAt) >= policy.Stable)
        {
            target.EndEpisode();
            Say(ChangeKind.EpisodeOver, t, $"well for {Judge.Span(policy.Stable)}");
        }
        if (target.NeedsHuman is null && !target.IsBusy && policy.Mode is HealingMode.Act or HealingMode.Approve
            && Spec.Targets[t].Ladder.Length > 0 && Want.Of(this, t) is { Cause: Cause.Heal, Rung: < 0 } want)
        {
            target.NeedsHuman = $"{Used(t)}: {want.Reason(this, t)}";
            Say(ChangeKind.NeedsHuman, t, target.NeedsHuman);
        }
    }

    /// <summary>One of the checks that the remedy was for has passed since.</summary>
    private bool HasFreshGood(int t, Intent intent)
    {
        var spec = Spec.Targets[t];
        foreach (var check in intent.Rung >= 0 && spec.Ladder[intent.Rung].When is { Length: > 0 } when ? when : spec.Checks)
            if (Checks[check].GoodStreak > 0)
                return true;
        return false;
    }

    private void Verified(int t, Intent intent, ChangeKind kind, string word, string text)
    {
        var target = Targets[t];
        target.Verifying = null;
        target.LastActAt = Now;
        CountBusy(t, -1);
        target.LastRemedy = $"#{intent.Id} {NameOf(Spec.Targets[t], intent)} {word}";
        Say(kind, t, text, intent.Id);
    }

    private string Used(int t)
    {
        var spec = Spec.Targets[t];
        var used = new List<string>();
        for (var rung = 0; rung < spec.Ladder.Length; rung++)
            if (Targets[t].Tries[rung] is > 0 and var tries)
                used.Add(tries == 1 ? spec.Ladder[rung].Name : $"{spec.Ladder[rung].Name} {tries} times");
        return used.Count == 0 ? "no remedy applies" : $"{string.Join(", ", used)} did not help";
    }

    private void Spend(Queue<Instant> spent, Budget budget)
    {
        spent.Enqueue(Now);
        while (spent.Count > budget.Count || Now - spent.Peek() >= budget.Per)
            spent.Dequeue();
    }

    private static string NameOf(TargetSpec spec, Intent intent) =>
        intent.Cause == Cause.Start ? "start" : intent.Cause == Cause.Stop ? "stop" : intent.Rung >= 0 ? spec.Ladder[intent.Rung].Name : "restart";

    private static string Word(RemedyOutcome outcome) => outcome switch
    {
        RemedyOutcome.Done => "done",
        RemedyOutcome.Failed => "failed",
        RemedyOutcome.Dropped => "dropped",
        RemedyOutcome.Interrupted => "interrupted",
        _ => "unknown",
    };
}
