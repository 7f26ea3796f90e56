using Hale.Core.Model;

namespace Hale.Core.Telling;

/// <summary>Who is told what, and how much at once.</summary>
public sealed record TellingSpec
{
    /// <summary>Most channels that one Hale tells.</summary>
    public const int MaxChannels = 64;

    /// <summary>Names of the channels; a channel's index is its identity within one spec. Empty: nobody is told anything.</summary>
    public string[] Channels { get; init; } = [];

    /// <summary>Which subjects go to which channels. All that match apply.</summary>
    public RouteSpec[] Routes { get; init; } = [];

    /// <summary>
    /// How long a condition has to last before it is told, and so the time in which what belongs together is gathered into one notice. What
    /// needs a person does not wait. Default 10 s.
    /// </summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a doubt about Hale itself has to last before it is told. Default 1 minute.</summary>
    public TimeSpan DoubtWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What is still bad and was not acknowledged is told again after this time; null for not at all. Default null.</summary>
    public TimeSpan? Repeat { get; init; }
}

/// <summary>Leads some subjects to some channels.</summary>
public sealed record RouteSpec
{
    /// <summary>Indices of the channels.</summary>
    public required int[] Channels { get; init; }

    /// <summary>Names of the targets that it is for. Without these, <see cref="Groups"/> and <see cref="Alarms"/> it is for all, Hale itself among them.</summary>
    public string[] Targets { get; init; } = [];

    /// <summary>Names of the groups whose members it is for.</summary>
    public string[] Groups { get; init; } = [];

    /// <summary>Names of the alarms that it is for.</summary>
    public string[] Alarms { get; init; } = [];

    /// <summary>Only what is at least this bad. Default: everything.</summary>
    public Condition From { get; init; } = Condition.Warning;

    /// <summary>While one of these is open, only what is critical is told; the rest, what has become well too, is told together at its end.</summary>
    public MaintenanceWindow[] Quiet { get; init; } = [];

    /// <summary>It is for every subject.</summary>
    public bool IsForAll => Targets.Length + Groups.Length + Alarms.Length == 0;
}
