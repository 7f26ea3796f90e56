using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Core.Telling;
using Hale.Core.Tests.Support;

namespace Hale.Core.Tests.Properties;

/// <summary>What may happen in one step of a random history.</summary>
internal enum Happening
{
    Pass, Warn, Fail, CouldNotTell, Proof, Late, OldLife, Tick, Begin, End, EndUnwatched, Close, Order, Doubt, HaleRestarts, Journal,
}

/// <summary>One step: how long nothing happens before it, what then happens, to whom, and a number that the happening may need.</summary>
internal readonly record struct Step(int Wait, Happening What, int Who, int Which)
{
    private static readonly Happening[] Often =
    [
        Happening.Pass, Happening.Pass, Happening.Pass, Happening.Pass, Happening.Warn, Happening.Fail, Happening.Fail, Happening.Fail, Happening.Fail, Happening.Fail,
        Happening.CouldNotTell, Happening.CouldNotTell, Happening.Tick, Happening.Tick, Happening.Tick, Happening.Close, Happening.Close, Happening.Close,
        Happening.Begin, Happening.Begin, Happening.End, Happening.Order, Happening.Order,
    ];

    private static readonly int[] Waits = [0, 0, 1, 1, 2, 5, 5, 11, 11, 31, 61, 301];

    public static Step Random(System.Random random)
    {
        var what = random.Next(8) == 0 ? (Happening)random.Next((int)Happening.Journal + 1) : Often[random.Next(Often.Length)];
        return new(Waits[random.Next(Waits.Length)], what, random.Next(20), random.Next(20));
    }

    public override string ToString() => $"+{Wait}s {What} {Who}/{Which}";
}

/// <summary>A small random world, by its seed, and what happens in it.</summary>
internal sealed record History(int Seed, Step[] Steps)
{
    public static History Random(int seed, int length)
    {
        var random = new System.Random(seed);
        return new(seed, [.. Enumerable.Range(0, length).Select(_ => Step.Random(random))]);
    }

    public WorldSpec Spec { get; } = RandomWorld.Of(Seed);

    public override string ToString() => $"world {Seed}: {string.Join(", ", Steps)}";
}

/// <summary>Two to five targets, some supervised, with dependencies, groups, ladders and bounds that are easily reached.</summary>
internal static class RandomWorld
{
    public static WorldSpec Of(int seed)
    {
        var random = new System.Random(seed);
        var services = new Service[random.Next(2, 6)];
        for (var t = 0; t < services.Length; t++)
            services[t] = Target(random, services, t);
        GroupSpec[] groups =
        [
            new() { Name = "g0", Concurrent = random.Next(1, 3), MajorityFrom = random.Next(2, 5), Budget = One(random, 2) ? Budget(random) : null },
            new() { Name = "g1", Concurrent = 9, MajorityFrom = 9, StopWhenUnhealthy = 1 },
        ];
        var fleet = new GroupSpec { Name = "fleet", Concurrent = random.Next(1, 6), MajorityFrom = random.Next(3, 9), Budget = One(random, 3) ? Budget(random) : null };
        var spec = Service.Build(services, groups, fleet, Telling(random));
        return spec with { Alarms = Alarms(random, spec) };
    }

    /// <summary>One over each of the first checks passing, some over a target, and one over other alarms.</summary>
    private static AlarmSpec[] Alarms(System.Random random, WorldSpec spec)
    {
        var alarms = new List<AlarmSpec>();
        for (var c = 0; c < Math.Min(3, spec.Checks.Length); c++)
        {
            var periods = random.Next(1, 4);
            alarms.Add(spec.Over(One(random, 3) ? spec.Targets[spec.Checks[c].Target].Name : spec.NameOf(c), $"a{c}", (Statistic)random.Next(6), Comparison.LessThan, 0.5,
                random.Next(3) switch { 0 => "10s", 1 => "30s", _ => "1m" }, periods, random.Next(1, periods + 1), (MissingData)random.Next(4), percentile: 50));
        }
        alarms.Add(new AlarmSpec { Name = "both", Expression = new("ALARM(a0) OR OK(a1)", [new(AlarmTermKind.Alarm, 0), new(AlarmTermKind.Ok, alarms.Count - 1), new(AlarmTermKind.Or)]) });
        return [.. alarms];
    }

    /// <summary>None to three channels, some behind quiet hours, and waits from nothing to half a minute.</summary>
    private static TellingSpec Telling(System.Random random)
    {
        var channels = random.Next(4);
        RouteSpec Route(int channel) => new()
        {
            Channels = [channel],
            Groups = One(random, 5) ? ["g0"] : [],
            From = (Condition)random.Next((int)Condition.Warning, (int)Condition.Critical + 1),
            Quiet = One(random, 3) ? [new(null, new TimeOnly(12, random.Next(10)), TimeSpan.FromMinutes(random.Next(1, 30)), TimeZoneInfo.Utc)] : [],
        };
        return new TellingSpec
        {
            Channels = [.. Enumerable.Range(0, channels).Select(c => $"ch{c}")],
            Routes = [.. Enumerable.Range(0, channels).SelectMany(c => Enumerable.Range(0, random.Next(1, 3)).Select(_ => Route(c)))],
            Wait = TimeSpan.FromSeconds(random.Next(3) * 15),
            Repeat = One(random, 3) ? TimeSpan.FromMinutes(random.Next(1, 20)) : null,
        };
    }

    private static Service Target(System.Random random, Service[] before, int t)
    {
        var checks = Enumerable.Range(0, random.Next(1, 3)).Select(c => Check(random, $"c{c}")).ToArray();
        return new Service($"t{t}")
        {
            IsSupervised = One(random, 2),
            Checks = checks,
            Ladder = Ladder(random, checks[0].Name),
            Needs = t > 0 && One(random, 4) ? [before[random.Next(t)].Name] : [],
            Group = random.Next(3) switch { 0 => "g0", 1 => "g1", _ => null },
            Tell = One(random, 5) ? ["ch0"] : [],
            Maintenance = One(random, 4) ? [new(null, new TimeOnly(12, random.Next(10)), TimeSpan.FromMinutes(random.Next(1, 20)), TimeZoneInfo.Utc)] : [],
            Healing = new HealingPolicy
            {
                Mode = random.Next(8) switch { 0 => HealingMode.Approve, 1 => HealingMode.Observe, _ => HealingMode.Act },
                Budget = Budget(random),
                Cooldown = TimeSpan.FromSeconds(random.Next(0, 20)),
                Stable = TimeSpan.FromSeconds(random.Next(20, 200)),
            },
        };
    }

    private static CheckSpec Check(System.Random random, string name) => Service.Check(
        name,
        fall: random.Next(1, 4),
        rise: random.Next(1, 3),
        stale: $"{random.Next(30, 400)}s",
        grace: One(random, 4) ? "20s" : "0s",
        lasting: One(random, 4) ? "10s" : "0s",
        within: random.Next(5) == 0 ? "60s" : null,
        passive: random.Next(10) == 0);

    private static Rung[] Ladder(System.Random random, string check) => random.Next(6) switch
    {
        0 => [],
        1 => [Rung.Clean(random.Next(1, 4), "20s")],
        2 => [Rung.Clean(1, "20s", check), Rung.Restart(2)],
        3 => [Rung.Clean(2, "20s"), new Rung("reboot", NeedsApproval: true)],
        _ => [Rung.Restart(random.Next(1, 5), "20s")],
    };

    private static Budget Budget(System.Random random) => new(random.Next(1, 4), TimeSpan.FromSeconds(random.Next(30, 600)));

    private static bool One(System.Random random, int of) => random.Next(of) == 0;
}
