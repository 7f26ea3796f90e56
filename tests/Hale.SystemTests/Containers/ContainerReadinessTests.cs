using System.Diagnostics;
using Hale.Containers;
using Hale.Core.Readiness;
using Hale.Readiness;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Containers;

/// <summary>Waiting for containers of a real engine: one life, events, and an engine that goes away.</summary>
public abstract class ContainerReadinessTests(TestEngine engine)
{
    private protected static readonly ContainerReadinessOptions Root = new() { Port = 80, Path = "/" };

    // No attempt after the first one is due within the test, so that only events can tell.
    private static readonly ReadyOptions Patient = new() { Timeout = 4 * Until.Limit, Interval = TimeSpan.FromHours(1), Steady = true };

    private protected TestEngine Engine => engine;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_is_ready_when_it_answers_and_says_where()
    {
        engine.Require();
        var id = await engine.RunAsync(new() { Image = TestEngine.Httpd });
        var report = await WaitAsync(ContainerReadiness.Of(engine.Api, id, Root, "web"));
        var port = await WaitAsync(ContainerReadiness.Of(engine.Api, id, new() { Port = 80 }, "web"));
        var state = await WaitAsync(ContainerReadiness.Of(engine.Api, id, name: "web"));
        var address = await engine.AddressOfAsync(id);
        await engine.RemoveAsync(id);

        Assert.Equal((GateEnd.Ready, $"web: status 200 at {address}:80"), (report.End, report.Reason));
        Assert.Equal((GateEnd.Ready, $"web: connected at {address}:80"), (port.End, port.Reason));
        Assert.Equal((GateEnd.Ready, "web: it runs"), (state.End, state.Reason));
    }

    [Fact]
    public async Task The_death_of_a_container_fails_the_gate_by_an_event()
    {
        engine.Require();
        // The site has no such page, so the first attempt fails and the next one is an hour away.
        var id = await engine.RunAsync(new() { Image = TestEngine.Httpd, Command = ["sh", "-c", "echo serving; exec httpd -f -p 80 -h /www"] });
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = WaitAsync(ContainerReadiness.Of(engine.Api, id, Root with { Path = "/nope" }), Patient with { Progress = _ => tried.TrySetResult() });
        await tried.Task.WaitAsync(Until.Limit, Cancel);
        // An event that comes before the stream is open is found by the look that follows its opening.
        await engine.Api.Containers.KillAsync(id, cancel: Cancel);
        var report = await waiting.WaitAsync(Until.Limit, Cancel);
        await engine.RemoveAsync(id);

        Assert.Equal(GateEnd.NotReady, report.End);
        Assert.Contains("exited with code 137 (SIGKILL)", report.Reason, StringComparison.Ordinal);
        Assert.Contains("httpd:1, command sh -c echo serving; exec httpd -f -p 80 -h /www); its last words: 'serving'", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_alternatives_the_death_of_one_leaves_the_other()
    {
        engine.Require();
        var dead = await engine.RunCommandAsync(TestEngine.Busybox, "false");
        var slow = await engine.RunAsync(new() { Image = TestEngine.Httpd, Command = ["sh", "-c", "sleep 1; exec httpd -f -p 80 -h /www"] });
        ReadyTarget[] Both() => [ContainerReadiness.Of(engine.Api, dead, Root, "dead"), ContainerReadiness.Of(engine.Api, slow, Root, "slow")];
        var any = await Ready.TryWhenAsync(Both(), new() { Any = true, Timeout = Until.Limit }, Cancel);
        var all = await Ready.TryWhenAsync(Both(), new() { Timeout = Until.Limit }, Cancel);
        await engine.RemoveAsync(dead);
        await engine.RemoveAsync(slow);

        Assert.Equal(GateEnd.Ready, any.End);
        Assert.StartsWith("slow: status 200 at ", any.Reason, StringComparison.Ordinal);
        Assert.Equal(GateEnd.NotReady, all.End);
        Assert.Contains("exited with code 1", all.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_engine_going_away_is_could_not_tell()
    {
        engine.Require();
        var folder = Directory.CreateTempSubdirectory("hale-away-").FullName;
        var id = await engine.RunAsync(new() { Image = TestEngine.Httpd });
        using var api = new ContainerEngine(EngineAddress.Socket(Path.Combine(folder, "engine.sock")));
        await using (SocketProxy.Start(Path.Combine(folder, "engine.sock"), engine.Host["unix://".Length..]))
            Assert.True((await WaitAsync(ContainerReadiness.Of(api, id, Root))).IsReady);
        File.Delete(Path.Combine(folder, "engine.sock"));
        var away = await WaitAsync(ContainerReadiness.Of(api, id, Root), new() { Timeout = TimeSpan.FromSeconds(2) });
        Directory.Delete(folder, recursive: true);
        await engine.RemoveAsync(id);

        Assert.Equal(GateEnd.CouldNotTell, away.End);
        Assert.EndsWith("; how it is could not be told: the engine does not say", away.ToString(), StringComparison.Ordinal);
    }

    private protected static Task<ReadyReport> WaitAsync(ReadyTarget target, ReadyOptions? options = null) =>
        Ready.TryWhenAsync([target], options ?? new() { Timeout = Until.Limit }, Cancel);
}

/// <summary>Docker.</summary>
[Collection(nameof(DockerEngine))]
public sealed class DockerReadinessTests(DockerEngine engine) : ContainerReadinessTests(engine)
{
    [Fact]
    public async Task A_restart_in_between_starts_the_evidence_anew()
    {
        Engine.Require();
        var id = await Engine.RunAsync(new() { Image = TestEngine.Httpd, Restart = new("always") });
        var passes = new List<string>();
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new ReadyOptions
        {
            Timeout = 4 * Until.Limit,
            Successes = 2,
            // Whether the engine's events or the next attempt come first, the second pass is one of another life.
            Interval = TimeSpan.FromSeconds(1),
            Progress = each =>
            {
                passes.Add($"{each.Outcome}");
                if (each.Outcome == Hale.Core.Model.Outcome.Pass)
                    passed.TrySetResult();
            },
        };
        var waiting = WaitAsync(ContainerReadiness.Of(Engine.Api, id, Root, "web"), options);
        await passed.Task.WaitAsync(Until.Limit, Cancel);
        // From outside, as a crash: its engine starts it anew.
        RealProcesses.Signal((await Engine.Api.Containers.InspectAsync(id, Cancel)).State.Pid, RealProcesses.Kill);
        var report = await waiting.WaitAsync(2 * Until.Limit, Cancel);
        await Engine.RemoveAsync(id);

        // Ready at last, after something between the first pass and the last two that was none.
        Assert.True(report.IsReady, report.ToString());
        Assert.Equal(["Pass", "Pass"], passes.TakeLast(2));
        Assert.Contains("Fail", passes.SkipWhile(each => each != "Pass"));
    }

    [Fact]
    public async Task A_hanging_accept_of_a_container_ends_at_its_deadline()
    {
        Engine.Require();
        var id = await Engine.RunCommandAsync(TestEngine.Busybox, "nc", "-ll", "-p", "80", "-e", "sleep", "1000");
        var watch = Stopwatch.StartNew();
        var report = await WaitAsync(ContainerReadiness.Of(Engine.Api, id, Root), new() { Timeout = TimeSpan.FromSeconds(4), AttemptTimeout = TimeSpan.FromSeconds(1) });
        watch.Stop();
        await Engine.RemoveAsync(id);

        Assert.Equal(GateEnd.NotReady, report.End);
        Assert.Contains("and never answers", report.ToString(), StringComparison.Ordinal);
        Assert.True(watch.Elapsed < Until.Limit, $"{watch.Elapsed}");
    }

    [Fact]
    public async Task The_gate_never_succeeds_on_exhaustion()
    {
        Engine.Require();
        var id = await Engine.RunCommandAsync(TestEngine.Busybox, "sleep", "1000");
        var options = new ReadyOptions { Timeout = 4 * Until.Limit, MaxAttempts = 10, Interval = TimeSpan.FromMilliseconds(20) };
        var report = await WaitAsync(ContainerReadiness.Of(Engine.Api, id, Root), options);
        await Engine.RemoveAsync(id);

        Assert.Equal((GateEnd.NotReady, 10), (report.End, report.Targets[0].Attempts));
        Assert.StartsWith("not ready after 10 attempts: ", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_healthy_container_is_ready_by_the_event_of_its_health_check()
    {
        Engine.Require();
        // Healthy once somebody has left a mark; and no attempt is due before the test is over.
        var recipe = new ContainerRecipe { Image = TestEngine.Httpd, HealthCheck = HealthCheckRecipe.Of(["test", "-e", "/tmp/up"], TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(20), retries: 1000) };
        var id = await Engine.RunAsync(recipe);
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new ReadyOptions { Timeout = 4 * Until.Limit, Interval = TimeSpan.FromHours(1), Steady = true, Progress = _ => tried.TrySetResult() };
        var waiting = WaitAsync(ContainerReadiness.Of(Engine.Api, id, Root, "web"), options);
        await tried.Task.WaitAsync(Until.Limit, Cancel);
        await Engine.Api.Containers.PutArchiveAsync(id, "/tmp", Mark(), Cancel);
        var report = await waiting.WaitAsync(2 * Until.Limit, Cancel);
        await Engine.RemoveAsync(id);

        Assert.True(report.IsReady, report.ToString());
        Assert.EndsWith(", and it is healthy", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_and_the_page_wait_for_containers()
    {
        Engine.Require();
        await using var run = new HaleRun("targets: {}");
        run.Environment["DOCKER_HOST"] = Engine.Host;
        run.Environment["PATH"] = $"{Path.GetDirectoryName(Checkout.Hale)}:{Environment.GetEnvironmentVariable("PATH")}";
        await Engine.Api.Images.TagAsync(TestEngine.Httpd, "site:latest", Cancel);
        var page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "wait.md"));
        var block = page[(page.IndexOf("```bash\n", StringComparison.Ordinal) + 8)..];
        var shown = await run.CommandAsync("bash", "-ec", block[..block.IndexOf("```", StringComparison.Ordinal)]);
        var dead = await Engine.RunCommandAsync(TestEngine.Busybox, "sh", "-c", "echo no such database >&2; exit 4");
        var refused = await run.HaleAsync("wait", $"container:{dead}:80/", "--json");
        await Engine.RemoveAsync(dead);
        await Engine.RemoveAsync("web");

        Assert.True(shown.ExitCode == 0, shown.ToString());
        Assert.Contains("hale: ready after ", shown.Error, StringComparison.Ordinal);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("exited with code 4", refused.Output, StringComparison.Ordinal);
        Assert.Contains("no such database", refused.Output, StringComparison.Ordinal);
    }

    private static MemoryStream Mark()
    {
        var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
            writer.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "up"));
        tar.Position = 0;
        return tar;
    }
}

/// <summary>Podman.</summary>
[Collection(nameof(PodmanEngine))]
public sealed class PodmanReadinessTests(PodmanEngine engine) : ContainerReadinessTests(engine);
