using Hale.Cli;
using Hale.Cli.Composition;
using Hale.Config;
using Hale.Core.Model;
using Hale.Storage;
using Hale.Testing;
using Hale.Web.Hosting;
using Xunit;

namespace Hale.Tests.Cli;

/// <summary>The command line in this process: a configuration in a folder of its own, and on request a daemon in memory behind a real socket.</summary>
internal sealed class CliFixture : IAsyncDisposable
{
    private const string Sample = """
        targets:
          web:
            checks:
              beat: { heartbeat: {}, within: 1h }
        hale: { listen: off }
        """;

    private readonly Scratch scratch = new();
    private WebHost? host;

    public CliFixture() => File.WriteAllText(Config, Sample);

    public FakeDaemon Daemon { get; } = new(SampleWorld.Mixed);

    public FakeEngineRoom EngineRoom { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public string Config => scratch["hale.yaml"];

    public string Directory => scratch.Path;

    public string SocketPath => scratch[Path.Combine(".hale", WebHost.SocketName)];

    /// <summary>Where the daemon is served over TCP.</summary>
    public Uri Address => host!.Address!;

    /// <summary>Serves the daemon where the configuration says; with a token, over TCP as well.</summary>
    public async Task<CliFixture> ServeAsync(string? token = null)
    {
        var spec = new DaemonSpec { StateDirectory = scratch[".hale"], Listen = token is null ? null : "127.0.0.1:0", Token = token };
        host = await WebHost.StartAsync(Daemon, spec, TimeProvider.System, TestContext.Current.CancellationToken);
        return this;
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<Result> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(args, Surroundings(output, error));
        return new Result(exitCode, output.ToString(), error.ToString());
    }

    public Surroundings Surroundings(TextWriter output, TextWriter error, CancellationToken stop = default) => new()
    {
        Out = output,
        Error = error,
        Environment = name => Environment.GetValueOrDefault(name),
        Directory = scratch.Path,
        EngineRoom = EngineRoom,
        Time = Time,
        Stop = stop,
    };

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        scratch.Dispose();
    }
}

/// <summary>How a command ended.</summary>
internal sealed record Result(int ExitCode, string Out, string Error);

/// <summary>A daemon in memory in place of a real one; the configuration is read for real.</summary>
internal sealed class FakeEngineRoom : IEngineRoom
{
    public FakeDaemon Daemon { get; set; } = new(SampleWorld.Well);

    public Snapshot Round { get; set; } = SampleWorld.Well;

    public string? RoundOf { get; private set; }

    public bool IsStopped { get; private set; }

    public bool TookProcessesAlong { get; private set; }

    public string[] Running { get; set; } = [];

    public ReplayResult Replayed { get; set; } = new(10, 2, null, null);

    public LoadResult Load(string file, Func<string, string?> environment) => new SpecLoader().Load(file, environment);

    public string Schema(IReadOnlyList<ProbeKind>? kinds) => """{"type":"object"}""";

    public Task<StartedDaemon> StartAsync(Plan plan, Func<LoadResult> read, TimeProvider time, bool takeProcessesAlong, CancellationToken cancel)
    {
        TookProcessesAlong = takeProcessesAlong;
        return Task.FromResult(new StartedDaemon(Daemon, () => Running, () =>
        {
            IsStopped = true;
            return ValueTask.CompletedTask;
        }));
    }

    public Task<Snapshot> OneRoundAsync(Plan plan, TimeProvider time, string? target, CancellationToken cancel)
    {
        RoundOf = target ?? "*";
        return Task.FromResult(Round);
    }

    public ReplayResult Replay(string journal) => Replayed;
}
