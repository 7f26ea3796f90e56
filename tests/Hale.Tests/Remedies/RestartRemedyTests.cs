using Hale.Config;
using Hale.Core.Model;
using Hale.Remedies;
using Hale.Tests.Processes;
using Xunit;

namespace Hale.Tests.Remedies;

public sealed class RestartRemedyTests
{
    private readonly IRemedy remedy = RestartRemedy.Kind.Create(new Settings(new Dictionary<string, object>()));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_living_process_is_ended_and_begun_again()
    {
        using var target = new SupervisedTarget("sleep 300");
        var old = target.Start(1);
        var result = await ActAsync(2, old.Incarnation, target);

        Assert.Equal(RemedyOutcome.Done, result.Outcome);
        Assert.Equal(2, target.Supervisor.Current?.IntentId);
        Assert.Equal([2], target.Alive().Where(one => one.LeadsSession).Select(one => one.IntentId));
        Assert.Contains(old.Incarnation.Id, result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_run_is_started()
    {
        using var target = new SupervisedTarget("sleep 300");

        Assert.Equal(RemedyOutcome.Done, (await ActAsync(1, Incarnation.None, target)).Outcome);
    }

    [Fact]
    public async Task A_life_that_ended_meanwhile_is_followed_by_the_next()
    {
        using var target = new SupervisedTarget("sleep 300");
        var old = target.Start(1);
        await target.Supervisor.StopAsync(old.Incarnation, Cancel);

        Assert.Equal(RemedyOutcome.Done, (await ActAsync(2, old.Incarnation, target)).Outcome);
        Assert.Equal(2, target.Supervisor.Current?.IntentId);
    }

    [Fact]
    public async Task A_start_is_dropped_when_the_process_runs_already()
    {
        using var target = new SupervisedTarget("sleep 300");
        var running = target.Start(1);
        var result = await ActAsync(2, Incarnation.None, target);

        Assert.Equal(RemedyOutcome.Dropped, result.Outcome);
        Assert.Contains("is running already", result.Detail, StringComparison.Ordinal);
        Assert.Equal(running, target.Supervisor.Current);
    }

    [Fact]
    public async Task A_restart_of_one_life_never_hits_the_next()
    {
        using var target = new SupervisedTarget("sleep 300");
        var old = target.Start(1);
        await target.Supervisor.StopAsync(old.Incarnation, Cancel);
        var present = target.Start(2);
        var result = await ActAsync(3, old.Incarnation, target);

        Assert.Equal(RemedyOutcome.Dropped, result.Outcome);
        Assert.Equal(present, target.Supervisor.Current);
    }

    [Fact]
    public async Task A_start_that_fails_says_why()
    {
        using var target = new SupervisedTarget(["/no/such/program"]);
        var result = await ActAsync(1, Incarnation.None, target);

        Assert.Equal(RemedyOutcome.Failed, result.Outcome);
        Assert.Contains("ENOENT", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_crash_of_Hale_a_restart_that_took_effect_is_not_repeated()
    {
        using var target = new SupervisedTarget("sleep 300");
        target.Start(7);
        target.RestartHale();
        target.Supervisor.Adopt();

        Assert.Equal(RemedyOutcome.Done, (await SettleAsync(7, target)).Outcome);
        Assert.Equal(RemedyOutcome.Interrupted, (await SettleAsync(8, target)).Outcome);
    }

    [Fact]
    public async Task A_restart_that_took_effect_did_so_even_if_the_process_has_ended_since()
    {
        using var target = new SupervisedTarget(["true"]);
        await target.EndOf(target.Start(7).Incarnation);
        target.RestartHale();
        target.Supervisor.Adopt();

        Assert.Equal(RemedyOutcome.Done, (await SettleAsync(7, target)).Outcome);
    }

    [Fact]
    public async Task A_rehearsal_changes_nothing()
    {
        using var target = new SupervisedTarget("sleep 300");
        var running = target.Start(1);
        var lines = await remedy.RehearseAsync(RemedyContexts.For(2, running.Incarnation, target.Supervisor), Cancel);

        Assert.Contains(running.Incarnation.Id, lines[0], StringComparison.Ordinal);
        Assert.Equal(running, target.Supervisor.Current);
    }

    private Task<RemedyResult> ActAsync(long intent, Incarnation life, SupervisedTarget target) =>
        remedy.ActAsync(RemedyContexts.For(intent, life, target.Supervisor), Cancel);

    private Task<RemedyResult> SettleAsync(long intent, SupervisedTarget target) =>
        remedy.SettleAsync(RemedyContexts.For(intent, Incarnation.None, target.Supervisor), Cancel);
}
