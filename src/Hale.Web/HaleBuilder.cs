using Hale.Config;
using Hale.Core.Model;
using Hale.Web.InApp;

namespace Hale.Web;

/// <summary>
/// What an application's Hale watches: either a configuration as for <c>hale run</c> (<see cref="UseFile"/>, <see cref="UseText"/>), or targets
/// named in code (<see cref="Target"/>). Both are validated alike when the application starts; an error stops the start and names everything that is wrong.
/// </summary>
public sealed class HaleBuilder
{
    internal Dictionary<string, CodeProbe> Probes { get; } = [];

    internal List<TargetBuilder> Targets { get; } = [];

    internal string? File { get; private set; }

    internal string? Text { get; private set; }

    internal string[] Needed { get; private set; } = [];

    /// <summary>
    /// Folder of the journal. Default: that of a configuration file; without one, a folder of its own that is removed when the application stops, so
    /// that nothing is remembered from one start to the next.
    /// </summary>
    public string? StateFolder { get; set; }

    /// <summary>Bearer token of the mapped endpoints that may do everything. Default: that of the configuration (<c>hale.token</c>).</summary>
    public string? Token { get; set; }

    /// <summary>
    /// The mapped endpoints may be read by other machines without a token. Default: no, then only this machine may. Set it where the application
    /// itself lets in only whom it knows.
    /// </summary>
    public bool AllowReadsFromElsewhere { get; set; }

    /// <summary>Whether supervised processes end with the application. Default: they go on running, and are found again at the next start.</summary>
    public bool TakesProcessesAlong { get; set; }

    /// <summary>Takes what is watched from a configuration file. Its <c>hale.listen</c> has no meaning here: the application listens.</summary>
    /// <param name="path">Relative to the working directory.</param>
    public HaleBuilder UseFile(string path)
    {
        File = path;
        return this;
    }

    /// <summary>Takes what is watched from a configuration text.</summary>
    /// <param name="yaml">As in <c>hale.yaml</c>. A check may be <c>code: NAME</c> (<see cref="Probe"/>) or <c>registered: NAME</c> (a health check of the application).</param>
    public HaleBuilder UseText(string yaml)
    {
        Text = yaml;
        return this;
    }

    /// <summary>A target named in code; the same name gives the same target.</summary>
    public TargetBuilder Target(string name)
    {
        if (Targets.Find(target => target.Name == name) is { } known)
            return known;
        var target = new TargetBuilder(this, name);
        Targets.Add(target);
        return target;
    }

    /// <summary>A probe in code, for checks of a configuration to name as <c>code: NAME</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="probe">
    /// One attempt: no memory, no retry. It says pass, warn, fail or, when it could not tell, inconclusive; one that throws could not tell. It is called
    /// on a thread of the pool, is given up when its time is over, and is not called again before it has returned.
    /// </param>
    public HaleBuilder Probe(string name, Func<CancellationToken, Task<ProbeResult>> probe)
    {
        Probes[name] = new CodeProbe(probe);
        return this;
    }

    /// <summary>
    /// The targets that the application cannot serve without: <c>/readyz</c> (<see cref="MapHaleExtensions.MapHaleHealth"/>) is 200 only while each of
    /// them is ok or degraded. Default: none; then it is 200 once every target has been judged, whatever the verdict.
    /// </summary>
    public HaleBuilder ReadyNeeds(params string[] targets)
    {
        Needed = targets;
        return this;
    }
}

/// <summary>A target named in code.</summary>
public sealed class TargetBuilder
{
    private readonly HaleBuilder hale;

    internal TargetBuilder(HaleBuilder hale, string name) => (this.hale, Name) = (hale, name);

    internal string Name { get; }

    internal string[] Dependencies { get; private set; } = [];

    internal List<WrittenCheck> Checks { get; } = [];

    internal CheckOptions? Registered { get; private set; }

    /// <summary>A check by a probe in code (<see cref="HaleBuilder.Probe"/> says what is asked of it).</summary>
    public TargetBuilder Check(string name, Func<CancellationToken, Task<ProbeResult>> probe, CheckOptions? options = null)
    {
        var key = $"{Name}/{name}";
        hale.Probe(key, probe);
        return Check(name, CodeProbe.KindName, key, options);
    }

    /// <summary>A check of one of Hale's own kinds, in its short form: <c>Check("port", "tcp", "db:5432")</c>.</summary>
    /// <param name="name">Unique within the target.</param>
    /// <param name="kind">As in the configuration: <c>http</c>, <c>tcp</c>, <c>disk</c>.</param>
    /// <param name="value">What the short form of the kind takes; <c>${NAME}</c> is taken from the environment.</param>
    /// <param name="options">How it is tried and judged.</param>
    public TargetBuilder Check(string name, string kind, string value, CheckOptions? options = null)
    {
        Checks.Add(new WrittenCheck(name, kind, value, options ?? new CheckOptions()));
        return this;
    }

    /// <summary>
    /// Makes a check of every health check that the application has registered, those that ask Hale left out: healthy passes, degraded warns, unhealthy
    /// fails. One that throws has failed, as ASP.NET has it; one that cannot be made could not tell.
    /// </summary>
    public TargetBuilder WatchHealthChecks(CheckOptions? options = null)
    {
        Registered = options ?? new CheckOptions();
        return this;
    }

    /// <summary>Targets that it cannot work without: while one of them is not well, this one is not judged.</summary>
    public TargetBuilder DependsOn(params string[] targets)
    {
        Dependencies = targets;
        return this;
    }
}

/// <summary>How a check named in code is tried and judged; null takes the default of the configuration.</summary>
public sealed record CheckOptions
{
    /// <summary>Time between the starts of two attempts, at least 50 ms. Default 1 min.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Hard limit on one attempt, at least 10 ms. Default 10 s.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Failed attempts in a row that make it impaired. Default 2.</summary>
    public int? Fall { get; init; }

    /// <summary>Passed attempts in a row that end an impairment. Default 1.</summary>
    public int? Rise { get; init; }

    /// <summary>How long a run of failures must have lasted as well. Default none.</summary>
    public TimeSpan? For { get; init; }
}

/// <summary>What the application's Hale is to watch is wrong; the message names everything that is.</summary>
/// <param name="errors">What is wrong, with its places.</param>
public sealed class HaleConfigurationException(IReadOnlyList<ConfigError> errors) : Exception("What Hale is to watch is wrong:\n" + string.Join('\n', errors))
{
    /// <summary>What is wrong, with its places.</summary>
    public IReadOnlyList<ConfigError> Errors { get; } = errors;
}
