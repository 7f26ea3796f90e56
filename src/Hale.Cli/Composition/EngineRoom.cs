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

    public Task<StartedDaemon> StartAsync(Plan plan, TimeProvider time, bool takeProcessesAlong, CancellationToken cancel) => throw new NotImplementedException();

    public Task<Snapshot> OneRoundAsync(Plan plan, TimeProvider time, string? target, CancellationToken cancel) => throw new NotImplementedException();

    public ReplayResult Replay(string journal)
    {
        using var reader = new JournalReader(journal);
        return reader.Replay();
    }
}
