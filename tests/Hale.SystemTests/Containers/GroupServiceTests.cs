using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Containers;

/// <summary>The daemon and groups: over HTTP, and what it takes away by itself.</summary>
[Collection(nameof(DockerEngine))]
public sealed class GroupServiceTests(DockerEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_is_brought_up_shown_and_taken_down_over_http()
    {
        engine.Require();
        await using var groups = new TestGroups(engine);
        await using var run = new HaleRun($"hale: {{ listen: off, containers: {{ engine: \"{engine.Host}\", groups: [job.yaml] }} }}\ntargets: {{ root: {{ checks: {{ disk: {{ path: / }} }} }} }}");
        run.Write("job.yaml", $"members: {{ web: {{ image: \"{TestEngine.Httpd}\", port: 80, path: /, grace: 0s }} }}");
        await run.StartAsync();
        using var http = Client(run);
        var session = Uri.EscapeDataString(groups.Session);

        var up = await PostAsync(http, $"/api/v1/groups/job/up?session={session}");
        Assert.True(up.GetProperty("ready").GetBoolean(), up.ToString());
        Assert.EndsWith(":80", up.GetProperty("members")[0].GetProperty("endpoint").GetString());
        var listed = JsonDocument.Parse(await http.GetStringAsync("/api/v1/groups", Cancel)).RootElement;
        Assert.Equal("job", listed.GetProperty("names")[0].GetString());
        Assert.Contains(listed.GetProperty("groups").EnumerateArray(), group => group.GetProperty("session").GetString() == groups.Session);
        var down = await PostAsync(http, $"/api/v1/groups/down?session={session}");
        Assert.Equal(["member web", "network default"], down.GetProperty("groups")[0].GetProperty("removed").EnumerateArray().Select(text => text.GetString()));
        Assert.Empty(await groups.ThingsAsync());
        Assert.Contains(await run.HistoryAsync(), entry => entry.Kind == "audit" && entry.Text.Contains("/up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_daemon_takes_forgotten_groups_away_and_says_so()
    {
        await using var forgotten = new TestGroups(engine);
        await using var wanted = new TestGroups(engine);
        await forgotten.ReadyAsync(forgotten.Of(TestGroups.Web("web")) with { Lease = TimeSpan.FromMilliseconds(1) });
        await wanted.ReadyAsync(wanted.Of(TestGroups.Web("web")) with { Lease = TimeSpan.FromHours(1) });
        await using var run = new HaleRun($"hale: {{ listen: off, containers: {{ engine: \"{engine.Host}\", collect: 1s }} }}\ntargets: {{ root: {{ checks: {{ disk: {{ path: / }} }} }} }}");
        await run.StartAsync();
        await Until.TrueAsync(() => "the forgotten group was not taken away", async () => (await forgotten.ThingsAsync()).Count == 0);
        await Until.TrueAsync(
            () => "the history did not tell of it",
            async () => (await run.HistoryAsync()).Any(entry => entry.Text.Contains($"of session {forgotten.Session}: member web, network default", StringComparison.Ordinal)));
        Assert.Equal(3, (await wanted.ThingsAsync()).Count);
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path)
    {
        using var body = new StringContent("", Encoding.UTF8);
        using var response = await http.PostAsync(path, body, Cancel);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel)).RootElement;
    }

    private static HttpClient Client(HaleRun run) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(run.At(".hale/hale.sock")), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    }) { BaseAddress = new Uri("http://hale"), Timeout = Until.Limit };
}
