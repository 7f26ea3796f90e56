using Hale.Config;
using Hale.Containers;
using Hale.Core.Model;
using Hale.Remedies;
using Hale.SystemTests.Fixture;
using Hale.Web.Contract;

namespace Hale.SystemTests.Containers;

/// <summary>Containers under the eyes of <c>hale run</c>. Nearly all checks are tried once an hour only, so whatever is noticed is noticed by events.</summary>
[Collection(nameof(DockerEngine))]
public sealed class ContainerCheckTests(DockerEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_end_of_a_container_is_a_failure_at_once_and_its_next_life_is_looked_at_anew()
    {
        engine.Require();
        var name = engine.Unique("worker");
        var id = await engine.RunAsync(new() { Image = TestEngine.Busybox, Command = ["sh", "-c", "trap 'exit 9' TERM; while :; do usleep 50000; done"] }, name);
        await using var run = Watching($"worker: {{ checks: {{ container: {{ container: {name}, every: 1h }} }} }}");
        await run.StartAsync();
        var first = await run.UntilAsync("worker", "ok", target => target is { Health: Health.Ok, Incarnation: not null });

        await engine.Api.Containers.KillAsync(id, "SIGTERM", Cancel);
        var ended = await run.UntilAsync("worker", "impaired", target => target.Health == Health.Impaired);
        await engine.Api.Containers.StartAsync(id, Cancel);
        var second = await run.UntilAsync("worker", "ok again", target => target.Health == Health.Ok && target.Incarnation != first.Incarnation);
        await engine.RemoveAsync(id);
        await run.UntilAsync("worker", "impaired, since it is gone", target => target.Health == Health.Impaired && target.Checks[0].Evidence.Contains($"there is no container {name}", StringComparison.Ordinal));

        Assert.Contains("ended with exit code 9", ended.Reason, StringComparison.Ordinal);
        Assert.Equal(first.Incarnation, ended.Incarnation); // A death is seen of the life that died.
        Assert.StartsWith(id[..12], second.Incarnation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_used_up_its_memory_is_named_so_and_restarted_once_for_each_of_its_lives()
    {
        engine.Require();
        var name = engine.Unique("greedy");
        var flag = Path.Combine(engine.Folder, name);
        Directory.CreateDirectory(flag);
        // Greedy once it is told to be.
        var id = await engine.RunAsync(
            new()
            {
                Image = TestEngine.Busybox,
                Command = ["sh", "-c", "while [ ! -e /flag/now ]; do usleep 50000; done; rm /flag/now; x=y; while :; do x=$x$x; done"],
                MemoryBytes = 16 << 20,
                Mounts = [MountRecipe.Bind(flag, "/flag")],
            },
            name);
        await using var run = Watching($"greedy: {{ checks: {{ container: {{ container: {name}, every: 1h }} }}, heal: [{{ container_restart: {{ container: {name}, grace: 1s }} }}] }}");
        await run.StartAsync();
        var first = await run.UntilAsync("greedy", "ok", target => target is { Health: Health.Ok, Incarnation: not null });

        await File.WriteAllTextAsync(Path.Combine(flag, "now"), "", Cancel);
        var healed = await run.UntilAsync("greedy", "healed", target => target.Health == Health.Ok && target.Incarnation != first.Incarnation);
        var history = await run.HistoryAsync("greedy");
        await engine.RemoveAsync(id);

        Assert.True(history.Any(entry => entry.Text.Contains("killed for want of memory", StringComparison.Ordinal)), string.Join('\n', history));
        var outcome = Assert.Single(history, entry => entry.Kind == "outcome" && entry.Text.Contains("Done", StringComparison.Ordinal));
        Assert.Contains($"ended {first.Incarnation}, started {healed.Incarnation}", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_that_was_meant_for_one_life_never_hits_the_next()
    {
        engine.Require();
        var name = engine.Unique("again");
        var id = await engine.RunCommandAsync(TestEngine.Busybox, "sleep", "1000");
        var before = await engine.Api.Containers.InspectAsync(id, Cancel);
        await engine.Api.Containers.RestartAsync(id, TimeSpan.Zero, Cancel);
        var remedy = ContainerRestartRemedy.Kind.Create(new Settings(new Dictionary<string, object> { ["container"] = before.Name, ["engine"] = engine.Host }));
        var running = await engine.Api.Containers.InspectAsync(id, Cancel);

        var stale = await remedy.ActAsync(Meant(new($"{id[..12]}@{before.State.StartedAt:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'}")), Cancel);
        var unknown = await remedy.ActAsync(Meant(Incarnation.None), Cancel);
        var after = await engine.Api.Containers.InspectAsync(id, Cancel);
        await engine.RemoveAsync(id);
        var gone = await remedy.ActAsync(Meant(new("x")), Cancel);

        Assert.Equal(RemedyOutcome.Dropped, stale.Outcome);
        Assert.Equal(RemedyOutcome.Failed, unknown.Outcome);
        Assert.Contains("needs a check of kind container", unknown.Detail, StringComparison.Ordinal);
        Assert.Equal(running.Life, after.Life);
        Assert.Equal(RemedyOutcome.Failed, gone.Outcome);
        Assert.NotEqual(before.Life, running.Life);

        RemedyContext Meant(Incarnation life) => new(new Intent(1, 0, 0, Cause.Heal, life, 1, "test", default), name, null, TimeProvider.System);
    }

    [Fact]
    public async Task Its_own_health_check_counts_and_starting_is_neither_good_nor_bad()
    {
        engine.Require();
        var (name, flag) = (engine.Unique("healthy"), Path.Combine(engine.Folder, engine.Unique("flag")));
        Directory.CreateDirectory(flag);
        var id = await engine.RunAsync(
            new()
            {
                Image = TestEngine.Busybox,
                Command = ["sleep", "1000"],
                Mounts = [MountRecipe.Bind(flag, "/flag")],
                HealthCheck = HealthCheckRecipe.Of(["/bin/sh", "-c", "cat /flag/health"], TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(30), retries: 2, startPeriod: TimeSpan.FromMinutes(10)),
            },
            name);
        await using var run = Watching($"healthy: {{ checks: {{ container: {{ container: {name}, every: 1h }} }} }}");
        await run.StartAsync();

        var starting = await run.UntilAsync("healthy", "looked at", target => target.Checks[0].Evidence.Contains("has not passed yet", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(flag, "health"), "well", Cancel);
        var well = await run.UntilAsync("healthy", "ok", target => target.Health == Health.Ok);
        File.Delete(Path.Combine(flag, "health"));
        var ill = await run.UntilAsync("healthy", "impaired", target => target.Health is Health.Impaired);
        await engine.RemoveAsync(id);

        Assert.Equal(Health.Initializing, starting.Health);
        Assert.Contains("is healthy", well.Reason, StringComparison.Ordinal);
        Assert.Contains("unhealthy", ill.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_is_killed_is_no_failure_of_its_containers_and_what_happened_meanwhile_is_seen_afterwards()
    {
        engine.Require();
        var name = engine.Unique("orphan");
        var id = await engine.RunAsync(new() { Image = TestEngine.Busybox, Command = ["sleep", "1000"], Restart = new("always") }, name);
        await using var run = Watching($"orphan: {{ checks: {{ container: {{ container: {name}, every: 200ms, stale: 1s }} }} }}");
        await run.StartAsync();
        var before = await run.UntilAsync("orphan", "ok", target => target is { Health: Health.Ok, Incarnation: not null });

        await engine.Process.KillAsync();
        var blind = await run.UntilAsync("orphan", "insufficient data", target => target.Health == Health.InsufficientData);
        engine.Process.Revive();
        var after = await run.UntilAsync("orphan", "ok again", target => target.Health == Health.Ok && target.Incarnation is not null);
        var history = await run.HistoryAsync("orphan");
        await engine.RemoveAsync(id);

        Assert.Contains("no", blind.Checks[0].Evidence, StringComparison.Ordinal);
        Assert.StartsWith(id[..12], after.Incarnation, StringComparison.Ordinal);
        // That the container dies with its engine, or ends when the engine comes back, is what happened; that it was down while nobody could tell is not.
        var blindAt = history.First(entry => entry.Kind == "transition" && entry.Text.Contains("-> InsufficientData", StringComparison.Ordinal)).At;
        Assert.DoesNotContain(history, entry => entry.At <= blindAt && entry.Text.Contains("-> Impaired", StringComparison.Ordinal));
        Assert.NotNull(before.Incarnation);
    }

    [Fact]
    public async Task A_stream_of_events_that_is_cut_or_hangs_is_opened_again_and_caught_up_with()
    {
        engine.Require();
        var name = engine.Unique("cut");
        var id = await engine.RunCommandAsync(TestEngine.Busybox, "sleep", "1000");
        var path = Path.Combine(engine.Folder, $"{name}.sock");
        await using var proxy = SocketProxy.Start(path, Path.Combine(engine.Folder, "engine.sock"));
        await using var run = Watching($"cut: {{ checks: {{ container: {{ container: {id}, engine: \"unix://{path}\", every: 1h, timeout: 1s }} }} }}");
        await run.StartAsync();
        var first = await run.UntilAsync("cut", "ok", target => target is { Health: Health.Ok, Incarnation: not null });

        // From here on Hale hears nothing, and the container goes through an end and a beginning.
        proxy.Hangs = true;
        proxy.Cut();
        await engine.Api.Containers.RestartAsync(id, TimeSpan.Zero, Cancel);
        await run.UntilAsync("cut", "seen that it cannot be told", target => target.Checks[0].LastOutcome == Outcome.Inconclusive);
        proxy.Hangs = false;
        proxy.Cut();
        var second = await run.UntilAsync("cut", "ok in its second life", target => target.Health == Health.Ok && target.Incarnation != first.Incarnation);
        var history = await run.HistoryAsync("cut");
        await engine.RemoveAsync(id);
        var gone = await run.UntilAsync("cut", "seen to be gone, by an event", target => target.Health == Health.Impaired);

        Assert.StartsWith(id[..12], second.Incarnation, StringComparison.Ordinal);
        Assert.DoesNotContain(history, entry => entry.Text.Contains("-> Impaired", StringComparison.Ordinal));
        Assert.NotNull(gone.Reason);
    }

    [Fact]
    public async Task Lines_of_a_log_count_from_the_first_look_on_and_once()
    {
        engine.Require();
        var (name, flag) = (engine.Unique("talker"), Path.Combine(engine.Folder, engine.Unique("flag")));
        Directory.CreateDirectory(flag);
        var id = await engine.RunAsync(
            new()
            {
                Image = TestEngine.Busybox,
                Command = ["sh", "-c", "echo panic one; while :; do if [ -e /flag/say ]; then cat /flag/say; rm /flag/say; fi; usleep 20000; done"],
                Mounts = [MountRecipe.Bind(flag, "/flag")],
            },
            name);
        await Until.TrueAsync(() => "nothing was logged", async () => (await engine.Api.Containers.LogAsync(id, cancel: Cancel)).Lines.Count > 0);
        await using var run = Watching($"talker: {{ checks: {{ quiet: {{ container_log: {{ container: {name}, absent: panic }}, every: 100ms }}, many: {{ container_log: {{ container: {name}, count: panic }}, every: 100ms }} }} }}");
        await run.StartAsync();

        var quiet = await run.UntilAsync("talker", "ok", target => target.Health == Health.Ok);
        await File.WriteAllTextAsync(Path.Combine(flag, "say"), "panic two\nall is well\npanic three\n", Cancel);
        var loud = await run.UntilAsync("talker", "impaired", target => target.Health == Health.Impaired && Matches(target) == 2);
        // Looked at some more times, it has the same two lines.
        await Until.TrueAsync(() => "the log was not looked at again", async () => (await run.TargetAsync("talker")).Checks.All(check => check.LastAt > loud.Checks[0].LastAt));
        var still = await run.TargetAsync("talker");
        await engine.RemoveAsync(id);

        Assert.Equal(0, Matches(quiet));
        Assert.Contains("panic", loud.Reason, StringComparison.Ordinal);
        Assert.Equal(2, Matches(still));

        static double? Matches(TargetDto target) => target.Checks.Single(check => check.Name == "many").Measurements.FirstOrDefault(each => each.Name == "matches")?.Value;
    }

    /// <summary>A run whose checks talk to the engine.</summary>
    private HaleRun Watching(string targets)
    {
        var run = new HaleRun($"targets:\n  {targets}\n");
        run.Environment["DOCKER_HOST"] = engine.Host;
        return run;
    }
}

/// <summary>The same under Podman, as far as its events and its ways differ.</summary>
[Collection(nameof(PodmanEngine))]
public sealed class PodmanCheckTests(PodmanEngine engine)
{
    [Fact]
    public async Task The_end_of_a_container_of_Podman_is_a_failure_at_once_and_it_is_restarted()
    {
        engine.Require();
        var name = engine.Unique("worker");
        var id = await engine.RunAsync(new() { Image = TestEngine.Busybox, Command = ["sleep", "1000"] }, name);
        await using var run = new HaleRun(
            $"targets:\n  worker: {{ checks: {{ container: {{ container: {name}, every: 1h }}, log: {{ container_log: {{ container: {name}, absent: panic }}, every: 1h }} }}, heal: [{{ container_restart: {{ container: {name}, grace: 1s }} }}] }}\n");
        run.Environment["DOCKER_HOST"] = engine.Host;
        await run.StartAsync();
        var first = await run.UntilAsync("worker", "seen to run", target => target is { Incarnation: not null } && target.Checks[0].Health == Health.Ok);

        await engine.Api.Containers.KillAsync(id, "SIGKILL", TestContext.Current.CancellationToken);
        var healed = await run.UntilAsync("worker", "restarted", target => target.Checks[0].Health == Health.Ok && target.Incarnation != first.Incarnation);
        var history = await run.HistoryAsync("worker");
        await engine.RemoveAsync(id);

        Assert.StartsWith(id[..12], healed.Incarnation, StringComparison.Ordinal);
        Assert.Contains(history, entry => entry.Text.Contains("ended with exit code 137 (SIGKILL)", StringComparison.Ordinal));
        Assert.Contains(history, entry => entry.Text.Contains($"ended {first.Incarnation}, started {healed.Incarnation}", StringComparison.Ordinal));
    }
}
