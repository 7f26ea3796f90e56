using Hale.Core.Model;

namespace Hale.Core;

/// <summary>Lives of targets whose lives are told apart (supervised processes, containers): how they begin and end.</summary>
public sealed partial class World
{
    private void Begin(LifeBegan fact)
    {
        var target = Targets[fact.Target];
        var same = target.Life == fact.Incarnation;
        target.Life = fact.Incarnation;
        target.LifeBeganAt = fact.BeganAt;
        target.AwaitsStart = target.StartOrdered = false;
        if (!same)
        {
            target.Lives++;
            foreach (var check in Spec.Targets[fact.Target].Checks)
                Checks[check].BeginLife(Now, "a new life began; not proved yet");
        }
        // A process that has only just begun proves nothing: it may be on its way to die. The next look at it decides. A container has a check of its own.
        if (Spec.Targets[fact.Target].IsSupervised && Now - fact.BeganAt >= ProvenAfter)
            ObserveLife(fact.Target, ProbeResult.Pass($"found running as {fact.Incarnation}"));
        Recompute(fact.Target);
        Reconsider(fact.Target);
    }

    private void End(LifeEnded fact)
    {
        var target = Targets[fact.Target];
        if (target.Life != fact.Incarnation)
            return;
        target.LastEnd = fact.How;
        // A person who wants up again what is just being stopped wants it started, not healed.
        target.AwaitsStart = fact.Unwatched || (target.Open is { Cause: Cause.Stop } && !target.IsStopped);
        foreach (var check in Spec.Targets[fact.Target].Checks)
            Checks[check].BeginLife(Now, $"the process is gone: {fact.How}");
        // The end that a remedy or a person brings about is no failure; the end of the life that the remedy began is one.
        var wanted = target.IsStopped || (target.Open is { } open && open.Incarnation == fact.Incarnation);
        if (!fact.Unwatched && !wanted)
            ObserveLife(fact.Target, ProbeResult.Fail(fact.How) with { IsProof = true });
        target.Life = Incarnation.None;
        if (target.Verifying is { } verifying)
        {
            target.Verifying = null;
            CountBusy(fact.Target, -1);
            target.LastRemedy = $"#{verifying.Id} did not help: {fact.How}";
            Say(ChangeKind.DidNotHelp, fact.Target, $"the new life ended: {fact.How}", verifying.Id);
        }
        Recompute(fact.Target);
        Reconsider(fact.Target);
    }

    /// <summary>The built-in check of a supervised process is fed by the ends and beginnings of its lives.</summary>
    private void ObserveLife(int t, ProbeResult result) =>
        Judged(new Observation(Spec.Targets[t].Checks[0], Targets[t].Life, Now, TimeSpan.Zero, result));
}
