using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Probes;

/// <summary>What a sample finds when it runs: a server that it names, files beside it.</summary>
/// <param name="Places">What the page names, and what it is here: <c>localhost:8080</c> is the port on which the server listens.</param>
/// <param name="Server">The server; null where files are all that the sample needs.</param>
internal sealed record Stage(IReadOnlyDictionary<string, string> Places, IAsyncDisposable? Server = null) : IAsyncDisposable
{
    /// <summary>The text of a sample with the places as they are here.</summary>
    public string Set(string sample) => Places.Aggregate(sample, (text, place) => text.Replace(place.Key, place.Value, StringComparison.Ordinal));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Sets up the stages of the samples in <c>docs/probes/</c>, by the name that the page gives: <c>&lt;!-- run: nginx --&gt;</c>.</summary>
internal static partial class Stages
{
    /// <summary>Every stage: makes it in the folder of a run, before the sample is put there.</summary>
    public static readonly IReadOnlyDictionary<string, Func<HaleRun, Task<Stage>>> All = new Dictionary<string, Func<HaleRun, Task<Stage>>>
    {
        ["aiosmtpd"] = Aiosmtpd,
        ["chrony"] = Chrony,
        ["docker"] = Docker,
        ["files"] = Files,
        ["grpc"] = Grpc,
        ["icmp"] = Icmp,
        ["log"] = Log,
        ["nginx"] = Nginx,
        ["prometheus"] = Prometheus,
        ["sample-assembly"] = Sample,
        ["worker"] = Worker,
        ["websocket"] = WebSocket,
        ["no-systemd"] = NoSystemd,
        ["nsd"] = Nsd,
        ["postgres"] = Postgres,
        ["redis"] = Redis,
        ["sshd"] = Sshd,
    };
}
