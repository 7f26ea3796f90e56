using Hale.Containers;
using Hale.Containers.Groups;
using Hale.Core.Containers;

namespace Hale.SystemTests.Containers;

/// <summary>Volumes of groups: filled completely, or not there.</summary>
[Collection(nameof(DockerEngine))]
public sealed class GroupVolumeTests(DockerEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ContainerGroupMember Reader => TestGroups.Web("reader", "/") with
    {
        Command = ["httpd", "-f", "-p", "80", "-h", "/data"], Mounts = [new("data", null, "/data", true)], Probe = new() { Kind = ContainerGroupProbeKind.Tcp },
    };

    [Fact]
    public async Task A_volume_is_filled_from_a_folder_an_image_or_by_a_command()
    {
        await using var groups = new TestGroups(engine);
        Directory.CreateDirectory(Path.Combine(groups.Folder, "seed/deep/er"));
        groups.Write("seed/deep/er/text", "from the folder\n");
        ContainerGroupMember Of(string name, string volume) => new(name) { Image = TestEngine.Httpd, Port = 80, Command = Reader.Command, Mounts = [new(volume, null, "/data", true)], Probe = Reader.Probe, Grace = TimeSpan.Zero };
        var report = await groups.ReadyAsync(groups.Of(Of("a", "folder"), Of("b", "image"), Of("c", "command")) with
        {
            Volumes =
            [
                new("folder") { Seed = new() { Folder = Path.Combine(groups.Folder, "seed") } },
                new("image") { Seed = new() { Image = TestEngine.Httpd, Path = "/www/" } },
                new("command") { Seed = new() { Image = TestEngine.Busybox, Path = "/out", Command = ["sh", "-c", "mkdir /out/x; echo from the command > /out/x/y"] } },
            ],
        });
        using var http = new HttpClient();
        Assert.Equal("from the folder\n", await http.GetStringAsync(new Uri(report.Members[0].Url!, "deep/er/text"), Cancel));
        Assert.Equal("ok\n", await http.GetStringAsync(new Uri(report.Members[1].Url!, "index.html"), Cancel));
        Assert.Equal("from the command\n", await http.GetStringAsync(new Uri(report.Members[2].Url!, "x/y"), Cancel));
        Assert.DoesNotContain(await groups.ThingsAsync(), thing => thing.StartsWith("seeder", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_volume_whose_filling_fails_is_not_there_and_its_last_words_are_told()
    {
        await using var groups = new TestGroups(engine);
        var report = await groups.EnsureAsync(groups.Of(Reader) with
        {
            Volumes = [new("data") { Seed = new() { Image = TestEngine.Busybox, Path = "/out", Command = ["sh", "-c", "echo half > /out/half; echo disk on fire; exit 9"] } }],
        });
        Assert.False(report.IsReady);
        Assert.Contains("volume data: filling it: its command ended with exit code 9, having said: disk on fire", report.Reason);
        Assert.Empty(await groups.ThingsAsync());
    }

    [Fact]
    public async Task A_folder_that_is_missing_fails_the_filling()
    {
        await using var groups = new TestGroups(engine);
        var report = await groups.EnsureAsync(groups.Of(Reader) with { Volumes = [new("data") { Seed = new() { Folder = "/nowhere/at/all" } }] });
        Assert.Contains("volume data: filling it: ", report.Reason);
        Assert.Contains("/nowhere/at/all", report.Reason);
        Assert.Empty(await groups.ThingsAsync());
    }

    [Fact]
    public async Task A_half_filled_volume_of_a_dead_run_is_made_anew()
    {
        await using var groups = new TestGroups(engine);
        groups.Write("index.html", "whole\n");
        var volume = new ContainerGroupVolume("data") { Seed = new() { Folder = groups.Folder } };
        engine.Require();
        // As a run leaves it that is killed before the mark is made, and whose hold somebody has pruned.
        var labels = ContainerGroupLabels.Of(groups.Session, ContainerGroupRole.Volume, "0123456789ab", "data");
        labels[ContainerGroupLabels.Recipe] = ContainerGroupRecipe.Of(volume);
        await groups.Api.Volumes.CreateAsync(ContainerGroupNames.Volume(groups.Session, "data"), labels, Cancel);
        var report = await groups.ReadyAsync(groups.Of(Reader) with { Volumes = [volume] });
        using var http = new HttpClient();
        Assert.Equal("whole\n", await http.GetStringAsync(new Uri(report.Members[0].Url!, "index.html"), Cancel));
    }

    [Fact]
    public async Task A_kept_volume_outlives_its_group_with_what_is_in_it()
    {
        await using var groups = new TestGroups(engine);
        var writer = TestGroups.Shell("writer", "[ -e /data/old ] && touch /data/older; touch /data/old; httpd -f -p 80 -h /data") with
        {
            Image = TestEngine.Httpd, Port = 80, Mounts = [new("data", null, "/data", false)], Probe = new() { Kind = ContainerGroupProbeKind.Tcp },
        };
        var spec = groups.Of(writer) with { Volumes = [new("data") { IsKept = true }, new("scratch")] };
        await groups.ReadyAsync(spec);
        var down = await ContainerGroups.DownAsync(groups.Session, groups.Options, cancel: Cancel);
        Assert.Equal(["data"], down.Kept);
        Assert.Equal(["filled data", "volume data"], await groups.ThingsAsync());
        var report = await groups.ReadyAsync(spec);
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(report.Members[0].Url!, "older"), Cancel);
        Assert.True(answer.IsSuccessStatusCode);
        await ContainerGroups.DownAsync(groups.Session, groups.Options, withKept: true, Cancel);
        Assert.Empty(await groups.ThingsAsync());
    }
}
