using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Hale.Tests.Plugins;

/// <summary>A kind from outside: the assembly of these tests is loaded as a plugin, a second time and in a load context of its own.</summary>
public sealed class EchoProbe(string says) : IProbe
{
    public static ProbeKind Kind { get; } = new(
        "echo",
        "Says what it is told to.",
        [new Key("says", KeyType.Text, "What to say.") { Required = true, Shorthand = true }],
        settings => new EchoProbe(settings.Text("says")!))
    {
        LevelOf = "length",
        Measures = [new("length", Unit.Count, "How much it says.")],
    };

    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) =>
        ValueTask.FromResult(ProbeResult.Pass(says, new Measurement("length", says.Length, Unit.Count)));
}

/// <summary>Says what its arguments say.</summary>
public sealed class ScriptedCheck(HealthStatus status, ILogger<ScriptedCheck> log, TimeProvider time, string words = "as told", TimeSpan? after = null) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (after is { } pause)
            await Task.Delay(pause, time, cancellationToken);
        return new(status, words, data: new Dictionary<string, object> { ["connections"] = 7, ["name"] = log.IsEnabled(LogLevel.Critical).ToString() });
    }
}

/// <summary>Throws.</summary>
public sealed class ThrowingCheck : IHealthCheck, IAsyncDisposable
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("the pool is empty");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Needs what nobody can give in a configuration.</summary>
public sealed class DemandingCheck(IServiceProvider services) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Healthy(services.ToString()));
}
