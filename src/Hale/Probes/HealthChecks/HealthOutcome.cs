using System.Globalization;
using System.Text;
using Hale.Core.Model;
using Hale.Probes.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hale.Probes.HealthChecks;

/// <summary>What a health check of ASP.NET Core says, as the result of a probe.</summary>
public static class HealthOutcome
{
    // More than a health check has to say; what it brings is not bounded by anything else.
    private const int MeasurementLimit = 32;

    /// <summary>Healthy is a pass, degraded a warning, unhealthy a failure. The numbers among its data become measurements, 32 at most.</summary>
    public static ProbeResult Of(HealthCheckResult result)
    {
        var outcome = result.Status switch
        {
            HealthStatus.Healthy => Outcome.Pass,
            HealthStatus.Degraded => Outcome.Warn,
            _ => Outcome.Fail,
        };
        var words = result.Description ?? result.Exception?.Message;
        return new(outcome, string.IsNullOrWhiteSpace(words) ? $"{result.Status}" : $"{result.Status}: {Shown(words)}")
        {
            Measurements = [.. result.Data.Where(pair => IsNumber(pair.Value)).Take(MeasurementLimit).Select(pair => new Measurement(pair.Key, Convert.ToDouble(pair.Value, CultureInfo.InvariantCulture)))],
        };
    }

    /// <summary>An exception of the health check itself: by the rules of ASP.NET Core one of the ways to be unhealthy.</summary>
    public static ProbeResult Of(Exception error) => ProbeResult.Fail($"{error.GetType().Name}: {Shown(error.Message)}");

    private static string Shown(string text) => Excerpt.Of(Encoding.UTF8.GetBytes(text));

    private static bool IsNumber(object? value) =>
        value is int or long or double or float or decimal or uint or ulong or short or ushort or byte or sbyte
        && double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture));
}
