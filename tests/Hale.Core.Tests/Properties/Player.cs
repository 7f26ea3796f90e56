using Hale.Core.Model;
using Hale.Core.Planning;
using Hale.Core.Tests.Support;

namespace Hale.Core.Tests.Properties;

/// <summary>Sees everything that happens in a played history, and throws where a law is broken.</summary>
internal abstract class Witness
{
    /// <summary>A fact was folded.</summary>
    public virtual void Folded(World world, Model.Fact fact) { }

    /// <summary>The planner wants this; it has not been folded yet.</summary>
    public virtual void Planned(World world, Intent intent) { }

    /// <summary>A gate refused.</summary>
    public virtual void Refused(World world, Refusal refusal) { }

    protected static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new Xunit.Sdk.XunitException(otherwise);
    }
}

/// <summary>Plays a history: turns steps into facts as the engine would see them, and plans after each as it does.</summary>
internal sealed class Player(History history, params Witness[] witnesses)
{
    private readonly string[] lastLives = new string[history.Spec.Targets.Length];
    private Instant now = Scenario.Origin;
    private int lives;
    private int tokens;
    private long intents;

    public World World { get; private set; } = new(history.Spec, Scenario.Origin);

    /// <summary>Everything that was folded, the planner's facts too.</summary>
    public List<Model.Fact> Facts { get; } = [];

    public static Player Play(History history, params Witness[] witnesses)
    {
        var player = new Player(history, witnesses);
        foreach (var step in history.Steps)
            player.Take(step);
        return player;
    }

    public void Take(Step step)
    {
        now += TimeSpan.FromSeconds(step.Wait);
        var check = step.Who % history.Spec.Checks.Length;
        var t = step.Who % history.Spec.Targets.Length;
        switch (step.What)
        {
            case Happening.Pass: Observe(check, ProbeResult.Pass("good") with { Progress = $"row {step.Which % 2 * ++tokens}" }); break;
            case Happening.Warn: Observe(check, ProbeResult.Warn("slow") with { Progress = $"row {++tokens}" }); break;
            case Happening.Fail: Observe(check, ProbeResult.Fail("bad")); break;
            case Happening.CouldNotTell: Observe(check, ProbeResult.Inconclusive("no permission")); break;
            case Happening.Proof: Observe(check, ProbeResult.Fail("seen to be gone") with { IsProof = true }); break;
            case Happening.Late: Observe(check, step.Which % 2 == 0 ? ProbeResult.Pass("good") : ProbeResult.Fail("bad"), begunAgo: step.Which * 20); break;
            case Happening.OldLife: Observe(check, step.Which % 2 == 0 ? ProbeResult.Pass("good") : ProbeResult.Fail("bad"), lastLives[history.Spec.Checks[check].Target] ?? "none"); break;
            case Happening.Tick: Tell(new Ticked(now)); break;
            case Happening.Begin: Begin(t, step.Which % 3); break;
            case Happening.End: End(t, unwatched: false); break;
            case Happening.EndUnwatched: End(t, unwatched: true); break;
            case Happening.Close: Close(t, step.Which); break;
            case Happening.Order: Tell(new Ordered(now, (Order)(step.Which % 8), t, "ann", "", now + TimeSpan.FromSeconds(60))); break;
            case Happening.Doubt: Tell(new DoubtRaised(now, "stood still", now + TimeSpan.FromSeconds(5 + step.Which))); break;
            case Happening.HaleRestarts: Restart(); break;
            case Happening.Journal: Tell(new JournalChanged(now, step.Which % 2 == 0 ? "disk full" : null)); break;
        }
    }

    /// <summary>Hale was killed and comes back to what it had written down.</summary>
    private void Restart()
    {
        var refused = World.Targets.Select(target => target.Refusal).ToArray();
        World = Scenario.Reload(World, history.Spec);
        for (var t = 0; t < refused.Length; t++)
            World.Targets[t].Refusal = refused[t];
        Tell(new EngineStarted(now));
    }

    private void Observe(int check, ProbeResult result, string? life = null, int begunAgo = 0)
    {
        var incarnation = life is null ? World.Targets[history.Spec.Checks[check].Target].Life : new Incarnation(life);
        Tell(new Observed(now, new Observation(check, incarnation, now - TimeSpan.FromSeconds(begunAgo), TimeSpan.Zero, result)));
    }

    private void Begin(int t, int age)
    {
        if (!history.Spec.Targets[t].IsSupervised)
            return;
        var life = World.Targets[t].Life.IsNone ? new Incarnation($"t{t}-{++lives}") : World.Targets[t].Life;
        Tell(new LifeBegan(now, t, life, World.Targets[t].Life.IsNone ? now - TimeSpan.FromSeconds(age) : World.Targets[t].LifeBeganAt, Adopted: age > 0));
    }

    private void End(int t, bool unwatched)
    {
        if (World.Targets[t].Life.IsNone)
            return;
        lastLives[t] = World.Targets[t].Life.Id;
        Tell(new LifeEnded(now, t, World.Targets[t].Life, "exit code 1", unwatched));
    }

    private void Close(int t, int which)
    {
        if (World.Targets[t].Open is not { } intent)
            return;
        var outcome = which < 14 ? RemedyOutcome.Done : (RemedyOutcome)(which % 5);
        if (outcome == RemedyOutcome.Done && history.Spec.Targets[t].IsSupervised)
        {
            var beginsLife = intent.Cause != Cause.Stop && (intent.Rung < 0 || history.Spec.Targets[t].Ladder[intent.Rung].BeginsLife);
            if (beginsLife || intent.Cause == Cause.Stop)
                End(t, unwatched: false);
            if (beginsLife)
                Begin(t, 0);
        }
        Tell(new IntentClosed(now, intent.Id, t, outcome, "by the player"));
    }

    private void Tell(Model.Fact fact)
    {
        Fold(fact);
        for (var t = 0; t < World.Targets.Length; t++)
        {
            var (intent, refusal) = Planner.Plan(World, t, intents + 1, World.Now);
            World.Targets[t].Refusal = refusal;
            if (refusal is not null)
                foreach (var witness in witnesses)
                    witness.Refused(World, refusal);
            if (intent is null)
                continue;
            intents++;
            foreach (var witness in witnesses)
                witness.Planned(World, intent);
            Fold(new IntentOpened(World.Now, intent));
        }
    }

    private void Fold(Model.Fact fact)
    {
        Facts.Add(fact);
        World.Fold(fact);
        foreach (var witness in witnesses)
            witness.Folded(World, fact);
    }
}
