using Hale.Config;
using Hale.Core.Model;
using Hale.Plugins;
using Hale.Probes.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hale.Probes;

/// <summary>
/// <c>health_check</c>: an <see cref="IHealthCheck"/> that exists already, from its assembly. It is made anew for each attempt, as ASP.NET Core does
/// with the ones that are registered by type.
/// </summary>
public sealed class HealthCheckProbe : IBlockingProbe
{
    private readonly string assembly;
    private readonly string? type;
    private readonly IReadOnlyDictionary<string, string> arguments;

    internal HealthCheckProbe(string assembly, string? type, IReadOnlyDictionary<string, string>? arguments = null) =>
        (this.assembly, this.type, this.arguments) = (assembly, type, arguments ?? new Dictionary<string, string>());

    /// <summary>The kind for the registry.</summary>
    public static ProbeKind Kind { get; } = new(
        "health_check",
        "Runs a health check of ASP.NET Core (IHealthCheck) from an assembly: healthy passes, degraded warns, unhealthy fails; what cannot be loaded is inconclusive.",
        [
            new("assembly", KeyType.Path, "The assembly; what it depends on lies in its folder. It runs as part of Hale, with all its rights.") { Required = true, Shorthand = true },
            new("type", KeyType.Text, "Full name of the class, such as `Shop.DatabaseCheck`. Default: the only one of the assembly that is a health check."),
            new("arguments", KeyType.TextMap, "Arguments of its constructor, by name: texts, numbers, flags, durations (`10s`), URLs. A logger and a TimeProvider need not be given."),
        ],
        settings => new HealthCheckProbe(settings.Text("assembly")!, settings.Text("type"), settings.Map("arguments")));

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        IHealthCheck check;
        try
        {
            check = HealthCheckMaker.Make(HealthCheckMaker.Find(ForeignAssembly.Load(assembly), type), arguments, context.Time);
        }
        catch (ForeignAssemblyException error)
        {
            return ProbeResult.Inconclusive($"{assembly}: {error.Message}");
        }
        var startedAt = context.Time.GetTimestamp();
        try
        {
            var registration = new HealthCheckRegistration(context.Check, check, HealthStatus.Unhealthy, tags: null);
            return HealthOutcome.Of(await check.CheckHealthAsync(new HealthCheckContext { Registration = registration }, cancel));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // An earlier end is somebody who does not want to know any more.
            if (context.Time.GetElapsedTime(startedAt) < context.Timeout * 0.9)
                throw;
            return ProbeResult.Fail($"no answer within {Duration.Format(context.Timeout)}");
        }
        catch (Exception error) when (ForeignAssembly.IsMissingPart(error))
        {
            return ProbeResult.Inconclusive($"{assembly}: {ForeignAssembly.Words(error)}");
        }
        catch (Exception error)
        {
            return HealthOutcome.Of(error);
        }
        finally
        {
            await DisposeAsync(check);
        }
    }

    private static async ValueTask DisposeAsync(IHealthCheck check)
    {
        if (check is IAsyncDisposable later)
            await later.DisposeAsync();
        else
            (check as IDisposable)?.Dispose();
    }
}
