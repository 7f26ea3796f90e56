using Hale.Config.Yaml;
using Hale.Core.Model;

namespace Hale.Config.Loading;

/// <summary>The bounds of healing: the <c>healing:</c> sections.</summary>
internal static class HealingSection
{
    /// <summary>The bounds of one target: what is written, and the rest from <paramref name="inherited"/>.</summary>
    public static HealingPolicy Policy(Reading reading, Section section, HealingPolicy inherited)
    {
        var values = section.Values;
        var policy = new HealingPolicy
        {
            Mode = values.Text("mode") is { } mode ? Enum.Parse<HealingMode>(mode, ignoreCase: true) : inherited.Mode,
            Budget = values.Budget("budget") ?? inherited.Budget,
            Cooldown = values.Duration("cooldown") ?? inherited.Cooldown,
            CooldownMax = values.Duration("cooldown_max") ?? inherited.CooldownMax,
            Jitter = values.Number("jitter") / 100 ?? inherited.Jitter,
            Stable = values.Duration("stable") ?? inherited.Stable,
            ApprovalLasts = values.Duration("approval_lasts") ?? inherited.ApprovalLasts,
        };
        if (policy.CooldownMax >= policy.Cooldown)
            return policy;
        if (section.Find("cooldown_max") is { } max)
            reading.Problems.Add(max.Value.At, section.PathOf("cooldown_max"), Duration.Format(policy.CooldownMax), $"{Duration.Format(policy.CooldownMax)} is shorter than cooldown, which is {Duration.Format(policy.Cooldown)}");
        // Who writes a first pause above the default ceiling means no shorter ones.
        return policy with { CooldownMax = policy.Cooldown };
    }

    /// <summary>The bounds over all targets.</summary>
    public static GroupSpec Fleet(Section section) => Bounds(section, "fleet", "fleet_budget");

    /// <summary>The bounds across several targets.</summary>
    public static GroupSpec Bounds(Section section, string name, string budgetKey) => new()
    {
        Name = name,
        Concurrent = (int)(section.Values.Integer("concurrent") ?? 1),
        Budget = section.Values.Budget(budgetKey),
        StopWhenUnhealthy = section.Values.Number("stop_when_unhealthy") / 100 ?? 0.5,
    };

    /// <summary>The <c>healing:</c> section of a target.</summary>
    public static HealingPolicy Of(Reading reading, MapEntry? entry, string path, HealingPolicy fleet)
    {
        if (entry is null || reading.Map(entry.Value, path) is not { } map)
            return fleet;
        var section = Section.Read(reading, map, path, entry.At, Keys.Healing, misplaced: key =>
            Keys.Fleet.Any(known => known.Name == key) ? "it belongs to the top-level healing section, or to a group" : null);
        return Policy(reading, section, fleet);
    }
}
