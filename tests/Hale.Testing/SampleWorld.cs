using Hale.Core.Model;

namespace Hale.Testing;

/// <summary>A world for the faces to show: one target of every mood, at a fixed moment.</summary>
public static class SampleWorld
{
    /// <summary>The moment of the snapshot: 2025-11-22 12:00:00 UTC.</summary>
    public static readonly Instant At = Instant.From(new DateTimeOffset(2025, 11, 22, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Only the well target.</summary>
    public static Snapshot Well => World(Web);

    /// <summary>Well, impaired and refused, and one about which nothing is known.</summary>
    public static Snapshot Mixed => World(Web, Orchestrator, Backup) with { Groups = [new GroupSnapshot("site", Health.Impaired, 2, 1, 0)] };

    /// <summary>An impaired supervised target in its cool-down.</summary>
    public static TargetSnapshot Orchestrator => new()
    {
        Name = "orchestrator",
        Group = "site",
        Health = Health.Impaired,
        Reason = "activity: no progress for 12m (fails after 10m)",
        Since = At - TimeSpan.FromSeconds(130),
        IsSupervised = true,
        Incarnation = new Incarnation("4242.991"),
        LifeBeganAt = At - TimeSpan.FromHours(3),
        LastEnd = "killed by signal 9 (SIGKILL)",
        Lives = 3,
        Attempts = 1,
        LastRemedy = "clean: freed 1.2 GB, did not help",
        Ladder = ["clean", "restart"],
        Rung = 1,
        Refusal = new Refusal(1, 1, Gate.BackOff, "the pause after the last remedy is not over", At + TimeSpan.FromSeconds(20)),
        Checks =
        [
            new CheckSnapshot
            {
                Name = "activity",
                Kind = "sqlite",
                Health = Health.Impaired,
                Since = At - TimeSpan.FromSeconds(130),
                Reason = "failed 2 of 2: no progress for 12m (fails after 10m)",
                LastAt = At - TimeSpan.FromSeconds(4),
                LastOutcome = Outcome.Fail,
                Evidence = "newest row is 12m old",
                Took = TimeSpan.FromMilliseconds(3.2),
                Measurements = [new Measurement("age", 720, Unit.Seconds)],
                FailStreak = 2,
                Attempts = 180,
                ProgressAt = At - TimeSpan.FromMinutes(12),
            },
            new CheckSnapshot
            {
                Name = "disk",
                Kind = "disk",
                Health = Health.Degraded,
                Since = At - TimeSpan.FromHours(2),
                Reason = "used 87% (warns at 85%)",
                LastAt = At - TimeSpan.FromSeconds(9),
                LastOutcome = Outcome.Warn,
                Evidence = "/srv is 87% full",
                Took = TimeSpan.FromMilliseconds(0.4),
                Measurements = [new Measurement("used", 87, Unit.Percent), new Measurement("free", 13_958_643_712, Unit.Bytes)],
                PassStreak = 9,
                Attempts = 180,
            },
        ],
    };

    /// <summary>A target whose heartbeat has never come.</summary>
    public static TargetSnapshot Backup => new()
    {
        Name = "backup",
        Health = Health.InsufficientData,
        Reason = "nightly: no heartbeat yet",
        Since = At - TimeSpan.FromDays(2),
        Checks =
        [
            new CheckSnapshot { Name = "nightly", Kind = "heartbeat", Health = Health.InsufficientData, Since = At - TimeSpan.FromDays(2), Reason = "no heartbeat yet" },
        ],
    };

    /// <summary>A target that has not been tried.</summary>
    public static TargetSnapshot Unseen => new()
    {
        Name = "shop",
        Health = Health.InsufficientData,
        Reason = "port: not looked at yet",
        Since = At,
        Checks = [new CheckSnapshot { Name = "port", Kind = "tcp", Health = Health.InsufficientData, Since = At, Reason = "not looked at yet" }],
    };

    /// <summary>A well endpoint.</summary>
    public static TargetSnapshot Web => new()
    {
        Name = "web",
        Group = "site",
        Health = Health.Ok,
        Reason = "all 1 checks ok",
        Since = At - TimeSpan.FromMinutes(90),
        Checks =
        [
            new CheckSnapshot
            {
                Name = "home",
                Kind = "http",
                Health = Health.Ok,
                Since = At - TimeSpan.FromMinutes(90),
                Reason = "passed 1 of 1",
                LastAt = At - TimeSpan.FromSeconds(2),
                LastOutcome = Outcome.Pass,
                Evidence = "200 OK",
                Took = TimeSpan.FromMilliseconds(12),
                Measurements = [new Measurement("latency", 0.012, Unit.Seconds)],
                PassStreak = 90,
                Attempts = 90,
            },
        ],
    };

    /// <summary>A world of these targets.</summary>
    public static Snapshot World(params TargetSnapshot[] targets) => new()
    {
        Version = 1,
        At = At,
        Health = targets.Length == 0 ? Health.NotApplicable : targets.Max(target => target.Health),
        Targets = targets,
        Groups = [],
        Observations = 450,
    };
}
