using Hale.Core.Model;

namespace Hale.Web.Contract;

/// <summary>The answer of <c>GET /api/v1/status</c>: the world at one moment.</summary>
/// <param name="Version">Grows with every published change.</param>
/// <param name="At">When the snapshot was taken; ages are counted from here.</param>
/// <param name="Health">The worst health among all targets, also when only one was asked for.</param>
/// <param name="Doubt">Why Hale doubts itself; null when it does not. While it does, verdicts and healing are frozen.</param>
/// <param name="JournalTrouble">Why the journal cannot be written; null when it can. While it cannot, nothing is healed.</param>
/// <param name="StartedAt">When this run of the daemon began; null when no daemon runs (a single round).</param>
/// <param name="Targets">The targets, in the order of the configuration.</param>
/// <param name="Groups">The groups, in the order of the configuration.</param>
/// <param name="Configuration">Which configuration is in force; null when no daemon runs (a single round).</param>
/// <param name="Notices">Notices that need attention; null when no daemon runs (a single round).</param>
public sealed record StatusDto(
    long Version,
    DateTimeOffset At,
    Health Health,
    DoubtDto? Doubt,
    string? JournalTrouble,
    DateTimeOffset? StartedAt,
    IReadOnlyList<TargetDto> Targets,
    IReadOnlyList<GroupDto> Groups,
    ConfigurationDto? Configuration = null,
    NoticeCountDto? Notices = null);

/// <summary>A reason for which Hale does not trust what it sees.</summary>
/// <param name="Reason">One line for a person.</param>
/// <param name="Until">When it ends unless it is raised again; null when it does not end by itself.</param>
public sealed record DoubtDto(string Reason, DateTimeOffset? Until);

/// <summary>A group, rolled up.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Health">The worst health among its members.</param>
/// <param name="Members">How many targets it has.</param>
/// <param name="Unhealthy">How many of them are impaired.</param>
/// <param name="Unknown">About how many nothing can be said.</param>
public sealed record GroupDto(string Name, Health Health, int Members, int Unhealthy, int Unknown);
