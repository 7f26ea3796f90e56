using Hale.Containers.Groups;
using Hale.Core.Containers;

namespace Hale.SystemTests.Containers;

/// <summary>Groups on Podman, whose API differs where it is not looked at.</summary>
[Collection(nameof(PodmanEngine))]
public sealed class GroupPodmanTests(PodmanEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_comes_up_is_kept_and_goes_down_without_a_trace()
    {
        await using var groups = new TestGroups(engine);
        groups.Write("index.html", "from the folder\n");
        var spec = groups.Of(
            TestGroups.Web("web") with { Command = ["httpd", "-f", "-p", "80", "-h", "/data"], Mounts = [new("data", null, "/data", true)], DependsOn = ["base"] },
            TestGroups.Web("base")) with { Volumes = [new("data") { Seed = new() { Folder = groups.Folder } }] };
        var first = await groups.ReadyAsync(spec);
        using var http = new HttpClient();
        Assert.Equal("from the folder\n", await http.GetStringAsync(first.Members[0].Url, Cancel));
        var second = await groups.ReadyAsync(spec);
        Assert.Equal(first.Members.Select(member => member.Id), second.Members.Select(member => member.Id));
        await ContainerGroups.DownAsync(groups.Session, groups.Options, cancel: Cancel);
        Assert.Empty(await groups.ThingsAsync());
    }

    [Fact]
    public async Task A_failure_takes_back_what_was_made()
    {
        await using var groups = new TestGroups(engine);
        var report = await groups.EnsureAsync(groups.Of(TestGroups.Web("web"), TestGroups.Shell("bad", "echo not today; exit 7") with { Port = 80, Probe = new() { Kind = ContainerGroupProbeKind.Tcp } }));
        Assert.False(report.IsReady);
        Assert.StartsWith("bad: ", report.Reason);
        Assert.Contains("not today", report.Reason);
        Assert.Empty(await groups.ThingsAsync());
    }
}
