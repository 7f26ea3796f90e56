using Hale.Core.Model;
using Hale.Core.Telling;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Support;

/// <summary>A target as a test writes it; <see cref="Build"/> turns several into a world. A supervised one gets its check <c>process</c> by itself.</summary>
internal sealed record Service(string Name)
{
    public bool IsSupervised { get; init; }

    public CheckSpec[] Checks { get; init; } = [];

    public Rung[] Ladder { get; init; } = [];

    public string[] Needs { get; init; } = [];

    public string? Group { get; init; }

    public HealingPolicy Healing { get; init; } = new();

    public MaintenanceWindow[] Maintenance { get; init; } = [];

    public string[] Tell { get; init; } = [];

    public static CheckSpec Check(string name, int fall = 2, int rise = 1, string every = "10s", string stale = "1h", string grace = "0s", string lasting = "0s",
        string? within = null, Levels? levels = null, bool passive = false) => new()
        {
            Name = name,
            Target = -1,
            Kind = "test",
            Fall = fall,
            Rise = rise,
            Every = Span(every),
            StaleAfter = Span(stale),
            Grace = Span(grace),
            For = Span(lasting),
            Within = within is null ? null : Span(within),
            Levels = levels,
            IsPassive = passive,
        };

    /// <summary>A world of these services, with these bounds over groups and fleet.</summary>
    public static WorldSpec Build(IReadOnlyList<Service> services, GroupSpec[]? groups = null, GroupSpec? fleet = null, TellingSpec? telling = null)
    {
        groups ??= [.. services.Select(s => s.Group).OfType<string>().Distinct().Select(name => new GroupSpec { Name = name, Concurrent = 99 })];
        var checks = new List<CheckSpec>();
        var targets = new List<TargetSpec>();
        foreach (var service in services)
        {
            var own = service.IsSupervised ? [Check("process", fall: 1, every: "1s"), .. service.Checks] : service.Checks;
            var first = checks.Count;
            checks.AddRange(own.Select(c => c with { Target = targets.Count }));
            targets.Add(new TargetSpec
            {
                Name = service.Name,
                IsSupervised = service.IsSupervised,
                Group = Array.FindIndex(groups, g => g.Name == service.Group),
                DependsOn = [.. service.Needs.Select(need => services.ToList().FindIndex(s => s.Name == need))],
                Checks = [.. Enumerable.Range(first, own.Length)],
                Ladder = [.. service.Ladder.Select(r => r.ToSpec(name => first + Array.FindIndex(own, c => c.Name == name)))],
                Healing = service.Healing,
                Maintenance = service.Maintenance,
                Tell = service.Tell,
            });
        }
        return new WorldSpec
        {
            Targets = [.. targets],
            Checks = [.. checks],
            Groups = [.. groups.Select((g, i) => g with { Members = [.. targets.Select((t, n) => (t, n)).Where(p => p.t.Group == i).Select(p => p.n)] })],
            Fleet = fleet ?? new GroupSpec { Name = "fleet", Concurrent = 99, MajorityFrom = 99 },
            Seed = 7,
            Telling = telling ?? new(),
        };
    }
}

/// <summary>A rung of a ladder as a test writes it.</summary>
internal sealed record Rung(string Name, int Tries = 1, bool BeginsLife = false, string Verify = "30s", string[]? When = null, bool NeedsApproval = false)
{
    public static Rung Restart(int tries = 1, string verify = "30s") => new("restart", tries, BeginsLife: true, verify);

    public static Rung Clean(int tries = 1, string verify = "30s", params string[] when) => new("clean", tries, false, verify, when);

    public RemedySpec ToSpec(Func<string, int> indexOf) => new()
    {
        Name = Name,
        Tries = Tries,
        BeginsLife = BeginsLife,
        Verify = Span(Verify),
        When = [.. (When ?? []).Select(indexOf)],
        NeedsApproval = NeedsApproval,
    };
}
