using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hale.Web.InApp;

/// <summary>
/// A health check of the application as a probe, judged as the <c>health_check</c> kind judges one from an assembly. To throw is one of the ways in which a health check says that something is wrong (ASP.NET
/// reports it with the registration's failure status), so it counts as a failure; a health check that cannot even be made has looked at nothing, and could
/// not tell.
/// </summary>
internal sealed class HealthCheckProbe(IServiceScopeFactory scopes, HealthCheckRegistration registration) : IProbe
{
    public const string KindName = "registered";

    /// <summary>The kind, for those of this application.</summary>
    public static ProbeKind Kind(IServiceScopeFactory scopes, IReadOnlyDictionary<string, HealthCheckRegistration> registered) => new(
        KindName,
        "A health check that the application has registered: healthy passes, degraded warns, unhealthy fails.",
        [new Key("name", KeyType.Text, "The name that it was registered by.") { Required = true, Shorthand = true }],
        settings => registered.TryGetValue(settings.Text("name")!, out var found) ? new HealthCheckProbe(scopes, found) : throw new SettingsException(
            "name", $"no health check is registered by this name, or it asks Hale; there are {(registered.Count == 0 ? "none" : string.Join(", ", registered.Keys.Order(StringComparer.Ordinal)))}"));

    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        IHealthCheck check;
        try
        {
            check = registration.Factory(scope.ServiceProvider);
        }
        catch (Exception exception)
        {
            return ProbeResult.Inconclusive($"the health check cannot be made: {exception.Message}");
        }
        using var own = new CancellationTokenSource(registration.Timeout > TimeSpan.Zero ? registration.Timeout : Timeout.InfiniteTimeSpan, context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, own.Token);
        var startedAt = context.Time.GetTimestamp();
        try
        {
            var result = await check.CheckHealthAsync(new HealthCheckContext { Registration = registration }, both.Token);
            return HealthOutcome.Of(result);
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            var limit = own.IsCancellationRequested ? registration.Timeout : context.Timeout;
            // An earlier end is somebody who does not want to know any more.
            if (!own.IsCancellationRequested && context.Time.GetElapsedTime(startedAt) < context.Timeout * 0.9)
                throw;
            return Failed(ProbeResult.Fail($"no answer within {Duration.Format(limit)}"));
        }
        catch (Exception exception)
        {
            return Failed(HealthOutcome.Of(exception));
        }
    }

    private ProbeResult Failed(ProbeResult result) => result with { Outcome = registration.FailureStatus == HealthStatus.Unhealthy ? Outcome.Fail : Outcome.Warn };
}
