using Hale.Config;

namespace Hale.Running;

/// <summary>Which configuration a running Hale goes by.</summary>
public sealed record ConfigurationState
{
    /// <summary>When it was taken.</summary>
    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>The one on disk, where it was refused; null when the one in force is the last that was read.</summary>
    public RefusedConfiguration? Refused { get; init; }

    /// <summary>Keys whose new value takes effect only when Hale is started again.</summary>
    public IReadOnlyList<string> NeedsRestart { get; init; } = [];

    /// <summary>Supervised targets whose process was begun by an older <c>process:</c> section, and goes on so until it is restarted.</summary>
    public IReadOnlyList<string> OldProcesses { get; init; } = [];

    /// <summary>Supervised processes that go on unwatched, because their target has left the configuration.</summary>
    public IReadOnlyList<string> Unwatched { get; init; } = [];

    /// <summary>Reloads in this run that changed something or found nothing to change.</summary>
    public long Taken { get; init; }

    /// <summary>How long the last change-over took, from handing it to the engine until readers saw it; zero before the first.</summary>
    public TimeSpan SwapTook { get; init; }

    /// <summary>Reloads in this run that were refused.</summary>
    public long Refusals { get; init; }
}

/// <summary>A configuration that could not be taken.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Errors">Everything that is wrong with it; never empty.</param>
public sealed record RefusedConfiguration(DateTimeOffset At, IReadOnlyList<ConfigError> Errors)
{
    /// <summary>In one line.</summary>
    public string Summary(DateTimeOffset inForceSince) =>
        $"the configuration on disk is refused: {(Errors.Count == 1 ? "1 error" : $"{Errors.Count} errors, first")}: {Errors[0]}; the one from {inForceSince:yyyy-MM-dd HH:mm:ss}Z goes on";
}

/// <summary>What came of a reload, or would come of it.</summary>
/// <param name="Taken">The configuration on disk is in force now; for a rehearsal: it would be.</param>
/// <param name="Message">In one line.</param>
/// <param name="Diff">What changed; null when it was refused.</param>
/// <param name="Errors">Why it was refused, all of it.</param>
/// <param name="Warnings">What is allowed and probably not meant.</param>
public sealed record ReloadResult(bool Taken, string Message, ConfigDiff? Diff, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Warnings);
