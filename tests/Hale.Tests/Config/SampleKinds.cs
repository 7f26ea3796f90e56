using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Remedies;

namespace Hale.Tests.Config;

/// <summary>Kinds of our own, so that the corpus does not change when a real kind gets another key.</summary>
internal static class SampleKinds
{
    public static readonly ProbeKind[] Probes =
    [
        Probe("http", new Key("url", KeyType.Url, "What to ask.") { Required = true, Shorthand = true }, new Key("status", KeyType.TextList, "Statuses that are fine."),
            new Key("body", KeyType.Pattern, "What the body must match."), new Key("method", KeyType.Choice, "The method.") { Choices = ["GET", "HEAD", "POST"], Default = "GET" })
            with { LevelOf = "latency", LevelUnit = Unit.Seconds },
        Probe("tcp", new Key("address", KeyType.Text, "Where to connect.") { Required = true, Shorthand = true }) with { LevelOf = "latency", LevelUnit = Unit.Seconds },
        Probe("cpu") with { LevelOf = "used", LevelUnit = Unit.Percent },
        Probe("memory", new Key("swap", KeyType.Flag, "Count swap as well.") { Default = "false" }) with { LevelOf = "used", LevelUnit = Unit.Percent },
        Probe("disk", new Key("path", KeyType.Path, "Where.") { Default = "/", Shorthand = true }) with { LevelOf = "used", LevelUnit = Unit.Percent },
        Probe("free", new Key("path", KeyType.Path, "Where.") { Required = true }) with { LevelOf = "free", LevelUnit = Unit.Bytes, LevelBelow = true },
        Probe("load") with { LevelOf = "load", LevelUnit = Unit.None },
        Probe("exec", new Key("command", KeyType.Command, "What to run.") { Required = true, Shorthand = true }, new Key("env", KeyType.TextMap, "Variables."), new Key("limit", KeyType.Bytes, "Output that is read.") { Default = "64KB", Max = 1 << 20 }),
        Probe("file", new Key("path", KeyType.Path, "Which.") { Required = true, Shorthand = true }, new Key("newer", KeyType.Duration, "How new.")) with { HasProgress = true },
        Probe("sqlite", new Key("file", KeyType.Path, "The database.") { Required = true }, new Key("newest", KeyType.Text, "A query.") { Required = true }) with { HasProgress = true },
        new("range", "Refuses what its keys alone allow.", [new Key("from", KeyType.Integer, "From.") { Min = 0 }, new Key("to", KeyType.Integer, "To.")],
            settings => settings.Integer("from") > settings.Integer("to") ? throw new SettingsException("to", "must not be below from") : new Blind()),
        HeartbeatProbe.Kind,
    ];

    public static readonly RemedyKind[] Remedies =
    [
        new("restart", "Ends the process and starts it again.", [], _ => new Idle()) { BeginsLife = true, DefaultTries = 3 },
        new("clean", "Frees space.", [new Key("roots", KeyType.PathList, "Where."), new Key("older", KeyType.Duration, "How old.") { Min = 3600 }, new Key("journal", KeyType.Duration, "Journal entries.")],
            settings => settings.Has("roots") || settings.Has("journal") ? new Idle() : throw new SettingsException("", "cleans nothing; write roots or journal")),
        new("run", "Runs a command.", [new Key("command", KeyType.Command, "What to run.") { Required = true, Shorthand = true }, new Key("signal", KeyType.Signal, "To end it with.") { Default = "TERM" }], _ => new Idle()),
    ];

    public static readonly SpecLoader Loader = new(Probes, Remedies);

    private static ProbeKind Probe(string name, params Key[] keys) => new(name, $"Looks at {name}.", keys, settings => new Blind(settings));

    /// <summary>Sees nothing; keeps its settings for a test to look at.</summary>
    internal sealed class Blind(Settings? settings = null) : IProbe
    {
        public Settings? Settings { get; } = settings;

        public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(ProbeResult.Inconclusive("sees nothing"));
    }

    private sealed class Idle : IRemedy
    {
        public Task<RemedyResult> ActAsync(RemedyContext context, CancellationToken cancel) => Task.FromResult(new RemedyResult(RemedyOutcome.Failed, "does nothing"));

        public Task<IReadOnlyList<string>> RehearseAsync(RemedyContext context, CancellationToken cancel) => Task.FromResult<IReadOnlyList<string>>(["nothing"]);
    }
}
