using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Storage;
using Microsoft.Data.Sqlite;

namespace Hale.Cli.Composition;

/// <summary>The real parts.</summary>
internal sealed class EngineRoom : IEngineRoom
{
    public LoadResult Load(string file, Func<string, string?> environment) => new SpecLoader().Load(file, environment);

    public string Schema(IReadOnlyList<ProbeKind>? kinds) => SchemaWriter.Write(kinds ?? Registry.Probes, Registry.Remedies);

    public async Task<StartedDaemon> StartAsync(Plan plan, Func<LoadResult> read, TimeProvider time, bool takeProcessesAlong, CancellationToken cancel)
    {
        try
        {
            var daemon = await Daemon.StartAsync(plan, time, cancel, read);
            daemon.TakesProcessesAlong = takeProcessesAlong;
            return new StartedDaemon(daemon, () => daemon.Running, daemon.DisposeAsync);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JournalException or InvalidDataException or PlatformNotSupportedException)
        {
            throw new CommandException(ExitCode.Unknown, error.Message);
        }
    }

    public Task<Snapshot> OneRoundAsync(Plan plan, TimeProvider time, string? target, CancellationToken cancel) =>
        OneRound.RunAsync(plan, time, target, cancel);

    public ReplayResult Replay(string journal)
    {
        try
        {
            using var reader = new JournalReader(journal);
            return reader.Replay();
        }
        catch (Exception error) when (error is SqliteException or InvalidDataException)
        {
            throw new CommandException(ExitCode.Unknown, $"{journal} cannot be read as a journal: {error.Message}");
        }
    }
}
