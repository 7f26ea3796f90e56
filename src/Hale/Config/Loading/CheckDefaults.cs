using Hale.Config.Yaml;
using Hale.Core.Model;

namespace Hale.Config.Loading;

/// <summary>What a check has unless it says otherwise: the <c>defaults:</c> section.</summary>
internal sealed record CheckDefaults(TimeSpan Every, TimeSpan Timeout, int Fall, int Rise, TimeSpan For, TimeSpan? Grace, FlapPolicy Flap)
{
    public static CheckDefaults Read(Reading reading, Section section)
    {
        var values = section.Values;
        return new CheckDefaults(
            values.Duration("every") ?? TimeSpan.FromMinutes(1),
            values.Duration("timeout") ?? TimeSpan.FromSeconds(10),
            (int)(values.Integer("fall") ?? 2),
            (int)(values.Integer("rise") ?? 1),
            values.Duration("for") ?? default,
            values.Duration("grace"),
            ReadFlap(reading, section) ?? FlapPolicy.Default);
    }

    /// <summary>The <c>flap:</c> section of a check or of the defaults; null when there is none.</summary>
    public static FlapPolicy? ReadFlap(Reading reading, Section owner)
    {
        if (owner.Find("flap") is not { } entry || reading.Map(entry.Value, owner.PathOf("flap"), "a mapping such as { high: 30%, low: 25% }") is not { } map)
            return null;
        var section = Section.Read(reading, map, owner.PathOf("flap"), entry.At, Keys.Flap);
        var (high, low) = (section.Values.Number("high"), section.Values.Number("low"));
        if (low >= high)
            reading.Problems.Add(section.At("low"), section.PathOf("low"), Percent.Format(low.Value), $"{Percent.Format(low.Value)} must be below high, which is {Percent.Format(high.Value)}, or the flag itself flaps");
        return new FlapPolicy(high ?? FlapPolicy.Default.High, low ?? FlapPolicy.Default.Low);
    }
}
