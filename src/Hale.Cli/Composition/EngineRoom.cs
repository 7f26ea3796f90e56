using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Storage;

namespace Hale.Cli.Composition;

/// <summary>The real parts.</summary>
internal sealed class EngineRoom : IEngineRoom
{
    public LoadResult Load(string file, Func<string, string?> environment) => new SpecLoader().Load(file, environment);

    public string Schema() => throw new NotImplementedException();

    public async Task<StartedDaemon> StartAsync(Plan plan, TimeProvider time, bool takeProcessesAlong, CancellationToken cancel)
    {
        try
        {
            var daemon = await Running.Daemon.StartAsync(plan, time, cancel);
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
        using var reader = new JournalReader(journal);
        return reader.Replay();
    }
}
