using Hale.Containers;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Processes;
using Hale.Remedies;
using Hale.Telling;

namespace Hale.Config;

/// <summary>A configuration, read and validated: what the core judges by, and the hands that go with it, by the same indices.</summary>
public sealed record Plan
{
    /// <summary>Specs for the core.</summary>
    public required WorldSpec World { get; init; }

    /// <summary>By check index: the probe; null for a passive check and for the built-in check of a supervised process.</summary>
    public required IReadOnlyList<IProbe?> Probes { get; init; }

    /// <summary>By target index, by rung: the remedy.</summary>
    public required IReadOnlyList<IReadOnlyList<IRemedy>> Remedies { get; init; }

    /// <summary>By target index: the process that Hale owns; null where it owns none.</summary>
    public required IReadOnlyList<ProcessSpec?> Processes { get; init; }

    /// <summary>By channel index: what delivers notices.</summary>
    public IReadOnlyList<ChannelPlan> Channels { get; init; } = [];

    /// <summary>Metrics under names of their own; alarms refer to them, and readers find them by these.</summary>
    public IReadOnlyList<MetricSpec> Metrics { get; init; } = [];

    /// <summary>Containers that targets were made of, by which it is known when to look for others.</summary>
    public IReadOnlyList<Discovery> Discoveries { get; init; } = [];

    /// <summary>How the daemon itself runs.</summary>
    public required DaemonSpec Daemon { get; init; }

    /// <summary>The configuration as it was read (all files, secrets not expanded), kept in the journal so that a replay needs nothing else.</summary>
    public required string Source { get; init; }

    /// <summary>By check index: a hash of the settings of its probe, by which a reload knows whether it looks at the same thing. Empty for a plan that was made by hand.</summary>
    public IReadOnlyList<ulong> Settings { get; init; } = [];

    /// <summary>Everything that was written, for people: what <c>hale config show</c> and <c>hale config diff</c> tell. Empty for a plan that was made by hand.</summary>
    public IReadOnlyList<WrittenSection> Written { get; init; } = [];
}

/// <summary>How the daemon itself runs: the <c>hale:</c> section.</summary>
public sealed record DaemonSpec
{
    /// <summary>Folder of the journal, the socket, the lock and the output of supervised processes. Default: <c>.hale</c> beside the configuration file.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Address of the HTTP API, <c>HOST:PORT</c>; null for none. Default <c>127.0.0.1:7411</c>. Off loopback a token is required.</summary>
    public string? Listen { get; init; } = "127.0.0.1:7411";

    /// <summary>Bearer token of the HTTP API that may do everything; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Further bearer tokens. Their names and texts differ.</summary>
    public IReadOnlyList<TokenSpec> Tokens { get; init; } = [];

    /// <summary>Requests that one client may send over TCP. Default 600 per minute.</summary>
    public Budget Rate { get; init; } = new(600, TimeSpan.FromMinutes(1));

    /// <summary>Where metrics are exported to by OTLP; null for nowhere.</summary>
    public OtlpSpec? Otlp { get; init; }

    /// <summary>What is done about groups of containers; null for nothing.</summary>
    public DaemonContainersSpec? Containers { get; init; }

    /// <summary>Raw observations are kept this long. Default 24 h.</summary>
    public TimeSpan KeepObservations { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Transitions, intents and refusals are kept this long. Default 455 days.</summary>
    public TimeSpan KeepHistory { get; init; } = TimeSpan.FromDays(455);
}

/// <summary>Where metrics are exported to: the <c>hale.otlp:</c> section.</summary>
/// <param name="Endpoint">The receiver; OTLP over HTTP, protobuf.</param>
public sealed record OtlpSpec(Uri Endpoint)
{
    /// <summary>Headers of each request, by name. They may be secrets.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Time between two exports. Default 1 minute.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>A bearer token of the HTTP API.</summary>
/// <param name="Name">What the history calls it.</param>
/// <param name="Text">The token.</param>
/// <param name="Role">What it may do.</param>
public sealed record TokenSpec(string Name, string Text, TokenRole Role);

/// <summary>What a token may do.</summary>
public enum TokenRole
{
    /// <summary>See everything.</summary>
    Read,

    /// <summary>Send heartbeats and nothing else.</summary>
    Push,

    /// <summary>Everything.</summary>
    Operate,
}

/// <summary>A process that Hale owns: the <c>process:</c> section of a target.</summary>
public sealed record ProcessSpec
{
    /// <summary>Program and arguments; no shell in between.</summary>
    public required string[] Command { get; init; }

    /// <summary>Working directory, absolute.</summary>
    public required string Directory { get; init; }

    /// <summary>Variables added to Hale's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Signal that asks the process group to stop. Default SIGTERM (15).</summary>
    public int StopSignal { get; init; } = 15;

    /// <summary>Time between the stop signal and SIGKILL. Default 10 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Size at which the output file is rotated. Default 10 MB.</summary>
    public long OutputMax { get; init; } = 10 << 20;

    /// <summary>Rotated output files that are kept. Default 5.</summary>
    public int OutputKeep { get; init; } = 5;
}
