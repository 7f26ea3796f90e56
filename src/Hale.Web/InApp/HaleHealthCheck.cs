using System.Text.Json;
using Hale.Core.Model;
using Hale.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hale.Web.InApp;

/// <summary>What Hale knows of a target or a check, as a health check of the application.</summary>
internal sealed class HaleHealthCheck(IDaemon daemon, string target, string? check) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Look(daemon.Current, context.Registration.FailureStatus));

    private HealthCheckResult Look(Snapshot snapshot, HealthStatus failure)
    {
        if (snapshot.Targets.FirstOrDefault(each => each.Name == target) is not { } found)
            return new HealthCheckResult(failure, snapshot.Doubt is { } none ? $"Hale knows no target {target}: {none}" : $"Hale knows no target {target}.");
        var one = check is null ? null : found.Checks.FirstOrDefault(each => each.Name == check);
        if (check is not null && one is null)
            return new HealthCheckResult(failure, $"The target {target} has no check {check}.");
        var (health, reason) = one is null ? (found.Health, found.Reason) : (one.Health, one.Reason);
        var data = (one is null ? found.Checks : [one]).ToDictionary(each => each.Name, each => (object)$"{Word(each.Health)}: {each.Reason}");
        var status = health switch
        {
            Health.Ok when snapshot.Doubt is not null => HealthStatus.Degraded,
            Health.Ok => HealthStatus.Healthy,
            Health.Degraded => HealthStatus.Degraded,
            _ => failure,
        };
        var doubt = snapshot.Doubt is { } why ? $" (Hale doubts itself: {why})" : "";
        return new HealthCheckResult(status, $"{Word(health)}: {reason}{doubt}", data: data);
    }

    private static string Word(Health health) => JsonNamingPolicy.CamelCase.ConvertName(health.ToString());
}

/// <summary>The name of a health check that asks Hale: Hale does not ask it in turn.</summary>
internal sealed record AskingHale(string Name);
