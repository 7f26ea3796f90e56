using Hale.Core.Alarming;
using Hale.Core.Telling;

namespace Hale.Core.Model;

/// <summary>Who decides that a remedy is carried out.</summary>
public enum HealingMode : byte
{
    /// <summary>Hale acts within its gates.</summary>
    Act,

    /// <summary>Hale plans, and acts once a person has approved.</summary>
    Approve,

    /// <summary>Hale plans and shows what it would have done.</summary>
    Observe,

    /// <summary>Hale watches only.</summary>
    Off,
}

/// <summary>At most so many remedies in so much time.</summary>
/// <param name="Count">How many. At least 1.</param>
/// <param name="Per">The sliding window.</param>
public sealed record Budget(int Count, TimeSpan Per);

/// <summary>The bounds of healing for one target.</summary>
public sealed record HealingPolicy
{
    /// <summary>Who decides. Default <see cref="HealingMode.Act"/>.</summary>
    public HealingMode Mode { get; init; } = HealingMode.Act;

    /// <summary>Remedies on this target. Default 3 in 10 minutes. A first start and what a person ordered are not counted.</summary>
    public Budget Budget { get; init; } = new(3, TimeSpan.FromMinutes(10));

    /// <summary>Pause after the first remedy of an episode; it doubles with every further one. Default 10 s.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause that doubling leads to. Default 5 minutes (the ceiling that Kubernetes uses for crash loops).</summary>
    public TimeSpan CooldownMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Pauses are lengthened by up to this share, by a number drawn from the target and the attempt. Default 0.1.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>Well for this long ends an episode: the ladder starts again at its first rung and the pause at its first length. Default 5 minutes.</summary>
    public TimeSpan Stable { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an approval stays good. Default 15 minutes.</summary>
    public TimeSpan ApprovalLasts { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>One rung of a target's ladder.</summary>
public sealed record RemedySpec
{
    /// <summary>The remedy's kind, for display: <c>restart</c>, <c>clean</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How often it may be tried in one episode before the next rung. Default 1.</summary>
    public int Tries { get; init; } = 1;

    /// <summary>Indices of the checks whose failure calls for it; empty for any check of the target.</summary>
    public int[] When { get; init; } = [];

    /// <summary>Without a fresh good verdict within this time after the act, the remedy did not help. Set by the loader unless written.</summary>
    public TimeSpan Verify { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A person must approve each use, whatever the mode.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>The remedy ends this life and begins a new one (a restart); it is also what starts a supervised target that has no life.</summary>
    public bool BeginsLife { get; init; }
}

/// <summary>A repeated or single span in which nothing is healed (watching goes on).</summary>
/// <param name="Days">Days on which the window opens, in the zone; null for every day.</param>
/// <param name="Opens">Time of day at which it opens, in the zone. Where the zone's clock skips it, an hour later; where it repeats it, the second time.</param>
/// <param name="Lasts">How long it stays open, in real time also where the clock changes; may cross midnight.</param>
/// <param name="Zone">The zone that the days and times are read in.</param>
public sealed record MaintenanceWindow(DayOfWeek[]? Days, TimeOnly Opens, TimeSpan Lasts, TimeZoneInfo Zone)
{
    /// <summary>Whether the window is open at <paramref name="now"/>, and then until when.</summary>
    public Instant? OpenUntil(Instant now)
    {
        var local = TimeZoneInfo.ConvertTime(now.ToUtc(), Zone);
        // A window longer than a day may have opened several days ago.
        for (var back = 0; back <= (int)Lasts.TotalDays + 1; back++)
        {
            var day = local.Date.AddDays(-back);
            if (Days is not null && Array.IndexOf(Days, day.DayOfWeek) < 0)
                continue;
            var opens = day + Opens.ToTimeSpan();
            var openedAt = Instant.From(new DateTimeOffset(opens, Zone.GetUtcOffset(opens)));
            if (openedAt <= now && now < openedAt + Lasts)
                return openedAt + Lasts;
        }
        return null;
    }
}

/// <summary>Something that is watched, validated and immutable.</summary>
public sealed record TargetSpec
{
    /// <summary>Unique among all targets.</summary>
    public required string Name { get; init; }

    /// <summary>Index of the group in <see cref="WorldSpec.Groups"/>; -1 for none.</summary>
    public int Group { get; init; } = -1;

    /// <summary>Indices of the targets that this one cannot work without.</summary>
    public int[] DependsOn { get; init; } = [];

    /// <summary>Indices of its checks in <see cref="WorldSpec.Checks"/>.</summary>
    public int[] Checks { get; init; } = [];

    /// <summary>What is tried, in this order, when it is impaired; empty: it is watched only.</summary>
    public RemedySpec[] Ladder { get; init; } = [];

    /// <summary>The bounds of healing.</summary>
    public HealingPolicy Healing { get; init; } = new();

    /// <summary>
    /// Hale owns its process: the target has lives (<see cref="Incarnation"/>), is started when it has none, and stays down when a person stopped it.
    /// The first of its <see cref="Checks"/> is then the check of that process, fed by the beginnings and ends of its lives.
    /// </summary>
    public bool IsSupervised { get; init; }

    /// <summary>Recurring spans without healing.</summary>
    public MaintenanceWindow[] Maintenance { get; init; } = [];

    /// <summary>Names of the channels that are told of it; empty: those to which a route leads.</summary>
    public string[] Tell { get; init; } = [];
}

/// <summary>Targets that share a fate: the bounds that hold across them.</summary>
public sealed record GroupSpec
{
    /// <summary>Unique among groups.</summary>
    public required string Name { get; init; }

    /// <summary>Indices of the members.</summary>
    public int[] Members { get; init; } = [];

    /// <summary>Remedies under way in the group at once (blast radius). Default 1.</summary>
    public int Concurrent { get; init; } = 1;

    /// <summary>Remedies in the group over time; null for no limit beyond those of the targets.</summary>
    public Budget? Budget { get; init; }

    /// <summary>
    /// With more than this share of the judged members unhealthy, nothing in the group is healed: the cause is elsewhere.
    /// Default 0.5 (Kubernetes stops evictions at 55 % of a zone, medik8s at 51 %).
    /// </summary>
    public double StopWhenUnhealthy { get; init; } = 0.5;

    /// <summary>
    /// The smallest number of judged members to which <see cref="StopWhenUnhealthy"/> applies: of two or three services on one machine most
    /// can be down for reasons of their own. Default 3 for a group; the fleet as a whole uses 10.
    /// </summary>
    public int MajorityFrom { get; init; } = 3;
}

/// <summary>Everything that is watched, and the bounds over all of it.</summary>
public sealed record WorldSpec
{
    /// <summary>The targets; a target's index is its identity within one spec.</summary>
    public required TargetSpec[] Targets { get; init; }

    /// <summary>The checks of all targets; a check's index is its identity within one spec.</summary>
    public required CheckSpec[] Checks { get; init; }

    /// <summary>The groups.</summary>
    public GroupSpec[] Groups { get; init; } = [];

    /// <summary>The alarms; an alarm's index is its identity within one spec.</summary>
    public AlarmSpec[] Alarms { get; init; } = [];

    /// <summary>Bounds over all targets together.</summary>
    public GroupSpec Fleet { get; init; } = new() { Name = "fleet", Concurrent = 4, MajorityFrom = 10 };

    /// <summary>Seed of the jitter in pauses, so that a fleet's pauses differ and a replay's do not.</summary>
    public int Seed { get; init; }

    /// <summary>Who is told what.</summary>
    public TellingSpec Telling { get; init; } = new();

    /// <summary>A check's full name, <c>target/check</c>.</summary>
    public string NameOf(int check) => $"{Targets[Checks[check].Target].Name}/{Checks[check].Name}";
}
