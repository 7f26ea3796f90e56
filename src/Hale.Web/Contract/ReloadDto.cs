using Hale.Config;

namespace Hale.Web.Contract;

/// <summary>The answer to a reload, or to the question what one would change.</summary>
/// <param name="Taken">The configuration on disk is in force now, or would be; false when it was refused and the present one goes on.</param>
/// <param name="Message">What happened, in one line.</param>
/// <param name="Diff">What changed; null when it was refused.</param>
/// <param name="Errors">Everything that is wrong with it.</param>
/// <param name="Warnings">What is allowed and probably not meant.</param>
public sealed record ReloadDto(bool Taken, string Message, DiffDto? Diff, IReadOnlyList<ConfigProblemDto> Errors, IReadOnlyList<ConfigProblemDto> Warnings);

/// <summary>What differs between two configurations. Secrets are not shown.</summary>
/// <param name="Parts">The parts that differ.</param>
/// <param name="NeedsRestart">Keys that take effect only when Hale is started again.</param>
/// <param name="OldProcesses">Targets whose process goes on as it was begun until it is restarted.</param>
public sealed record DiffDto(IReadOnlyList<PartDiffDto> Parts, IReadOnlyList<string> NeedsRestart, IReadOnlyList<string> OldProcesses);

/// <summary>A part of the configuration that differs.</summary>
/// <param name="Kind">What happens to it.</param>
/// <param name="Part"><c>target</c>, <c>check</c>, <c>group</c>, or the section that it stands in.</param>
/// <param name="Name">Its name, <c>target/check</c> for a check; empty for a section without names.</param>
/// <param name="Keys">The keys that differ, of a part that changed.</param>
/// <param name="Note">What a person has to know or do; null for nothing.</param>
public sealed record PartDiffDto(DiffKind Kind, string Part, string Name, IReadOnlyList<KeyDiffDto> Keys, string? Note);

/// <summary>A key that differs.</summary>
/// <param name="Key">Its path below the part.</param>
/// <param name="Old">What was written before; null when nothing was.</param>
/// <param name="New">What is written now; null when nothing is.</param>
public sealed record KeyDiffDto(string Key, string? Old, string? New);

/// <summary>Something wrong with a configuration, or worth a warning.</summary>
/// <param name="File">The file; empty for what no file is to blame for.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Key">Full path of the key; empty for the file as a whole.</param>
/// <param name="Message">What is wrong and what would be accepted.</param>
/// <param name="Suggestion">What was probably meant; null when there is no good guess.</param>
public sealed record ConfigProblemDto(string File, int Line, int Column, string Key, string Message, string? Suggestion);

/// <summary>Which configuration is in force.</summary>
/// <param name="LoadedAt">When it was taken.</param>
/// <param name="Refused">The one on disk, where it was refused; null when the one in force is the last that was read.</param>
/// <param name="NeedsRestart">Keys whose new value takes effect only when Hale is started again.</param>
/// <param name="OldProcesses">Targets whose process was begun by an older configuration and goes on so until it is restarted.</param>
/// <param name="Unwatched">Processes that go on unwatched because their target has left the configuration.</param>
public sealed record ConfigurationDto(
    DateTimeOffset LoadedAt,
    RefusedDto? Refused,
    IReadOnlyList<string> NeedsRestart,
    IReadOnlyList<string> OldProcesses,
    IReadOnlyList<string> Unwatched);

/// <summary>A configuration that was refused.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Errors">How many errors it has.</param>
/// <param name="First">The first of them.</param>
public sealed record RefusedDto(DateTimeOffset At, int Errors, string First);
