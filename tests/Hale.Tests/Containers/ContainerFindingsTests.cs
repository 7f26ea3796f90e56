using Hale.Containers;
using Hale.Core.Model;
using Xunit;

namespace Hale.Tests.Containers;

public class ContainerFindingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, ContainerState, Outcome, string> Table { get; } = new()
    {
        { "running", new() { Status = "running", Running = true, StartedAt = Now.AddMinutes(-5) }, Outcome.Pass, "runs for 5m0s" },
        { "only just begun", new() { Status = "running", Running = true, StartedAt = Now.AddMilliseconds(-300) }, Outcome.Inconclusive, "only just begun" },
        { "the engine's clock is ahead", new() { Status = "running", Running = true, StartedAt = Now.AddMinutes(1) }, Outcome.Pass, "runs for 0ms" },
        { "healthy", Healthy("healthy"), Outcome.Pass, "and is healthy" },
        { "starting", Healthy("starting"), Outcome.Inconclusive, "its own health check has not passed yet" },
        { "unhealthy", Healthy("unhealthy"), Outcome.Fail, "unhealthy, 3 failures in a row; the last: exit code 1: no way" },
        { "without a health check", Healthy("none"), Outcome.Pass, "runs for" },
        { "Podman without a health check", Healthy(""), Outcome.Pass, "runs for" },
        { "paused", new() { Status = "paused", Running = true, Paused = true, StartedAt = Now.AddMinutes(-5) }, Outcome.Fail, "is paused" },
        { "ended well", new() { Status = "exited", StartedAt = Now.AddMinutes(-5), FinishedAt = Now.AddSeconds(-3) }, Outcome.Fail, "ended with exit code 0, 3s ago" },
        { "killed", new() { Status = "exited", ExitCode = 137, StartedAt = Now }, Outcome.Fail, "exit code 137 (SIGKILL)" },
        { "out of memory", new() { Status = "exited", ExitCode = 137, OomKilled = true, StartedAt = Now }, Outcome.Fail, "(SIGKILL), killed for want of memory" },
        { "a code that is no signal", new() { Status = "exited", ExitCode = 255, StartedAt = Now }, Outcome.Fail, "exit code 255" },
        { "Podman's word", new() { Status = "stopped", ExitCode = 1, StartedAt = Now }, Outcome.Fail, "ended with exit code 1" },
        { "dead", new() { Status = "dead", ExitCode = 1, StartedAt = Now }, Outcome.Fail, "ended with exit code 1" },
        { "restarting", new() { Status = "restarting", Running = true, Restarting = true, ExitCode = 7, StartedAt = Now }, Outcome.Fail, "about to be started again by the engine after it ended with exit code 7" },
        { "removing", new() { Status = "removing", StartedAt = Now }, Outcome.Fail, "is being removed" },
        { "never started", new() { Status = "created" }, Outcome.Fail, "was made and is not started" },
        { "could not start", new() { Status = "created", Error = "exec: \"/x\": no such file" }, Outcome.Fail, "is not started: exec: \"/x\": no such file" },
        { "a state of another version", new() { Status = "hibernating" }, Outcome.Inconclusive, "does not know: hibernating" },
        { "nothing at all", new(), Outcome.Inconclusive, "does not know" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_state_is_judged(string name, ContainerState state, Outcome outcome, string evidence)
    {
        var result = ContainerFindings.Judge(new() { Id = new('a', 64), Name = "/web", State = state }, heedHealth: true, Now);

        Assert.True(result.Outcome == outcome, $"{name}: {result}");
        Assert.Contains(evidence, result.Evidence, StringComparison.Ordinal);
        Assert.Contains("container web (aaaaaaaaaaaa)", result.Evidence, StringComparison.Ordinal);
        Assert.Equal(outcome == Outcome.Fail, result.IsProof);
    }

    [Theory]
    [InlineData("starting")]
    [InlineData("unhealthy")]
    public void Its_own_health_check_is_ignored_where_that_is_wanted(string health) =>
        Assert.Equal(Outcome.Pass, ContainerFindings.Judge(new() { Name = "web", State = Healthy(health) }, heedHealth: false, Now).Outcome);

    [Fact]
    public void Restarts_are_counted_within_the_span_and_for_one_container()
    {
        var restarts = new RecentRestarts(TimeSpan.FromMinutes(10));

        Assert.Equal(0, restarts.Look("a", 5, TimeSpan.FromMinutes(0))); // What was before the first look is not known to be recent.
        Assert.Equal(2, restarts.Look("a", 7, TimeSpan.FromMinutes(1)));
        Assert.Equal(3, restarts.Look("a", 8, TimeSpan.FromMinutes(9)));
        Assert.Equal(1, restarts.Look("a", 8, TimeSpan.FromMinutes(12)));
        Assert.Equal(2, restarts.Look("a", 1, TimeSpan.FromMinutes(13))); // A person started it, and it was started anew once since.
        Assert.Equal(0, restarts.Look("b", 4, TimeSpan.FromMinutes(13)));
    }

    private static ContainerState Healthy(string status) => new()
    {
        Status = "running",
        Running = true,
        StartedAt = Now.AddMinutes(-5),
        Health = new() { Status = status, FailingStreak = 3, Log = status == "unhealthy" ? [new() { ExitCode = 1, Output = "no way\n" }] : [] },
    };
}
