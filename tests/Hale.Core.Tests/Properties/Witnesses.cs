using Hale.Core.Model;
using Hale.Core.Tests.Support;

namespace Hale.Core.Tests.Properties;

/// <summary>An attempt that could not tell changes no verdict, for good or for ill.</summary>
internal sealed class CouldNotTellIsNoVerdict : Witness
{
    public override void Folded(World world, Model.Fact fact)
    {
        if (fact is Observed { Observation.Result.Outcome: Outcome.Inconclusive })
            foreach (var change in world.Changes)
                Require(change.Kind is not (ChangeKind.Check or ChangeKind.Target), $"an inconclusive attempt changed a verdict: {change}");
    }
}

/// <summary>Keeps every observation by itself, and asks at each remedy whether what was seen of this very life confirms the failure.</summary>
internal sealed class RemediesAreConfirmed(WorldSpec spec) : Witness
{
    private readonly Incarnation[] lifeBefore = new Incarnation[spec.Targets.Length];
    private readonly List<Observation>[] seen = [.. spec.Checks.Select(_ => new List<Observation>())];
    private readonly bool[] isKnownDown = new bool[spec.Targets.Length];
    private readonly Instant[] actedAt = [.. spec.Targets.Select(_ => Instant.Never)];
    private Instant doubtedAt = Instant.Never;
    private Instant doubtEnds = Instant.Never;

    public override void Folded(World world, Model.Fact fact)
    {
        switch (fact)
        {
            case Observed { Observation: var observation } when observation.Result.IsProof || IsInTime(fact.At, observation):
                seen[observation.Check].Add(observation);
                break;
            case DoubtRaised raised:
                doubtedAt = fact.At;
                doubtEnds = Instant.Max(doubtEnds, raised.Until);
                break;
            case LifeEnded ended:
                isKnownDown[ended.Target] = !ended.Unwatched;
                break;
            case LifeBegan began:
                isKnownDown[began.Target] = false;
                break;
            case IntentClosed closed:
                isKnownDown[closed.Target] = true;
                actedAt[closed.Target] = closed.Outcome == RemedyOutcome.Done && world.Targets[closed.Target].Life == lifeBefore[closed.Target] ? fact.At : actedAt[closed.Target];
                break;
        }
        for (var t = 0; t < lifeBefore.Length; t++)
            lifeBefore[t] = fact is IntentOpened { Intent: var i } && i.Target == t ? i.Incarnation : lifeBefore[t];
    }

    public override void Planned(World world, Intent intent)
    {
        if (intent.Cause != Cause.Heal)
            return;
        var target = spec.Targets[intent.Target];
        Require(intent.Incarnation == world.Targets[intent.Target].Life, $"{intent} is about another life");
        if (target.IsSupervised && intent.Incarnation.IsNone)
            Require(isKnownDown[intent.Target], $"{intent}, but nobody saw {target.Name} go down");
        else
            Require(target.Checks.Any(c => IsConfirmed(world, c, intent.Incarnation)), $"{intent}, but no check of {target.Name} is confirmed to fail");
    }

    private bool IsInTime(Instant at, Observation observation) =>
        at - observation.StartedAt <= spec.Checks[observation.Check].StaleAfter && (at >= doubtEnds || observation.Result.Outcome == Outcome.Pass);

    private bool IsConfirmed(World world, int check, Incarnation life)
    {
        var policy = spec.Checks[check];
        var since = actedAt[policy.Target];
        var fails = 0;
        for (var n = seen[check].Count - 1; n >= 0; n--)
        {
            var observation = seen[check][n];
            if (observation.Incarnation != life || observation.Result.Outcome == Outcome.Inconclusive)
                continue;
            if (observation.Result.IsProof)
                return true;
            if (observation.StartedAt < since || observation.StartedAt < doubtedAt)
                continue;
            if (observation.Result.Outcome != Outcome.Fail)
                break;
            fails++;
        }
        // Silence is what confirms in a window: for as long, on this life, after any doubt, after any remedy, nothing came.
        var silence = policy.IsPassive ? policy.Within ?? policy.StaleAfter : policy.Within;
        return fails >= policy.Fall || (silence is { } within && IsSilent(world, check, within));
    }

    private bool IsSilent(World world, int check, TimeSpan within)
    {
        var target = world.Targets[spec.Checks[check].Target];
        var floor = Instant.Max(Instant.Max(target.LifeBeganAt, actedAt[spec.Checks[check].Target]), doubtedAt);
        return world.Now - floor > within;
    }
}

/// <summary>Counts remedies by itself: never two on one target, never more than the budgets, never more at once than may be.</summary>
internal sealed class RemediesAreBounded(WorldSpec spec) : Witness
{
    private readonly long[] open = new long[spec.Targets.Length];
    private readonly long[] verified = new long[spec.Targets.Length];
    private readonly List<(Instant At, int Target)> heals = [];
    private readonly Instant[] budgetFrom = [.. spec.Targets.Select(_ => Instant.Never)];

    public override void Folded(World world, Model.Fact fact)
    {
        switch (fact)
        {
            case IntentOpened { Intent: var intent }:
                open[intent.Target] = intent.Id;
                verified[intent.Target] = 0;
                break;
            case IntentClosed closed:
                open[closed.Target] = 0;
                verified[closed.Target] = world.Targets[closed.Target].Verifying?.Id ?? 0;
                break;
            case Ordered { Order: Order.Resume or Order.Start or Order.Restart } ordered:
                budgetFrom[ordered.Target] = ordered.At;
                heals.Add((Instant.Never, ordered.Target));
                break;
        }
        foreach (var change in world.Changes)
            if (change.Kind is ChangeKind.Helped or ChangeKind.DidNotHelp)
                verified[change.Target] = 0;
    }

    public override void Planned(World world, Intent intent)
    {
        Require(open[intent.Target] == 0, $"{intent} while #{open[intent.Target]} is under way");
        if (intent.Cause != Cause.Heal)
            return;
        Require(verified[intent.Target] == 0, $"{intent} while #{verified[intent.Target]} is being verified");
        var target = spec.Targets[intent.Target];
        // What a person ordered since begins the target's own budget anew, not that of others.
        var own = heals.FindLastIndex(h => h == (Instant.Never, intent.Target));
        Within(target.Healing.Budget, heals.Skip(own + 1).Where(h => h.Target == intent.Target), intent);
        if (target.Group >= 0)
            InBounds(spec.Groups[target.Group], spec.Groups[target.Group].Members, intent);
        InBounds(spec.Fleet, Enumerable.Range(0, spec.Targets.Length), intent);
        heals.Add((world.Now, intent.Target));
    }

    private void InBounds(GroupSpec group, IEnumerable<int> members, Intent intent)
    {
        Require(members.Count(m => open[m] + verified[m] != 0) < group.Concurrent, $"{intent} is one too many at once in {group.Name}");
        if (group.Budget is { } budget)
            Within(budget, heals.Where(h => !h.At.IsNever && members.Contains(h.Target)), intent);
    }

    private static void Within(Budget budget, IEnumerable<(Instant At, int Target)> spent, Intent intent) =>
        Require(spent.Count(h => intent.At - h.At < budget.Per) < budget.Count, $"{intent} is beyond the budget of {budget}");
}

/// <summary>A refusal tells which gate, why, and an end that lies ahead.</summary>
internal sealed class RefusalsHaveReasons : Witness
{
    public override void Refused(World world, Refusal refusal)
    {
        Require(refusal.Reason.Length > 0, $"{refusal} has no reason");
        // The time that a remedy has to help ends with the next tick.
        Require(refusal.Until > world.Now || refusal.Gate == Gate.Busy, $"{refusal} is over at {world.Now}");
    }
}

/// <summary>Keeps the good observations of each life by itself, and asks at each good verdict for a fresh one.</summary>
internal sealed class GoodVerdictsHaveEvidence(WorldSpec spec) : Witness
{
    private readonly Instant[] goodAt = [.. spec.Checks.Select(_ => Instant.Never)];

    public override void Folded(World world, Model.Fact fact)
    {
        switch (fact)
        {
            case Observed { Observation: { Result.Outcome: Outcome.Pass or Outcome.Warn } good } when good.Incarnation == world.Targets[spec.Checks[good.Check].Target].Life:
                goodAt[good.Check] = good.StartedAt;
                break;
            case LifeBegan began:
                if (spec.Targets[began.Target].Checks.Any(c => world.Checks[c].Attempts > 0) && world.Changes.Count == 0)
                    break;
                if (world.Now - began.BeganAt >= World.ProvenAfter)
                    goodAt[spec.Targets[began.Target].Checks[0]] = world.Now;
                break;
            case LifeEnded ended:
                foreach (var check in spec.Targets[ended.Target].Checks)
                    goodAt[check] = Instant.Never;
                break;
        }
        foreach (var change in world.Changes)
        {
            if (change.To is not (Health.Ok or Health.Degraded) || change.From is Health.Ok or Health.Degraded)
                continue;
            if (change.Kind == ChangeKind.Check)
                Require(!goodAt[change.Check].IsNever && world.Now - goodAt[change.Check] <= spec.Checks[change.Check].StaleAfter, $"{change} without fresh evidence");
            if (change.Kind == ChangeKind.Target)
                foreach (var check in spec.Targets[change.Target].Checks)
                    Require(!goodAt[check].IsNever, $"{change} without evidence from {spec.NameOf(check)} in this life");
        }
    }
}

/// <summary>While in doubt nothing gets worse by a sample or by time, and nothing is healed or started but by a person's order.</summary>
internal sealed class DoubtFreezes : Witness
{
    public override void Folded(World world, Model.Fact fact)
    {
        if (!world.IsInDoubt || fact is not (Ticked or Observed { Observation.Result.IsProof: false }))
            return;
        foreach (var change in world.Changes)
        {
            Require(change.Kind is not ChangeKind.Check || change.To < change.From, $"in doubt a verdict became worse: {change}");
            Require(change.Kind is not (ChangeKind.DidNotHelp or ChangeKind.EpisodeOver), $"in doubt something was concluded from time: {change}");
        }
    }

    public override void Planned(World world, Intent intent) =>
        Require(!world.IsInDoubt || intent.Cause is Cause.Operator or Cause.Stop
            || (intent.Cause == Cause.Start && world.Targets[intent.Target].StartOrdered), $"{intent} while in doubt");
}

/// <summary>After a person's stop nothing is planned but the stop itself, until a person starts or restarts it.</summary>
internal sealed class AStopHolds(WorldSpec spec) : Witness
{
    private readonly bool[] isStopped = new bool[spec.Targets.Length];

    public override void Folded(World world, Model.Fact fact)
    {
        if (fact is Ordered { Order: Order.Stop or Order.Start or Order.Restart } ordered)
            isStopped[ordered.Target] = ordered.Order == Order.Stop;
    }

    public override void Planned(World world, Intent intent) =>
        Require(!isStopped[intent.Target] || intent.Cause == Cause.Stop, $"{intent}, but a person stopped it");
}
