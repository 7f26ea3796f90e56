using Hale.Core.Model;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>The sample orchestrator under its own configuration, with shorter times.</summary>
public sealed class OrchestratorTests
{
    [Fact]
    public async Task A_process_that_crashes_is_restarted()
    {
        await using var run = await StartAsync();
        Tell(run, "crash");
        var healed = await run.UntilAsync("orchestrator", "a second life that is ok", target => target is { Lives: 2, Health: Health.Ok });
        Assert.Contains("code 1", healed.LastEnd);
    }

    [Fact]
    public async Task A_process_that_runs_but_does_nothing_is_restarted_after_its_window()
    {
        await using var run = await StartAsync();
        Tell(run, "hang");
        await run.UntilAsync("orchestrator", "a second life that is ok", target => target is { Lives: 2, Health: Health.Ok });
        var history = await run.HistoryAsync("orchestrator");
        Assert.Contains(history, entry => entry.Kind == "intent" && entry.Text.Contains("activity", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_long_experiment_that_makes_progress_is_left_alone()
    {
        await using var run = await StartAsync();
        Tell(run, "long");
        // Four windows long: by its start alone it would look stuck three times over.
        await Until.TrueAsync(
            () => "no experiment had run for 12 s",
            async () => (await run.CommandAsync("sqlite3", "-readonly", "-cmd", ".timeout 5000", "work/experiments.db",
                "select count(*) from experiments where progress_at - started_at > 12")).Output.Trim() != "0");
        var target = await run.TargetAsync("orchestrator");
        Assert.Equal(Health.Ok, target.Health);
        Assert.Equal(1, target.Lives);
        Assert.DoesNotContain(await run.HistoryAsync("orchestrator"), entry => entry.Kind == "intent" && !entry.Text.Contains("start", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_process_that_leaks_is_restarted()
    {
        await using var run = await StartAsync();
        Tell(run, "leak");
        await run.UntilAsync("orchestrator", "a second life that is ok", target => target is { Lives: 2, Health: Health.Ok });
        var history = await run.HistoryAsync("orchestrator");
        Assert.Contains(history, entry => entry.Kind == "intent" && entry.Text.Contains("memory", StringComparison.Ordinal));
    }

    private static void Tell(HaleRun run, string word) => run.Write("work/control", word + "\n");

    private static async Task<HaleRun> StartAsync()
    {
        var run = new HaleRun(await File.ReadAllTextAsync(Path.Combine(Checkout.Orchestrator, "hale.yaml"), TestContext.Current.CancellationToken));
        try
        {
            File.Copy(Path.Combine(Checkout.Orchestrator, "run-experiments.sh"), run.At("run-experiments.sh"));
            foreach (var (name, value) in new Dictionary<string, string>
            {
                ["FRAME_SECONDS"] = "0.1",
                ["FRAMES"] = "5",
                ["EVERY"] = "200ms",
                ["WINDOW"] = "3s",
                ["GRACE"] = "500ms",
                ["MEMORY_WARN"] = "60MB",
                ["MEMORY"] = "120MB",
                ["LISTEN"] = "off",
            })
                run.Environment[name] = value;
            await run.StartAsync();
            await run.UntilAsync("orchestrator", "a first life that is ok", target => target is { Lives: 1, Health: Health.Ok });
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }
}
