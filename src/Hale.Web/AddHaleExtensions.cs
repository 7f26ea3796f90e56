using Hale.Running;
using Hale.Web.InApp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Hale.Web;

/// <summary>Hale in an application.</summary>
public static class AddHaleExtensions
{
    /// <summary>
    /// Runs a Hale in the application: it watches from before the application's server listens until after it has stopped. <see cref="IDaemon"/> is
    /// what it knows; <see cref="MapHaleExtensions.MapHale"/> shows it. Linux only.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Says what is watched. Called again, it adds to the same Hale.</param>
    public static IServiceCollection AddHale(this IServiceCollection services, Action<HaleBuilder> configure)
    {
        if (services.Select(service => service.ImplementationInstance).OfType<HaleBuilder>().FirstOrDefault() is { } known)
        {
            configure(known);
            return services;
        }
        var builder = new HaleBuilder();
        configure(builder);
        services.AddOptions<HealthCheckServiceOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(builder);
        services.AddSingleton<HaleSetup>();
        services.AddSingleton<LateDaemon>();
        services.AddSingleton<IDaemon>(provider => provider.GetRequiredService<LateDaemon>());
        services.AddSingleton<IHostedService, HaleService>();
        return services;
    }

    /// <summary>
    /// A health check that says what Hale knows of a target, without trying anything anew: ok is healthy, degraded is degraded. Everything else,
    /// the lack of evidence included, is the failure status: no evidence is never health. While Hale doubts itself, ok is degraded at best.
    /// </summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="target">Name of the target.</param>
    /// <param name="check">Only this check of it; null for the whole target.</param>
    /// <param name="name">Name of the health check. Default: that of the target, with that of the check.</param>
    /// <param name="failureStatus">Default: unhealthy.</param>
    /// <param name="tags">To choose it by.</param>
    public static IHealthChecksBuilder AddHale(
        this IHealthChecksBuilder builder, string target, string? check = null, string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        name ??= check is null ? target : $"{target}/{check}";
        builder.Services.AddSingleton(new AskingHale(name));
        return builder.Add(new HealthCheckRegistration(name, services => new HaleHealthCheck(services.GetRequiredService<IDaemon>(), target, check), failureStatus, tags));
    }
}
