using System.Diagnostics;
using System.Globalization;
using Hale.Containers;
using Hale.Containers.Groups;
using Hale.Core.Containers;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Containers;

/// <summary>
/// <c>hale up</c> is killed, again and again, at random points. The next run leaves nothing of the killed ones, and whatever belongs to others, however similar
/// their names, is the same afterwards.
/// </summary>
[Collection(nameof(DockerEngine))]
public sealed class GroupCrashTests : IAsyncLifetime
{
    // ./test groups sets more; each takes about three seconds.
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("HALE_GROUP_ROUNDS") ?? "3", CultureInfo.InvariantCulture);

    private const string Session = "job-17";

    // Prefixes of it, and it of them; the same letters with other signs between them, in other cases, and with other dots on them.
    private static readonly string[] Neighbours = ["job-1", "job-17-2", "job-17.1", "job 17", "Job-17", "jöb-17"];

    private readonly DockerEngine engine;
    private readonly ITestOutputHelper output;
    private readonly int seed = Random.Shared.Next();
    private readonly Random chance;
    private readonly HaleRun run = new("targets: {}");
    private IReadOnlyList<string> others = [];
    private TimeSpan typical;

    public GroupCrashTests(DockerEngine engine, ITestOutputHelper output) => (this.engine, this.output, chance) = (engine, output, new(seed));

    public async ValueTask InitializeAsync()
    {
        engine.Require();
        run.Environment["DOCKER_HOST"] = engine.Host;
        Directory.CreateDirectory(run.At("seed"));
        for (var i = 0; i < 20; i++)
            run.Write($"seed/{i}.txt", new string('x', 20_000));
        run.Write("group.yaml", $$"""
            session: {{Session}}
            pull: never
            networks: { front: {}, back: { internal: true } }
            volumes:
              data: { seed: { folder: ./seed } }
              area: {}
            members:
              web: { image: "{{TestEngine.Httpd}}", port: 80, path: /, networks: [front, back], mounts: ["data:/www/data:ro"], grace: 0s }
              worker: { image: "{{TestEngine.Httpd}}", port: 80, path: /, replicas: 2, networks: [front], depends_on: [web], mounts: ["area:/area"], grace: 0s }
            """);
        foreach (var neighbour in Neighbours)
        {
            var report = await ContainerGroup.EnsureAsync(Neighbour(neighbour), new() { Engine = engine.Api }, TestContext.Current.CancellationToken);
            Assert.True(report.IsReady, report.ToString());
        }
        // Somebody else's, by names that only look like ours.
        var name = ContainerGroupNames.Member(Session, "web", 9);
        await engine.RunAsync(new() { Image = TestEngine.Busybox, Command = ["sleep", "600"] }, name);
        await engine.Api.Volumes.CreateAsync(ContainerGroupNames.Volume(Session, "other"), new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        others = await EngineInventory.OfAsync(engine.Api);

        var watch = Stopwatch.StartNew();
        await UpAsync();
        typical = watch.Elapsed;
        await DownAsync("down");
    }

    [Fact]
    public async Task Kill_9_of_hale_up_at_any_point_leaves_nothing_for_long_and_touches_nothing_of_others()
    {
        var lives = await LivesAsync();
        var (ups, downs) = (0, 0);
        for (var round = 1; round <= Rounds; round++)
        {
            // Now and then one that holds the group for a command, and one that takes it down.
            string[] words = chance.Next(5) switch { 0 => ["up", "--", "sleep", "600"], 1 => ["down"], _ => ["up"] };
            await KillAsync(words, chance.NextDouble() * 1.1 * typical);
            switch (chance.Next(3))
            {
                case 0:
                    await UpAsync();
                    ups++;
                    break;
                case 1:
                    await DownAsync("down");
                    downs++;
                    break;
                default:
                    break; // the next one is killed as well
            }
        }
        await UpAsync();
        await DownAsync("down");

        // Who held it is gone: nobody wants it any more.
        using (var holder = Start("up", "--", "sh", "-c", "touch held; sleep 600"))
        {
            await Until.TrueAsync(() => "the group had not been held", () => File.Exists(run.At("held")));
            holder.Kill();
            await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        await DownAsync("down", "--expired");

        output.WriteLine($"seed {seed}: {Rounds} kills within {1.1 * typical.TotalSeconds:0.0} s each: {ups + 1} times up and {downs + 1} times down afterwards, nothing left, {others.Count} things of others untouched");
        Assert.Equal(lives, await LivesAsync());
    }

    [Fact]
    public async Task Kill_9_of_the_engine_leaves_nothing_after_the_next_run_and_takes_nothing_of_others()
    {
        using var up = Start("up");
        await Task.Delay(chance.NextDouble() * typical, TestContext.Current.CancellationToken);
        await engine.Process.KillAsync();
        engine.Process.Revive();
        await Until.TrueAsync(() => "hale up had not ended", () => up.HasExited);
        await Until.TrueAsync(() => "the engine had not come back", IsBackAsync);

        await UpAsync();
        await DownAsync("down");
    }

    public async ValueTask DisposeAsync()
    {
        await run.DisposeAsync();
        if (others.Count == 0)
            return;
        foreach (var neighbour in Neighbours)
            await ContainerGroups.DownAsync(neighbour, new() { Engine = engine.Api });
        await engine.RemoveAsync(ContainerGroupNames.Member(Session, "web", 9));
        await engine.Api.Volumes.RemoveAsync(ContainerGroupNames.Volume(Session, "other"));
    }

    private static ContainerGroupSpec Neighbour(string session) => new()
    {
        Session = session,
        Volumes = [new("data")],
        Members =
        [
            new("web")
            {
                Image = TestEngine.Httpd,
                Port = 80,
                Grace = TimeSpan.Zero,
                Mounts = [new("data", null, "/data", IsReadOnly: false)],
                Probe = new() { Kind = ContainerGroupProbeKind.Http },
            },
        ],
    };

    private async Task<bool> IsBackAsync()
    {
        try
        {
            await engine.Api.PingAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (ContainerEngineException)
        {
            return false;
        }
    }

    private Process Start(params string[] words)
    {
        // What it says goes to a file: a pipe would break when it is killed and what it started lives on.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >>killed.out 2>&1", Checkout.Hale, .. words]) { WorkingDirectory = run.Folder };
        run.Mark(start);
        return Process.Start(start)!;
    }

    private async Task KillAsync(string[] words, TimeSpan after)
    {
        using var process = Start(words);
        await Task.WhenAny(process.WaitForExitAsync(TestContext.Current.CancellationToken), Task.Delay(after, TestContext.Current.CancellationToken));
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A run that nobody kills brings up the whole group, and there is nothing else of it.</summary>
    private async Task UpAsync()
    {
        var up = await run.HaleAsync("up");
        Assert.True(up.ExitCode == 0, $"hale up (seed {seed}): {up}\nThose that were killed had said:\n{run.Read("killed.out")}");
        var cancel = TestContext.Current.CancellationToken;
        var ours = EngineFilter.All.Label(ContainerGroupLabels.Session, Session);
        var containers = await engine.Api.Containers.ListAsync(ours, all: true, cancel);
        var volumes = await engine.Api.Volumes.ListAsync(ours, cancel);
        Assert.Equal(
            [ContainerGroupNames.Member(Session, "web", 1), ContainerGroupNames.Member(Session, "worker", 1), ContainerGroupNames.Member(Session, "worker", 2)],
            containers.Select(container => container.Name).Order(StringComparer.Ordinal));
        Assert.All(containers, container => Assert.Equal("running", container.State));
        Assert.Equal(2, (await engine.Api.Networks.ListAsync(ours, cancel)).Count);
        Assert.Equal(["filled", "lease", "volume", "volume"], volumes.Select(volume => volume.Labels[ContainerGroupLabels.Role]).Order(StringComparer.Ordinal));
    }

    /// <summary>After it there is exactly what others have.</summary>
    private async Task DownAsync(params string[] words)
    {
        var down = await run.HaleAsync(words);
        Assert.True(down.ExitCode == 0, $"hale {string.Join(' ', words)} (seed {seed}): {down}\nThose that were killed had said:\n{run.Read("killed.out")}");
        Assert.Equal(others, await EngineInventory.OfAsync(engine.Api));
    }

    // Containers of others, each with this life of it: one that was started anew is another.
    private async Task<IReadOnlyList<string>> LivesAsync()
    {
        var lives = new List<string>();
        foreach (var container in (await engine.Api.Containers.ListAsync(all: false)).OrderBy(each => each.Name, StringComparer.Ordinal))
            lives.Add($"{container.Name} since {(await engine.Api.Containers.InspectAsync(container.Id)).State.StartedAt:O}");
        return lives;
    }
}
