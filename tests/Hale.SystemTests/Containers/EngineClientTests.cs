using System.Formats.Tar;
using System.Text;
using Hale.Containers;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Containers;

/// <summary>Every call of the client against a real engine.</summary>
public abstract class EngineClientTests(TestEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_engine_says_what_it_is()
    {
        engine.Require();

        var ping = await engine.Api.PingAsync(Cancel);
        var version = await engine.Api.VersionAsync(Cancel);
        var info = await engine.Api.InfoAsync(Cancel);

        Assert.Equal(engine.IsPodman, ping.IsPodman);
        Assert.StartsWith("1.", ping.ApiVersion, StringComparison.Ordinal);
        Assert.NotEmpty(version.Version);
        Assert.True(info.MemTotal > 0);
        Assert.True(info.NCPU > 0);
    }

    [Fact]
    public async Task A_container_lives_and_its_end_is_told()
    {
        engine.Require();
        var name = engine.Unique("life");

        var made = await engine.Api.Containers.CreateAsync(
            name,
            new()
            {
                Image = TestEngine.Busybox,
                Command = ["sh", "-c", "trap 'exit 7' TERM; echo begun; while :; do usleep 10000; done"],
                Environment = new Dictionary<string, string> { ["COLOUR"] = "blue" },
                Labels = new Dictionary<string, string> { ["hale.test"] = name },
                WorkingDirectory = "/tmp",
                MemoryBytes = 64 << 20,
                StopGrace = TimeSpan.FromSeconds(30),
            },
            Cancel);
        var before = await engine.Api.Containers.InspectAsync(name, Cancel);
        Assert.True(await engine.Api.Containers.StartAsync(made.Id, Cancel));
        Assert.False(await engine.Api.Containers.StartAsync(made.Id, Cancel));
        var running = await engine.Api.Containers.InspectAsync(made.Id, Cancel);
        // The trap has to stand before it is tried.
        await Until.TrueAsync(() => "the container had not logged that it began", async () => (await engine.Api.Containers.LogAsync(name, cancel: Cancel)).Lines.Count > 0);
        var ended = engine.Api.Containers.WaitAsync(made.Id, Cancel);
        Assert.True(await engine.Api.Containers.StopAsync(made.Id, cancel: Cancel));
        var code = await ended.WaitAsync(Until.Limit, Cancel);
        var after = await engine.Api.Containers.InspectAsync(made.Id, Cancel);
        Assert.False(await engine.Api.Containers.StopAsync(made.Id, cancel: Cancel));
        var listed = await engine.Api.Containers.ListAsync(EngineFilter.All.Label("hale.test", name), cancel: Cancel);
        await engine.Api.Containers.RemoveAsync(made.Id, cancel: Cancel);
        var gone = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Containers.InspectAsync(made.Id, Cancel));

        Assert.Equal(name, before.Name);
        Assert.Null(before.State.StartedAt);
        Assert.False(before.State.HasEnded);
        Assert.True(running.State.Running);
        Assert.True(running.State.Pid > 0);
        Assert.NotNull(running.State.StartedAt);
        Assert.Equal(new(made.Id, running.State.StartedAt), running.Life);
        Assert.Contains("COLOUR=blue", running.Config.Env);
        Assert.Equal(64 << 20, running.HostConfig.Memory);
        Assert.Equal(TestEngine.Busybox, running.Config.Image.Replace("localhost/", "", StringComparison.Ordinal).Replace("docker.io/", "", StringComparison.Ordinal));
        Assert.Equal(7, code);
        Assert.Equal(7, after.State.ExitCode);
        Assert.True(after.State.HasEnded);
        Assert.NotNull(after.State.FinishedAt);
        Assert.Equal(name, Assert.Single(listed).Name);
        Assert.Equal(EngineTrouble.NoSuchContainer, gone.Trouble);
        Assert.True(gone.IsMissing);
        Assert.Contains(made.Id, gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_used_up_its_memory_says_so()
    {
        engine.Require();
        var id = await engine.RunAsync(new() { Image = TestEngine.Busybox, Command = ["sh", "-c", "x=y; while :; do x=$x$x; done"], MemoryBytes = 16 << 20 });

        var ended = await engine.EndedAsync(id);
        await engine.RemoveAsync(id);

        // Podman does not notice with control groups of version 1.
        if (!engine.IsPodman)
            Assert.True(ended.State.OomKilled);
        Assert.Equal(137, ended.State.ExitCode);
    }

    [Fact]
    public async Task A_container_is_killed_paused_and_removed_by_force()
    {
        engine.Require();
        var id = await engine.RunCommandAsync(TestEngine.Busybox, "sleep", "1000");

        await engine.Api.Containers.PauseAsync(id, Cancel);
        var paused = (await engine.Api.Containers.InspectAsync(id, Cancel)).State;
        await engine.Api.Containers.UnpauseAsync(id, Cancel);
        var running = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Containers.RemoveAsync(id, cancel: Cancel));
        await engine.Api.Containers.KillAsync(id, cancel: Cancel);
        var killed = await engine.EndedAsync(id);
        var dead = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Containers.KillAsync(id, cancel: Cancel));
        await engine.Api.Containers.RestartAsync(id, TimeSpan.Zero, Cancel);
        var again = await engine.Api.Containers.InspectAsync(id, Cancel);
        await engine.Api.Containers.RemoveAsync(id, force: true, cancel: Cancel);

        Assert.True(paused.Paused);
        Assert.Contains(running.Trouble, new[] { EngineTrouble.Conflict, EngineTrouble.Failed });
        Assert.Equal(137, killed.State.ExitCode);
        Assert.Contains(dead.Trouble, new[] { EngineTrouble.Conflict, EngineTrouble.Failed });
        Assert.True(again.State.Running);
        Assert.NotEqual(killed.Life, again.Life);
    }

    [Fact]
    public async Task Trouble_is_told_in_the_engines_own_words_and_of_one_kind()
    {
        engine.Require();
        var name = engine.Unique("twice");
        var id = await engine.RunAsync(new() { Image = TestEngine.Busybox, Command = ["true"] }, name);

        var image = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Containers.CreateAsync(engine.Unique(), new() { Image = "hale-test/none:1" }, Cancel));
        var twice = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Containers.CreateAsync(name, new() { Image = TestEngine.Busybox }, Cancel));
        var network = await Assert.ThrowsAsync<ContainerEngineException>(async () => await engine.RunAsync(new() { Image = TestEngine.Busybox, Network = "hale-none" }, "hale-no-network"));
        var volume = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Volumes.InspectAsync("hale-none", Cancel));
        var program = await Assert.ThrowsAsync<ContainerEngineException>(async () => await engine.RunAsync(new() { Image = TestEngine.Busybox, Command = ["/no/such/program"] }, "hale-no-program"));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.Api.Containers.RemoveAsync(" ", cancel: Cancel));
        foreach (var left in new[] { id, "hale-no-network", "hale-no-program" })
        {
            try
            {
                await engine.RemoveAsync(left);
            }
            catch (ContainerEngineException none) when (none.IsMissing)
            {
                // Podman makes no container in a network that is missing.
            }
        }

        Assert.Equal(EngineTrouble.NoSuchImage, image.Trouble);
        Assert.Contains("hale-test/none:1", image.Said, StringComparison.Ordinal);
        Assert.NotNull(image.Advice);
        Assert.Equal(EngineTrouble.Conflict, twice.Trouble);
        Assert.Equal(EngineTrouble.NoSuchNetwork, network.Trouble);
        Assert.Equal(EngineTrouble.NoSuchVolume, volume.Trouble);
        Assert.Contains("no such file", program.Said, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_log_is_read_in_parts()
    {
        engine.Require();
        const string script = "i=1; while [ $i -le 5 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; printf 'no break'; printf '\\377\\376\\n' >&2; head -c 40000 /dev/zero | tr '\\0' x";
        var id = await engine.RunCommandAsync(TestEngine.Busybox, "sh", "-c", script);
        var brief = await engine.RunCommandAsync(TestEngine.Busybox, "sh", "-c", "echo one; echo two; echo three");
        await engine.EndedAsync(id);
        await engine.EndedAsync(brief);

        var all = await engine.Api.Containers.LogAsync(id, new() { Tail = null, LineBytes = 100 }, Cancel);
        var output = await engine.Api.Containers.LogAsync(id, new() { Tail = null, Error = false, LineBytes = 100 }, Cancel);
        var tail = await engine.Api.Containers.LogAsync(brief, new() { Tail = 2 }, Cancel);
        var cut = await engine.Api.Containers.LogAsync(id, new() { Tail = null, LargestBytes = 100 }, Cancel);
        var later = await engine.Api.Containers.LogAsync(id, new() { Since = DateTimeOffset.UtcNow.AddHours(1) }, Cancel);
        await engine.RemoveAsync(id);
        await engine.RemoveAsync(brief);

        Assert.Equal(["out 1", "out 2", "out 3", "out 4", "out 5"], output.Lines.Select(line => line.Text).Take(5));
        Assert.All(output.Lines, line => Assert.False(line.IsError));
        Assert.All(all.Lines, line => Assert.NotNull(line.At));
        Assert.Equal(5, all.Lines.Count(line => line.IsError && line.Text.StartsWith("err ", StringComparison.Ordinal)));
        Assert.StartsWith("no breakxxx", output.Lines[^1].Text, StringComparison.Ordinal);
        Assert.Equal(100, output.Lines[^1].Text.Length);
        Assert.Equal(["two", "three"], tail.Lines.Select(line => line.Text));
        Assert.Equal("\ufffd\ufffd", all.Lines.Last(line => line.IsError).Text);
        Assert.True(cut.IsCut);
        Assert.False(all.IsCut);
        Assert.Empty(later.Lines);
    }

    [Fact]
    public async Task A_log_with_a_terminal_is_read_and_followed_to_its_end()
    {
        engine.Require();
        var id = await engine.RunAsync(new() { Image = TestEngine.Busybox, Tty = true, Command = ["sh", "-c", "echo one; echo two >&2; sleep 1; echo three"] });

        var followed = new List<string>();
        await foreach (var line in engine.Api.Containers.FollowLogAsync(id, new() { Tail = null }, Cancel))
            followed.Add(line.Text);
        var read = await engine.Api.Containers.LogAsync(id, cancel: Cancel);
        await engine.RemoveAsync(id);

        Assert.Equal(["one", "two", "three"], followed);
        Assert.Equal(["one", "two", "three"], read.Lines.Select(line => line.Text));
    }

    [Fact]
    public async Task What_a_container_uses_is_measured()
    {
        engine.Require();
        var id = await engine.RunAsync(new() { Image = TestEngine.Busybox, Command = ["sh", "-c", "while :; do :; done"], MemoryBytes = 32 << 20 });

        ContainerStats? stats = null;
        await Until.TrueAsync(() => $"no use of the processor was measured: {stats}", async () => (stats = await engine.Api.Containers.StatsAsync(id, Cancel)).Cpus > 0.01);
        await engine.RemoveAsync(id);

        Assert.InRange(stats!.Cpus!.Value, 0.01, 4);
        Assert.InRange(stats.MemoryBytes!.Value, 1, 32 << 20);
        Assert.Equal(32 << 20, stats.MemoryLimitBytes);
        Assert.True(stats.Processes >= 1);
    }

    [Fact]
    public async Task Files_are_put_in_and_taken_out()
    {
        engine.Require();
        var volume = engine.Unique("volume");
        await engine.Api.Volumes.CreateAsync(volume, new Dictionary<string, string> { ["hale.test"] = volume }, Cancel);
        var made = await engine.Api.Containers.CreateAsync(engine.Unique(), new() { Image = TestEngine.Busybox, Mounts = [MountRecipe.Volume(volume, "/data")] }, Cancel);
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "note") { DataStream = new MemoryStream("kept"u8.ToArray()) }, Cancel);
        tar.Position = 0;

        await engine.Api.Containers.PutArchiveAsync(made.Id, "/data", tar, Cancel);
        using var back = new MemoryStream();
        var bytes = await engine.Api.Containers.GetArchiveAsync(made.Id, "/data/note", back, cancel: Cancel);
        var missing = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Containers.GetArchiveAsync(made.Id, "/data/none", Stream.Null, cancel: Cancel));
        var tooLarge = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Containers.GetArchiveAsync(made.Id, "/bin/busybox", Stream.Null, largest: 1000, Cancel));
        var inUse = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Volumes.RemoveAsync(volume, Cancel));
        var mount = Assert.Single((await engine.Api.Containers.InspectAsync(made.Id, Cancel)).Mounts);
        await engine.RemoveAsync(made.Id);
        var listed = await engine.Api.Volumes.ListAsync(EngineFilter.All.Label("hale.test", volume), Cancel);
        var there = await engine.Api.Volumes.InspectAsync(volume, Cancel);
        await engine.Api.Volumes.RemoveAsync(volume, Cancel);
        var left = await engine.Api.Volumes.ListAsync(EngineFilter.All.Label("hale.test", volume), Cancel);

        back.Position = 0;
        await using var reader = new TarReader(back);
        var entry = await reader.GetNextEntryAsync(cancellationToken: Cancel);
        Assert.Equal("kept", await new StreamReader(entry!.DataStream!).ReadToEndAsync(Cancel));
        Assert.Equal(back.Length, bytes);
        Assert.True(missing.IsMissing);
        Assert.Equal(EngineTrouble.Garbled, tooLarge.Trouble);
        Assert.Equal(EngineTrouble.Conflict, inUse.Trouble);
        Assert.Equal((volume, "/data", true), (mount.Name, mount.Destination, mount.IsWritable));
        Assert.Equal(volume, Assert.Single(listed).Name);
        Assert.Equal(volume, there.Labels["hale.test"]);
        Assert.Empty(left);
    }

    [Fact]
    public async Task In_a_network_of_their_own_containers_find_each_other_and_this_machine_reaches_them()
    {
        engine.Require();
        var (network, server) = (engine.Unique("network"), engine.Unique("server"));
        var id = await engine.Api.Networks.CreateAsync(network, new Dictionary<string, string> { ["hale.test"] = network }, cancel: Cancel);
        var web = await engine.RunAsync(new() { Image = TestEngine.Httpd, Network = network, Aliases = ["shop"], Ports = [new(80)] }, server);

        var details = await engine.Api.Containers.InspectAsync(web, Cancel);
        var endpoint = details.NetworkSettings.Networks[network];
        var published = details.NetworkSettings.Ports["80/tcp"]![0];
        using var http = new HttpClient();
        var words = "";
        await Until.TrueAsync(() => "the server had not answered", async () =>
        {
            try
            {
                words = await http.GetStringAsync($"http://{endpoint.IPAddress}/", Cancel);
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        var viaPort = await http.GetStringAsync($"http://{engine.PortsAddress}:{published.HostPort}/", Cancel);
        var members = (await engine.Api.Networks.InspectAsync(network, Cancel)).Containers;
        var looker = await engine.RunAsync(new() { Image = TestEngine.Busybox, Network = network, Command = ["nslookup", "-type=a", "shop"] });
        var looked = await engine.EndedAsync(looker);
        var found = await engine.Api.Containers.LogAsync(looker, cancel: Cancel);
        var twice = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Networks.CreateAsync(network, cancel: Cancel));
        var bridge = (await engine.Api.Networks.ListAsync(cancel: Cancel)).First(each => each.Name != network && each.Driver == "bridge");
        await engine.Api.Networks.ConnectAsync(bridge.Id, web, cancel: Cancel);
        var both = (await engine.Api.Containers.InspectAsync(web, Cancel)).NetworkSettings.Networks.Count;
        await engine.Api.Networks.DisconnectAsync(bridge.Id, web, cancel: Cancel);
        await engine.RemoveAsync(looker);
        await engine.RemoveAsync(web);
        var listed = await engine.Api.Networks.ListAsync(EngineFilter.All.Label("hale.test", network), Cancel);
        await engine.Api.Networks.RemoveAsync(network, Cancel);
        var gone = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Networks.InspectAsync(network, Cancel));

        Assert.Equal("ok\n", words);
        Assert.Equal("ok\n", viaPort);
        Assert.Equal(server, members[web].Name);
        Assert.Equal(0, looked.State.ExitCode);
        Assert.Contains(found.Lines, line => line.Text.Contains(endpoint.IPAddress, StringComparison.Ordinal));
        Assert.Equal(EngineTrouble.Conflict, twice.Trouble);
        Assert.Equal(2, both);
        Assert.Equal(id, Assert.Single(listed).Id);
        Assert.Equal(EngineTrouble.NoSuchNetwork, gone.Trouble);
    }

    [Fact]
    public async Task Images_are_imported_listed_and_removed_and_one_that_cannot_be_pulled_says_why()
    {
        engine.Require();

        await engine.Api.Images.ImportAsync("hale-test/extra:2", SmallImage.Tar(("www/index.html", "extra")), ["CMD [\"/bin/true\"]", "LABEL colour=red", "EXPOSE 8080"], Cancel);
        var extra = await engine.Api.Images.InspectAsync("hale-test/extra:2", Cancel);
        var listed = await engine.Api.Images.ListAsync(cancel: Cancel);
        await engine.Api.Images.TagAsync(extra.Id, "hale-test/renamed:3", Cancel);
        var isThere = await engine.Api.Images.ExistsAsync("hale-test/renamed:3", Cancel);
        await engine.Api.Images.RemoveAsync("hale-test/renamed:3", cancel: Cancel);
        await engine.Api.Images.RemoveAsync("hale-test/extra:2", cancel: Cancel);
        var isLeft = await engine.Api.Images.ExistsAsync("hale-test/extra:2", Cancel);
        // No such registry: the port of the discard service on this machine.
        var pull = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Images.PullAsync("127.0.0.1:9/hale/none:1", cancel: Cancel));

        Assert.Equal(["/bin/true"], extra.Config.Cmd);
        Assert.Equal("red", extra.Config.Labels["colour"]);
        Assert.Contains("8080/tcp", extra.Config.ExposedPorts.Keys);
        Assert.Contains(listed, image => image.Id == extra.Id && image.RepoTags.Any(tag => tag.EndsWith("hale-test/extra:2", StringComparison.Ordinal)));
        Assert.True(isThere);
        Assert.False(isLeft);
        Assert.Contains("127.0.0.1:9", pull.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_tell_a_life_as_it_happens_and_afterwards()
    {
        engine.Require();
        var name = engine.Unique("events");
        var since = DateTimeOffset.UtcNow.AddSeconds(-1);

        var live = new List<EngineEvent>();
        string id;
        await using (var stream = await engine.Api.ListenAsync(new() { Filter = EngineFilter.All.With("type", "container").With("container", name) }, Cancel))
        {
            id = await engine.RunAsync(new() { Image = TestEngine.Busybox, Command = ["sh", "-c", "exit 3"] }, name);
            await foreach (var happened in stream.ReadAsync(Cancel))
            {
                live.Add(happened);
                if (happened.Action == "die")
                    break;
            }
        }
        await engine.EndedAsync(id);
        var afterwards = new List<string>();
        await using (var stream = await engine.Api.ListenAsync(new() { Since = since, Until = DateTimeOffset.UtcNow.AddSeconds(1), Filter = EngineFilter.All.With("type", "container").With("container", name) }, Cancel))
        {
            await foreach (var happened in stream.ReadAsync(Cancel))
                afterwards.Add(happened.Action);
        }
        await engine.RemoveAsync(id);

        Assert.Equal("die", live[^1].Action);
        Assert.Equal(id, live[^1].Id);
        Assert.Equal(name, live[^1].Attributes["name"]);
        Assert.Contains(live, happened => happened.Action == "start");
        Assert.InRange(live[^1].At, since, DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Contains("start", afterwards);
        Assert.Contains("die", afterwards);
    }
}

/// <summary>Against Docker.</summary>
[Collection(nameof(DockerEngine))]
public sealed class DockerClientTests(DockerEngine engine) : EngineClientTests(engine)
{
    [Fact]
    public async Task What_docker_saved_is_loaded()
    {
        engine.Require();
        var tar = Path.Combine(engine.Folder, "saved.tar");
        var saved = await Packaging.Shell.RunAsync("docker", "-H", engine.Host, "save", "-o", tar, TestEngine.Busybox);
        Assert.True(saved.ExitCode == 0, saved.ToString());

        await using var file = File.OpenRead(tar);
        var loaded = await engine.Api.Images.LoadAsync(file, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Api.Images.LoadAsync(new MemoryStream(Encoding.ASCII.GetBytes("no tar")), TestContext.Current.CancellationToken));

        Assert.Equal([TestEngine.Busybox], loaded);
    }

    [Fact]
    public async Task A_health_check_of_its_own_is_shown()
    {
        engine.Require();
        var id = await engine.RunAsync(new()
        {
            Image = TestEngine.Busybox,
            Command = ["sleep", "1000"],
            HealthCheck = HealthCheckRecipe.Of(["/bin/sh", "-c", "echo not well; exit 1"], TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), retries: 1),
        });

        ContainerHealth? health = null;
        await Until.TrueAsync(() => $"it had not become unhealthy: {health}", async () => (health = (await engine.Api.Containers.InspectAsync(id)).State.Health)?.Status == "unhealthy");
        await engine.RemoveAsync(id);

        Assert.True(health!.FailingStreak > 0);
        Assert.Equal("not well\n", health.Log[^1].Output);
    }
}

/// <summary>Against Podman.</summary>
[Collection(nameof(PodmanEngine))]
public sealed class PodmanClientTests(PodmanEngine engine) : EngineClientTests(engine);
