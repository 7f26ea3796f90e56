using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Storage;

namespace Hale.Cli.Composition;

/// <summary>The parts that a command runs in its own process; a test puts a daemon in memory in their place.</summary>
internal interface IEngineRoom
{
    /// <summary>Reads and validates a configuration.</summary>
    LoadResult Load(string file, Func<string, string?> environment);

    /// <summary>The JSON schema of the configuration.</summary>
    /// <param name="kinds">The kinds of checks that can be named; null for those of Hale itself.</param>
    string Schema(IReadOnlyList<ProbeKind>? kinds);

    /// <summary>Starts the daemon.</summary>
    /// <exception cref="CommandException">It cannot start: another Hale, a state folder or journal that cannot be used.</exception>
    /// <param name="plan">What to watch.</param>
    /// <param name="read">Reads it again, for a reload.</param>
    /// <param name="time">The clock.</param>
    /// <param name="takeProcessesAlong">Stopping it ends the supervised processes too.</param>
    /// <param name="cancel">Gives the start up.</param>
    Task<StartedDaemon> StartAsync(Plan plan, Func<LoadResult> read, TimeProvider time, bool takeProcessesAlong, CancellationToken cancel);

    /// <summary>Tries every check once and judges it on that alone; heals nothing and writes nothing.</summary>
    Task<Snapshot> OneRoundAsync(Plan plan, TimeProvider time, string? target, CancellationToken cancel);

    /// <summary>Folds a journal again.</summary>
    ReplayResult Replay(string journal);
}

/// <summary>A daemon, and how it is stopped.</summary>
/// <param name="Daemon">The daemon.</param>
/// <param name="Running">Names of the supervised targets whose process runs now.</param>
/// <param name="StopAsync">Stops it; supervised processes keep running unless it was started to take them along.</param>
internal sealed record StartedDaemon(IDaemon Daemon, Func<IReadOnlyList<string>> Running, Func<ValueTask> StopAsync);
