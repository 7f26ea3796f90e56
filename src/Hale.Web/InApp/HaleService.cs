using Hale.Config;
using Hale.Running;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hale.Web.InApp;

/// <summary>Starts and stops the application's Hale.</summary>
internal sealed partial class HaleService(HaleBuilder builder, HaleSetup setup, LateDaemon late, TimeProvider time, ILogger<HaleService> logger) : IHostedService, IAsyncDisposable
{
    private Daemon? daemon;

    /// <summary>The folder that goes when the application stops; null for none.</summary>
    public string? PassingFolder { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var plan = setup.Plan;
        foreach (var warning in setup.Warnings)
            LogWarning(warning);
        if (plan.Daemon.StateDirectory.Length == 0)
        {
            PassingFolder = Directory.CreateTempSubdirectory("hale-").FullName;
            plan = In(PassingFolder, plan);
        }
        var state = plan.Daemon.StateDirectory;
        daemon = await Daemon.StartAsync(plan, time, cancellationToken, () => In(state, setup.Read()));
        daemon.TakesProcessesAlong = builder.TakesProcessesAlong;
        late.Start(daemon);
        LogStarted(plan.World.Targets.Length, plan.Daemon.StateDirectory);
    }

    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    /// <summary>Where another part of the application failed to start, nobody stops what has started; it is disposed of all the same.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref daemon, null) is { } running)
            await running.DisposeAsync();
        if (PassingFolder is { } folder && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static LoadResult In(string state, LoadResult result) => result with { Plan = result.Plan is { } plan ? In(state, plan) : null };

    private static Plan In(string state, Plan plan) => plan with { Daemon = plan.Daemon with { StateDirectory = state } };

    [LoggerMessage(1, LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(ConfigError warning);

    [LoggerMessage(2, LogLevel.Information, "Hale watches {Targets} targets; its journal is in {Folder}")]
    private partial void LogStarted(int targets, string folder);
}
