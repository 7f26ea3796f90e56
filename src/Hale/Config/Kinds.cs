using Hale.Core.Model;
using Hale.Probes;
using Hale.Remedies;

namespace Hale.Config;

/// <summary>A kind of probe: its name in the configuration, its keys, and how to make one.</summary>
/// <param name="Name">What a person writes: <c>http</c>.</param>
/// <param name="Doc">One sentence on what it observes and when it fails.</param>
/// <param name="Keys">Its own keys, disjoint from the keys that every check has.</param>
/// <param name="Create">Makes the probe from validated settings; may throw <see cref="SettingsException"/>.</param>
public sealed record ProbeKind(string Name, string Doc, Key[] Keys, Func<Settings, IProbe> Create)
{
    /// <summary>The measurement that <c>warn</c> and <c>fail</c> apply to when the check does not name one; null when the kind has no levels.</summary>
    public string? LevelOf { get; init; }

    /// <summary>The unit in which <c>warn</c> and <c>fail</c> are written.</summary>
    public Unit LevelUnit { get; init; }

    /// <summary>Lower is worse.</summary>
    public bool LevelBelow { get; init; }

    /// <summary>The name of its flag that says, for one check, that lower is worse; null when it has none and <see cref="LevelBelow"/> decides alone.</summary>
    public string? LevelBelowKey { get; init; }

    /// <summary>
    /// The measurements that it is known to bring, so that a level is read in the right unit and direction; empty where only the target knows
    /// them (performance data of a plugin).
    /// </summary>
    public Measure[] Measures { get; init; } = [];

    /// <summary>It reports progress: <c>within</c> may be written, and means activity.</summary>
    public bool HasProgress { get; init; }

    /// <summary>Whether these settings mean nothing without <c>within</c>; null when none do.</summary>
    public Func<Settings, bool>? NeedsWithin { get; init; }

    /// <summary>The target pushes; nothing is probed.</summary>
    public bool IsPassive { get; init; }
}

/// <summary>A measurement that a kind of probe brings.</summary>
/// <param name="Name">Its name, as <c>measure</c> of a check takes it.</param>
/// <param name="Unit">What it is measured in, and a level written in.</param>
/// <param name="Doc">One sentence: what it is, and when it comes.</param>
/// <param name="Below">Lower is worse.</param>
public sealed record Measure(string Name, Unit Unit, string Doc, bool Below = false)
{
    /// <summary>What it counts is known only to who writes the check (the value of a query), so the way a level is written decides on unit and direction.</summary>
    public bool IsOpen { get; init; }
}

/// <summary>A kind of remedy: its name in the configuration, its keys, and how to make one.</summary>
/// <param name="Name">What a person writes: <c>restart</c>.</param>
/// <param name="Doc">One sentence on what it does.</param>
/// <param name="Keys">Its own keys, disjoint from the keys that every rung has (<c>tries</c>, <c>when</c>, <c>verify</c>, <c>approve</c>).</param>
/// <param name="Create">Makes the remedy from validated settings; may throw <see cref="SettingsException"/>.</param>
public sealed record RemedyKind(string Name, string Doc, Key[] Keys, Func<Settings, IRemedy> Create)
{
    /// <summary>It ends a life and begins another (only for supervised targets).</summary>
    public bool BeginsLife { get; init; }

    /// <summary>How often it is tried in one episode unless written.</summary>
    public int DefaultTries { get; init; } = 1;
}
