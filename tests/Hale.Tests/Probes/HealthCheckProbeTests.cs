using Hale.Core.Model;
using Hale.Tests.Plugins;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>Health checks of ASP.NET Core from an assembly: the one of these tests, loaded a second time in a load context of its own.</summary>
public sealed class HealthCheckProbeTests
{
    private static readonly string Self = typeof(HealthCheckProbeTests).Assembly.Location;

    private static Task<ProbeResult> TryAsync(string type, string arguments = "", TimeSpan? timeout = null) =>
        KindTry.TryAsync($"health_check: {{ assembly: '{Self}', type: {type}{(arguments.Length > 0 ? $", arguments: {{ {arguments} }}" : "")} }}", timeout);

    [Theory]
    [InlineData("status: Healthy", Outcome.Pass, "Healthy: 'as told'")]
    [InlineData("status: degraded, words: slow today", Outcome.Warn, "Degraded: 'slow today'")]
    [InlineData("status: Unhealthy, after: 1ms", Outcome.Fail, "Unhealthy: 'as told'")]
    public async Task Its_word_is_the_outcome_and_its_numbers_are_measured(string arguments, Outcome outcome, string evidence)
    {
        var result = await TryAsync(typeof(ScriptedCheck).FullName!, arguments);
        Assert.Equal((outcome, evidence), (result.Outcome, result.Evidence));
        Assert.Equal([new Measurement("connections", 7)], result.Measurements);
    }

    [Fact]
    public async Task One_that_throws_fails() =>
        Assert.Equal(ProbeResult.Fail("InvalidOperationException: 'the pool is empty'").Evidence, (await TryAsync(typeof(ThrowingCheck).FullName!)).Evidence);

    [Fact]
    public async Task One_that_does_not_answer_in_time_fails()
    {
        var result = await TryAsync(typeof(ScriptedCheck).FullName!, "status: Healthy, after: 10m", Attempts.Short);
        Assert.Equal((Outcome.Fail, "no answer within 300ms"), (result.Outcome, result.Evidence));
    }

    [Theory]
    [InlineData("Hale.Tests.Plugins.DemandingCheck", "", "its constructor takes a IServiceProvider services; write it under arguments, or give the class a constructor without it")]
    [InlineData("Hale.Tests.Plugins.ScriptedCheck", "", "its constructor takes a HealthStatus status")]
    [InlineData("Hale.Tests.Plugins.ScriptedCheck", "status: Splendid", "the argument status must be a HealthStatus, and what is written is none")]
    [InlineData("Hale.Tests.Plugins.ScriptedCheck", "status: Healthy, wards: x", "no constructor has a parameter wards; there are status, log, time, words, after")]
    [InlineData("Hale.Tests.Plugins.Nobody", "", "it has no health check Hale.Tests.Plugins.Nobody: its health checks are ")]
    public async Task What_cannot_be_made_is_no_evidence_and_says_what_to_do(string type, string arguments, string evidence)
    {
        var result = await TryAsync(type, arguments);
        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.StartsWith($"{Self}: ", result.Evidence, StringComparison.Ordinal);
        Assert.Contains(evidence, result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assembly_that_is_not_there_is_no_evidence()
    {
        var result = await KindTry.TryAsync("health_check: /no/such.dll");
        Assert.Equal((Outcome.Inconclusive, "/no/such.dll: there is no such file; build it, or correct the path"), (result.Outcome, result.Evidence));
        var core = typeof(Outcome).Assembly.Location;
        Assert.Equal($"{core}: it has no public class that is an IHealthCheck; name one with type", (await KindTry.TryAsync($"health_check: '{core}'")).Evidence);
    }
}
