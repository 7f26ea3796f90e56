using System.Net;
using Hale.Core.Model;
using Hale.Running;
using Hale.Testing;
using Hale.Web;
using Hale.Web.InApp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Hale.Tests.Web.InApp;

/// <summary>Health checks of the application become checks of Hale, and what Hale knows becomes health checks.</summary>
public sealed class BridgeTests
{
    private static readonly CheckOptions Fast = new() { Every = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(5), Fall = 1 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<ProbeResult> ProbeAsync(Func<CancellationToken, HealthCheckResult> check, HealthStatus failure = HealthStatus.Unhealthy) =>
        ProbeAsync(_ => new Delegated(check), failure);

    private static async Task<ProbeResult> ProbeAsync(Func<IServiceProvider, IHealthCheck> factory, HealthStatus failure = HealthStatus.Unhealthy, TimeSpan? timeout = null)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var registration = new HealthCheckRegistration("one", factory, failure, null, timeout);
        var probe = new HealthCheckProbe(services.GetRequiredService<IServiceScopeFactory>(), registration);
        return await probe.ProbeAsync(new("app", "one", Incarnation.None, null, TimeSpan.FromSeconds(5), TimeProvider.System), Cancel);
    }

    [Fact]
    public async Task Healthy_passes_degraded_warns_unhealthy_fails()
    {
        var data = new Dictionary<string, object> { ["depth"] = 17, ["share"] = 0.5, ["text"] = "no number" };
        var pass = await ProbeAsync(_ => HealthCheckResult.Healthy("all well", data));
        Assert.Equal((Outcome.Pass, "Healthy: 'all well'"), (pass.Outcome, pass.Evidence));
        Assert.Equal([new Measurement("depth", 17), new Measurement("share", 0.5)], pass.Measurements);
        Assert.Equal((Outcome.Warn, "Degraded"), await Words(_ => HealthCheckResult.Degraded()));
        Assert.Equal((Outcome.Fail, "Unhealthy: 'no answer'"), await Words(_ => HealthCheckResult.Unhealthy("no answer", new IOException("refused"))));

        async Task<(Outcome, string)> Words(Func<CancellationToken, HealthCheckResult> check)
        {
            var result = await ProbeAsync(check);
            return (result.Outcome, result.Evidence);
        }
    }

    [Theory]
    [InlineData(HealthStatus.Unhealthy, Outcome.Fail)]
    [InlineData(HealthStatus.Degraded, Outcome.Warn)]
    public async Task One_that_throws_has_failed_as_its_registration_says(HealthStatus failure, Outcome outcome)
    {
        var result = await ProbeAsync(_ => throw new IOException("connection refused"), failure);
        Assert.Equal((outcome, "IOException: 'connection refused'"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task One_that_cannot_be_made_could_not_tell()
    {
        var result = await ProbeAsync((IServiceProvider services) => services.GetRequiredService<IHealthCheck>());
        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains("cannot be made", result.Evidence);
    }

    [Fact]
    public async Task Its_own_time_limit_is_a_failure()
    {
        var result = await ProbeAsync(_ => new Hanging(), timeout: TimeSpan.FromMilliseconds(50));
        Assert.Equal((Outcome.Fail, "no answer within 50ms"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task Every_registered_health_check_becomes_a_check_except_those_that_ask_Hale()
    {
        var healthy = true;
        await using var app = await AppFixture.StartAsync(
            hale => hale.Target("app").WatchHealthChecks(Fast),
            services => services.AddHealthChecks()
                .AddCheck("database", () => Volatile.Read(ref healthy) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("refused"))
                .AddCheck("the mail server", () => HealthCheckResult.Healthy())
                .AddHale("app"));
        Assert.Equal(["database", "the-mail-server"], app.Daemon.Current.Targets[0].Checks.Select(check => check.Name));
        await app.UntilAsync(daemon => daemon.Current.Health == Health.Ok, "both are well");
        Volatile.Write(ref healthy, false);
        await app.UntilAsync(daemon => daemon.Current.Targets[0] is { Health: Health.Impaired } target && target.Reason.Contains("refused", StringComparison.Ordinal), "the database is not");
    }

    [Fact]
    public async Task A_configuration_that_names_a_health_check_that_is_not_registered_is_refused()
    {
        var wrong = await Assert.ThrowsAsync<HaleConfigurationException>(() => AppFixture.StartAsync(
            hale => hale.UseText("targets: { app: { checks: { db: { registered: databse } } } }"),
            services => services.AddHealthChecks().AddCheck("database", () => HealthCheckResult.Healthy())));
        Assert.Contains("there are database", wrong.Message);
    }

    public static TheoryData<Health, bool, HealthStatus> Verdicts => new()
    {
        { Health.Ok, false, HealthStatus.Healthy },
        { Health.Ok, true, HealthStatus.Degraded },
        { Health.Degraded, false, HealthStatus.Degraded },
        { Health.Degraded, true, HealthStatus.Degraded },
        { Health.Initializing, false, HealthStatus.Unhealthy },
        { Health.InsufficientData, false, HealthStatus.Unhealthy },
        { Health.InsufficientData, true, HealthStatus.Unhealthy },
        { Health.Impaired, false, HealthStatus.Unhealthy },
        { Health.NotApplicable, false, HealthStatus.Unhealthy },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public async Task A_verdict_is_health_only_by_evidence(Health health, bool doubt, HealthStatus status)
    {
        var daemon = new FakeDaemon(SampleWorld.Mixed);
        daemon.Publish("web", target => target with { Health = health, Checks = [target.Checks[0] with { Health = health }] });
        daemon.Publish(world => world with { Doubt = doubt ? "the clock jumped" : null });
        foreach (var check in (string?[])[null, "home"])
        {
            var result = await AskAsync(daemon, "web", check);
            Assert.Equal(status, result.Status);
            Assert.Contains("home", result.Data.Keys);
            Assert.Equal(doubt, result.Description!.Contains("doubts itself", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_Hale_does_not_know_is_not_healthy()
    {
        var daemon = new FakeDaemon(SampleWorld.Mixed);
        Assert.Equal(HealthStatus.Unhealthy, (await AskAsync(daemon, "nobody", null)).Status);
        Assert.Equal(HealthStatus.Unhealthy, (await AskAsync(daemon, "web", "nothing")).Status);
        Assert.Equal(HealthStatus.Unhealthy, (await AskAsync(new LateDaemon(), "web", null)).Status);
    }

    [Fact]
    public async Task The_application_s_own_health_endpoint_shows_what_Hale_knows()
    {
        var well = false;
        await using var app = await AppFixture.StartAsync(
            hale => hale.Target("orders").Check("queue", _ => Task.FromResult(Volatile.Read(ref well) ? ProbeResult.Pass("short") : ProbeResult.Fail("long")), Fast),
            services => services.AddHealthChecks().AddHale("orders").AddHale("orders", "queue"),
            app => app.MapHealthChecks("/health", new HealthCheckOptions { Predicate = _ => true }));
        await app.UntilAsync(daemon => daemon.Current.Health == Health.Impaired, "the queue is long");
        using var ill = await app.Client.GetAsync("/health", Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ill.StatusCode);
        Volatile.Write(ref well, true);
        await app.UntilAsync(daemon => daemon.Current.Health == Health.Ok, "the queue is short");
        Assert.Equal("Healthy", await app.Client.GetStringAsync("/health", Cancel));
    }

    private static Task<HealthCheckResult> AskAsync(IDaemon daemon, string target, string? check)
    {
        var registration = new HealthCheckRegistration("hale", new HaleHealthCheck(daemon, target, check), null, null);
        return registration.Factory(null!).CheckHealthAsync(new HealthCheckContext { Registration = registration }, Cancel);
    }

    private sealed class Delegated(Func<CancellationToken, HealthCheckResult> check) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(check(cancellationToken));
    }

    private sealed class Hanging : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}
