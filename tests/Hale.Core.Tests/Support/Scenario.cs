using System.Globalization;
using Hale.Core.Model;
using Hale.Core.Planning;
using Hale.Core.Telling;
using Xunit;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Support;

/// <summary>
/// A story told to the core. Time passes in steps of a second; checks with an answer are tried at their interval, living processes are seen
/// to be alive, and every fact is followed by a plan, as the engine does it. Remedies work at once unless the story says otherwise.
/// </summary>
internal sealed class Scenario
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, Func<ProbeResult>> answers = [];
    private readonly Dictionary<int, Instant> triedAt = [];
    private readonly Dictionary<int, TimeSpan> crashAfter = [];
    private readonly PriorityQueue<Action, long> later = new();
    private readonly List<string> log = [];
    private Func<Intent, RemedyOutcome?> hands = _ => RemedyOutcome.Done;
    private Instant now;
    private int lives;

    private Scenario(WorldSpec spec)
    {
        Spec = spec;
        now = Origin;
        World = new World(spec, Origin);
    }

    /// <summary>A Monday at noon, UTC.</summary>
    public static Instant Origin { get; } = Instant.From(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    public WorldSpec Spec { get; private set; }

    public World World { get; private set; }

    /// <summary>Every fact so far, those of the planner too.</summary>
    public List<Fact> Facts { get; } = [];

    public List<Intent> Intents { get; } = [];

    public List<Change> Changes { get; } = [];

    /// <summary>The changes again, each with its moment.</summary>
    public List<(Instant At, Change Change)> Moments { get; } = [];

    /// <summary>Everything that was told.</summary>
    public List<Notice> Notices { get; } = [];

    public IEnumerable<Intent> Heals => Intents.Where(i => i.Cause == Cause.Heal);

    public static Scenario Of(params Service[] services) => new(Service.Build(services));

    public static Scenario Of(WorldSpec spec) => new(spec);

    public static ProbeResult Pass { get; } = ProbeResult.Pass("as it should be");

    public static ProbeResult Warn { get; } = ProbeResult.Warn("slow");

    public static ProbeResult Fail { get; } = ProbeResult.Fail("refused");

    public static ProbeResult CouldNotTell { get; } = ProbeResult.Inconclusive("permission denied");

    public static ProbeResult Measured(double value, string name = "used") => ProbeResult.Pass("measured", new Measurement(name, value));

    public static ProbeResult Progress(string? token, string? age = null) =>
        Pass with { Progress = token, ProgressAge = age is null ? null : age.StartsWith('-') ? -Span(age[1..]) : Span(age) };

    /// <summary>Time passes until this long after the beginning.</summary>
    public Scenario At(string sinceBeginning)
    {
        var end = Origin + Span(sinceBeginning);
        Assert.True(end >= now, $"the story cannot go back to {sinceBeginning}");
        while (now < end)
        {
            now = Instant.Min(now + Step, end);
            while (later.TryPeek(out var action, out var due) && due <= now.Ticks)
            {
                later.Dequeue();
                action();
            }
            SeeProcesses();
            TryChecks();
            Tell(new Ticked(now));
        }
        return this;
    }

    /// <summary>Time passes for this long.</summary>
    public Scenario After(string span) => At($"{(now - Origin + Span(span)).TotalSeconds.ToString(CultureInfo.InvariantCulture)}s");

    /// <summary>Time passes without Hale: nothing is folded until the end of it.</summary>
    public Scenario Blind(string span)
    {
        now += Span(span);
        return this;
    }

    /// <summary>From now on each attempt of this check comes to this.</summary>
    public Scenario Answer(string check, ProbeResult result) => Answer(check, () => result);

    public Scenario Answer(string check, Func<ProbeResult> result)
    {
        answers[CheckOf(check)] = result;
        return this;
    }

    /// <summary>From now on this check is not tried.</summary>
    public Scenario Silence(string check)
    {
        answers.Remove(CheckOf(check));
        return this;
    }

    /// <summary>One attempt now, on the present life unless another is named, begun some time ago if so said.</summary>
    public Scenario Observe(string check, ProbeResult result, string? life = null, string begunAgo = "0s")
    {
        var c = CheckOf(check);
        var incarnation = life is null ? World.Targets[Spec.Checks[c].Target].Life : new Incarnation(life);
        return Tell(new Observed(now, new Observation(c, incarnation, now - Span(begunAgo), TimeSpan.Zero, result)));
    }

    public Scenario Tick() => Tell(new Ticked(now));

    public Scenario Begin(string target, string? life = null, bool adopted = false, string begunAgo = "0s")
    {
        var t = TargetOf(target);
        Tell(new LifeBegan(now, t, new Incarnation(life ?? $"{target}-{++lives}"), now - Span(begunAgo), adopted));
        if (crashAfter.TryGetValue(t, out var after))
        {
            var doomed = World.Targets[t].Life;
            later.Enqueue(() => { if (World.Targets[t].Life == doomed) End(target); }, (now + after).Ticks);
        }
        return this;
    }

    public Scenario End(string target, string how = "exit code 1", bool unwatched = false)
    {
        var t = TargetOf(target);
        return Tell(new LifeEnded(now, t, World.Targets[t].Life, how, unwatched));
    }

    /// <summary>From now on each life of this target ends by itself after so long; null: no more.</summary>
    public Scenario Crashing(string target, string? after)
    {
        if (after is null)
            crashAfter.Remove(TargetOf(target));
        else
            crashAfter[TargetOf(target)] = Span(after);
        return this;
    }

    public Scenario Order(Order order, string target, string? lasts = null) =>
        Tell(new Ordered(now, order, TargetOf(target), "ann", "", lasts is null ? Instant.Distant : now + Span(lasts)));

    public Scenario Doubt(string lasts, string reason = "Hale itself stood still") => Tell(new DoubtRaised(now, reason, now + Span(lasts)));

    /// <summary>Hale comes back to the world as it was written down, under these services if they changed.</summary>
    public Scenario Restart(params Service[] services)
    {
        World = Reload(World, services.Length == 0 ? Spec : Service.Build(services, telling: Spec.Telling));
        Spec = World.Spec;
        return Tell(new EngineStarted(now));
    }

    /// <summary>From now on remedies end like this.</summary>
    public Scenario Hands(RemedyOutcome outcome) => Hands(_ => outcome);

    public Scenario Hands(Func<Intent, RemedyOutcome> outcome)
    {
        hands = intent => outcome(intent);
        return this;
    }

    /// <summary>From now on remedies stay under way until <see cref="Close"/>.</summary>
    public Scenario Idle()
    {
        hands = _ => null;
        return this;
    }

    public Scenario Close(string target, RemedyOutcome outcome, string detail = "by hand") =>
        Tell(new IntentClosed(now, World.Targets[TargetOf(target)].Open!.Id, TargetOf(target), outcome, detail));

    public Health HealthOf(string name) => name.Contains('/', StringComparison.Ordinal) ? World.Checks[CheckOf(name)].Health : World.Targets[TargetOf(name)].Health;

    public TargetState this[string target] => World.Targets[TargetOf(target)];

    public Refusal? RefusalOf(string target) => this[target].Refusal;

    public Scenario Expect(string name, Health health)
    {
        Assert.True(HealthOf(name) == health, $"{name} is {HealthOf(name)}, not {health}:\n{this}");
        return this;
    }

    /// <summary>What was planned so far, in order: <c>web: restart</c>, <c>web: start</c>, <c>web: stop</c>.</summary>
    public Scenario ExpectIntents(params string[] expected)
    {
        var planned = Intents.Select(Describe).ToArray();
        Assert.True(planned.SequenceEqual(expected), $"planned were [{string.Join(", ", planned)}], not [{string.Join(", ", expected)}]:\n{this}");
        return this;
    }

    public Scenario ExpectRefusal(string target, Gate gate)
    {
        Assert.True(RefusalOf(target)?.Gate == gate, $"{target} is refused by {RefusalOf(target)?.Gate.ToString() ?? "nothing"}, not by {gate}:\n{this}");
        return this;
    }

    public Scenario ExpectNeedsHuman(string target, bool needed = true)
    {
        Assert.True(this[target].NeedsHuman is not null == needed, $"{target} needs {(needed ? "no person" : "a person")}: {this[target].NeedsHuman}\n{this}");
        return this;
    }

    /// <summary>What was told so far, in order: <c>Problem web</c>, <c>Resolved web+db</c>; with more than one channel, <c>ops: Problem web</c>.</summary>
    public Scenario ExpectTold(params string[] expected)
    {
        var told = Notices.Select(Describe).ToArray();
        Assert.True(told.SequenceEqual(expected), $"told was [{string.Join(", ", told)}], not [{string.Join(", ", expected)}]:\n{this}");
        return this;
    }

    private string Describe(Notice notice) =>
        $"{(Spec.Telling.Channels.Length > 1 ? $"{Spec.Telling.Channels[notice.Channel]}: " : "")}{notice.Kind} {string.Join('+', notice.Items.Select(item => item.Subject))}";

    /// <summary>The same world after a write and a read, on these specs.</summary>
    public static World Reload(World world, WorldSpec spec) => world.MovedTo(spec);

    public override string ToString() => string.Join('\n', log);

    /// <summary>Folds a fact, and plans for every target as the engine does.</summary>
    public Scenario Tell(Fact fact)
    {
        Fold(fact);
        for (var t = 0; t < World.Targets.Length; t++)
        {
            var (intent, refusal) = Planner.Plan(World, t, Intents.Count + 1, World.Now);
            World.Targets[t].Refusal = refusal;
            if (intent is null)
                continue;
            Intents.Add(intent);
            Fold(new IntentOpened(now, intent));
            if (hands(intent) is { } outcome)
                CarryOut(intent, outcome);
        }
        return this;
    }

    private void Fold(Fact fact)
    {
        Facts.Add(fact);
        if (fact is not (Ticked or Observed))
            log.Add($"{now - Origin:hh\\:mm\\:ss}   {fact}");
        World.Fold(fact);
        foreach (var change in World.Changes)
        {
            Changes.Add(change);
            Moments.Add((now, change));
            log.Add($"{now - Origin:hh\\:mm\\:ss}     -> {change}");
        }
        foreach (var notice in World.Notices)
        {
            Notices.Add(notice);
            log.Add($"{now - Origin:hh\\:mm\\:ss}     => {Describe(notice)}: {notice.Items[0].Text}");
        }
    }

    private void CarryOut(Intent intent, RemedyOutcome outcome)
    {
        var target = Spec.Targets[intent.Target];
        if (outcome == RemedyOutcome.Done && target.IsSupervised)
        {
            var endsLife = intent.Cause == Cause.Stop || BeginsLife(intent);
            if (endsLife && !World.Targets[intent.Target].Life.IsNone)
                End(target.Name, "stopped");
            if (BeginsLife(intent))
                Begin(target.Name);
        }
        Tell(new IntentClosed(now, intent.Id, intent.Target, outcome, "by the story's hands"));
    }

    private bool BeginsLife(Intent intent) => intent.Cause switch
    {
        Cause.Stop => false,
        Cause.Start => true,
        _ => intent.Rung < 0 || Spec.Targets[intent.Target].Ladder[intent.Rung].BeginsLife,
    };

    private void SeeProcesses()
    {
        for (var t = 0; t < Spec.Targets.Length; t++)
            if (Spec.Targets[t].IsSupervised && !World.Targets[t].Life.IsNone && IsTimeToLook(now - World.Targets[t].LifeBeganAt))
                Tell(new Observed(now, new Observation(Spec.Targets[t].Checks[0], World.Targets[t].Life, now, TimeSpan.Zero, ProbeResult.Pass("runs"))));
    }

    /// <summary>As soon as a life is old enough to prove anything, and then every ten seconds.</summary>
    private static bool IsTimeToLook(TimeSpan age) => age >= World.ProvenAfter && (age < World.ProvenAfter + Step || age.Ticks / Step.Ticks % 10 == 0);

    private void TryChecks()
    {
        foreach (var (check, answer) in answers)
        {
            var target = Spec.Checks[check].Target;
            if (Spec.Targets[target].IsSupervised && World.Targets[target].Life.IsNone)
                continue;
            if (triedAt.TryGetValue(check, out var last) && now - last < Spec.Checks[check].Every)
                continue;
            triedAt[check] = now;
            Tell(new Observed(now, new Observation(check, World.Targets[target].Life, now, TimeSpan.Zero, answer())));
        }
    }

    private string Describe(Intent intent)
    {
        var target = Spec.Targets[intent.Target];
        var what = intent.Cause switch
        {
            Cause.Start => "start",
            Cause.Stop => "stop",
            _ => intent.Rung >= 0 ? target.Ladder[intent.Rung].Name : "restart",
        };
        return $"{target.Name}: {what}";
    }

    private int TargetOf(string name) => Array.FindIndex(Spec.Targets, t => t.Name == name) is >= 0 and var t ? t : throw new ArgumentException($"no target {name}", nameof(name));

    private int CheckOf(string name)
    {
        for (var c = 0; c < Spec.Checks.Length; c++)
            if (Spec.NameOf(c) == name)
                return c;
        throw new ArgumentException($"no check {name}", nameof(name));
    }
}
