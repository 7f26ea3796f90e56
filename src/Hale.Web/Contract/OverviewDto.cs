using Hale.Core.Model;

namespace Hale.Web.Contract;

/// <summary>The answer of <c>GET /api/v1/overview</c>: the world in figures, the same size for five targets and for five thousand.</summary>
/// <param name="Version">Grows with every published change.</param>
/// <param name="At">When the snapshot was taken; ages are counted from here.</param>
/// <param name="Health">The worst health among all targets.</param>
/// <param name="Doubt">Why Hale doubts itself; null when it does not. While it does, verdicts and healing are frozen.</param>
/// <param name="JournalTrouble">Why the journal cannot be written; null when it can. While it cannot, nothing is healed.</param>
/// <param name="StartedAt">When this run of the daemon began.</param>
/// <param name="Targets">Targets by health.</param>
/// <param name="Checks">Checks by health.</param>
/// <param name="Alarms">Alarms by state.</param>
/// <param name="NoticesPending">Notices that wait to be delivered.</param>
/// <param name="NoticesDead">Notices that were given up.</param>
/// <param name="NeedsHuman">Targets for which a person is needed.</param>
/// <param name="Paused">Targets on which a person paused healing.</param>
/// <param name="Stopped">Targets that a person stopped.</param>
/// <param name="Healing">Targets with a remedy under way or being verified.</param>
/// <param name="Worst">The worst targets, at most 20: first those that need a person, then by health, then those that have been so longest.</param>
/// <param name="Groups">The worst groups, at most 50.</param>
public sealed record OverviewDto(
    long Version,
    DateTimeOffset At,
    Health Health,
    DoubtDto? Doubt,
    string? JournalTrouble,
    DateTimeOffset StartedAt,
    HealthCountsDto Targets,
    HealthCountsDto Checks,
    AlarmCountsDto Alarms,
    int NoticesPending,
    long NoticesDead,
    int NeedsHuman,
    int Paused,
    int Stopped,
    int Healing,
    IReadOnlyList<WorstDto> Worst,
    IReadOnlyList<GroupDto> Groups);

/// <summary>How many there are of each health.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Ok">With fresh positive evidence.</param>
/// <param name="Degraded">Beyond a warning level.</param>
/// <param name="Initializing">In their grace time.</param>
/// <param name="InsufficientData">Without fresh evidence.</param>
/// <param name="Impaired">Confirmed not to work.</param>
/// <param name="NotApplicable">With nothing to judge.</param>
public sealed record HealthCountsDto(int Total, int Ok, int Degraded, int Initializing, int InsufficientData, int Impaired, int NotApplicable);

/// <summary>How many alarms there are in each state.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Ok">Not in alarm.</param>
/// <param name="InAlarm">In alarm.</param>
/// <param name="InsufficientData">Without enough data to say.</param>
public sealed record AlarmCountsDto(int Total, int Ok, int InAlarm, int InsufficientData);

/// <summary>A target that is not well, in short.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Group">Its group; null for none.</param>
/// <param name="Health">Its health.</param>
/// <param name="Reason">What decided the health, in one line.</param>
/// <param name="Since">Since when; null before the first verdict.</param>
/// <param name="NeedsHuman">Why a person is needed; null when none is.</param>
public sealed record WorstDto(string Name, string? Group, Health Health, string Reason, DateTimeOffset? Since, string? NeedsHuman);
