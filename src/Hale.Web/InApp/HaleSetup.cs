using System.Text.Json.Nodes;
using Hale.Config;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Hale.Web.InApp;

/// <summary>Makes the plan of an application's Hale. Targets named in code are written as a configuration and loaded, so that one set of rules holds for both.</summary>
internal sealed class HaleSetup(HaleBuilder builder, IServiceScopeFactory scopes, IOptions<HealthCheckServiceOptions> healthChecks, IEnumerable<AskingHale> asking)
{
    private readonly Lazy<LoadResult> loaded = new(() => Load(builder, scopes, healthChecks.Value, [.. asking.Select(each => each.Name)]));

    /// <summary>Reads what is to be watched anew, for a reload.</summary>
    public LoadResult Read() => Load(builder, scopes, healthChecks.Value, [.. asking.Select(each => each.Name)]);

    /// <summary>The plan.</summary>
    /// <exception cref="HaleConfigurationException">Something in it is wrong.</exception>
    public Plan Plan => loaded.Value.Plan ?? throw new HaleConfigurationException(loaded.Value.Errors);

    /// <summary>What is allowed and probably not meant.</summary>
    public IReadOnlyList<ConfigError> Warnings => loaded.Value.Warnings;

    private static LoadResult Load(HaleBuilder builder, IServiceScopeFactory scopes, HealthCheckServiceOptions healthChecks, HashSet<string> asking)
    {
        int given = (builder.File is null ? 0 : 1) + (builder.Text is null ? 0 : 1) + (builder.Targets.Count == 0 ? 0 : 1);
        if (given != 1)
            return Wrong(given == 0 ? "nothing says what to watch: call UseFile, UseText or Target" : "what to watch is said twice: by UseFile, by UseText or by Target, and only one of them can hold");
        var registered = healthChecks.Registrations.Where(registration => !asking.Contains(registration.Name)).ToDictionary(registration => registration.Name);
        var loader = new SpecLoader([.. Registry.Probes, CodeProbe.Kind(builder.Probes), HealthCheckProbe.Kind(scopes, registered)], Registry.Remedies);
        var result = builder.File is { } file
            ? loader.Load(file, Environment.GetEnvironmentVariable)
            : loader.LoadText(builder.Text ?? Written(builder, registered.Keys), "AddHale", Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable);
        if (result.Plan is not { } plan)
            return result;
        var unknown = builder.Needed.Where(name => plan.World.Targets.All(target => target.Name != name)).ToArray();
        if (unknown.Length > 0)
            return Wrong($"ReadyNeeds names {string.Join(", ", unknown)}, which {(unknown.Length == 1 ? "is no target" : "are no targets")}");
        var state = builder.StateFolder is { } folder ? Path.GetFullPath(folder) : builder.File is null ? "" : plan.Daemon.StateDirectory;
        return result with { Plan = plan with { Daemon = plan.Daemon with { StateDirectory = state, Listen = null } } };
    }

    /// <summary>JSON is YAML.</summary>
    private static string Written(HaleBuilder builder, IEnumerable<string> registered) => new JsonObject
    {
        ["targets"] = new JsonObject(builder.Targets.Select(target => KeyValuePair.Create(target.Name, (JsonNode?)Target(target, registered)))),
    }.ToJsonString();

    private static JsonObject Target(TargetBuilder target, IEnumerable<string> registered)
    {
        var checks = target.Checks.Concat(target.Registered is { } options ? registered.Select(name => new WrittenCheck(Plain(name), HealthCheckProbe.KindName, name, options)) : []);
        var written = new JsonObject();
        foreach (var check in checks)
            written[check.Name] = Check(check);
        var text = new JsonObject { ["checks"] = written };
        if (target.Dependencies.Length > 0)
            text["depends_on"] = new JsonArray([.. target.Dependencies.Select(name => (JsonNode)name)]);
        return text;
    }

    private static JsonObject Check(WrittenCheck check)
    {
        var text = new JsonObject { [check.Kind] = check.Value };
        void Add(string key, JsonNode? value)
        {
            if (value is not null)
                text[key] = value;
        }
        Add("every", Span(check.Options.Every));
        Add("timeout", Span(check.Options.Timeout));
        Add("fall", check.Options.Fall);
        Add("rise", check.Options.Rise);
        Add("for", Span(check.Options.For));
        return text;
    }

    private static string? Span(TimeSpan? span) => span is { } value ? Duration.Format(value) : null;

    /// <summary>A registration may have any name, a check only a plain one.</summary>
    private static string Plain(string name) => new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')]);

    private static LoadResult Wrong(string message) => new(null, [new ConfigError("AddHale", 1, 1, "", "", message)], []);
}
