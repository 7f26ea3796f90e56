using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hale.Web.InApp;

/// <summary>
/// A health check of the application as a probe. To throw is one of the ways in which a health check says that something is wrong (ASP.NET
/// reports it with the registration's failure status), so it counts as a failure; a health check that cannot even be made has looked at nothing, and could
/// not tell.
/// </summary>
internal sealed class HealthCheckProbe(IServiceScopeFactory scopes, HealthCheckRegistration registration) : IProbe
{
    public const string KindName = "registered";

    private const int MaxMeasurements = 32;

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
        try
        {
            var result = await check.CheckHealthAsync(new HealthCheckContext { Registration = registration }, both.Token);
            return new ProbeResult(OutcomeOf(result.Status), Evidence(result)) { Measurements = Measurements(result) };
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            var limit = own.IsCancellationRequested ? registration.Timeout : context.Timeout;
            return new ProbeResult(OutcomeOf(registration.FailureStatus), $"no answer within {Duration.Format(limit)}");
        }
        catch (Exception exception)
        {
            return new ProbeResult(OutcomeOf(registration.FailureStatus), $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private static Outcome OutcomeOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => Outcome.Pass,
        HealthStatus.Degraded => Outcome.Warn,
        _ => Outcome.Fail,
    };

    private static string Evidence(HealthCheckResult result)
    {
        var words = result.Description ?? result.Status.ToString().ToLowerInvariant();
        return result.Exception is { } exception && !words.Contains(exception.Message, StringComparison.Ordinal) ? $"{words}: {exception.Message}" : words;
    }

    private static Measurement[] Measurements(HealthCheckResult result) =>
    [
        .. result.Data.Where(pair => pair.Value is int or long or double or float or decimal or uint or ulong or short or ushort or byte or sbyte).Take(MaxMeasurements)
            .Select(pair => new Measurement(pair.Key, Convert.ToDouble(pair.Value, CultureInfo.InvariantCulture))),
    ];
}
