using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AddingAProbe;

/// <summary>The same as a health check of ASP.NET Core, for the kind <c>health_check</c>: it knows nothing of Hale.</summary>
public sealed class SpoolHealthCheck(string folder, int limit = 100) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var waiting = new DirectoryInfo(folder).EnumerateFiles().Count();
        var data = new Dictionary<string, object> { ["waiting"] = waiting };
        return Task.FromResult(waiting < limit ? HealthCheckResult.Healthy($"{waiting} waiting", data) : HealthCheckResult.Degraded($"{waiting} waiting", data: data));
    }
}
