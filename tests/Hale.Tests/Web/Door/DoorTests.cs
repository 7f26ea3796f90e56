using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hale.Core.Model;
using Hale.Core.Sessions;
using Hale.Sessions;
using Hale.Tests.Config;
using Hale.Tests.Sessions;
using Hale.Tests.Web.Api;
using Hale.Web.Door;
using Xunit;

namespace Hale.Tests.Web.Door;

public sealed partial class DoorTests : IAsyncLifetime
{
    private readonly SessionRig rig = new();
    private BrokenStore store = null!;
    private DoorHost host = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        store = new BrokenStore(rig.Store);
        await rig.PlanAsync("s", "teacher", "student");
        await OpenAsync(new DoorOptions { Look = TimeSpan.FromMilliseconds(20) });
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
        await rig.DisposeAsync();
    }

    private async Task OpenAsync(DoorOptions options)
    {
        host = await DoorHost.StartAsync(store, "127.0.0.1:0", options, Cancel);
        client = new HttpClient { BaseAddress = host.Address };
    }

    private async Task<(HttpStatusCode Status, JsonElement Body, TimeSpan? Again)> JoinAsync(string path)
    {
        using var response = await client.GetAsync($"join/{path}", Cancel);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(Cancel), response.Headers.RetryAfter?.Delta);
    }

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private async Task BothAreHealthyAsync()
    {
        await rig.Reporter("teacher").HealthyAsync(Cancel);
        await rig.Reporter("student").HealthyAsync(Cancel);
    }

    [Fact]
    public async Task Who_waits_is_told_how_far_it_is_and_the_first_who_enters_puts_the_session_in_progress()
    {
        var launched = await JoinAsync("s/student");
        Assert.Equal((HttpStatusCode.Accepted, TimeSpan.FromSeconds(2)), (launched.Status, launched.Again));
        var student = rig.Reporter("student");
        await student.WarmingAsync("rehearsal 2 of 5", 0.4, Cancel);
        var warming = await JoinAsync("s/student");
        Assert.Equal((HttpStatusCode.Accepted, "wait", "rehearsal 2 of 5", 0.4), (warming.Status, Text(warming.Body, "state"), Text(warming.Body, "stage"), warming.Body.GetProperty("progress").GetDouble()));
        await student.HealthyAsync(Cancel);
        Assert.Equal("waiting for teacher: launched, with an address", Text((await JoinAsync("s/student")).Body, "stage"));
        await rig.Reporter("teacher").HealthyAsync(Cancel);
        Assert.Equal(SessionStatus.Healthy, (await rig.RowAsync()).Status);
        var open = await JoinAsync("s/student");
        Assert.Equal((HttpStatusCode.OK, "open", $"{SessionRig.Link}/student"), (open.Status, Text(open.Body, "state"), Text(open.Body, "link")));
        var row = await rig.RowAsync();
        Assert.Equal(SessionStatus.InProgress, row.Status);
        Assert.NotNull(row.AdmittedAt);
        Assert.Equal(HttpStatusCode.OK, (await JoinAsync("s/teacher")).Status);
        Assert.Equal(row.Version, (await rig.RowAsync()).Version);
        await rig.Store.ApplyAsync("s", new Terminate("SUCCESS"), TimeProvider.System, Cancel);
        Assert.Equal(HttpStatusCode.Gone, (await JoinAsync("s/teacher")).Status);
    }

    [Fact]
    public async Task A_failure_is_told_with_its_reason_and_without_its_log()
    {
        await rig.Reporter("teacher").UnhealthyAsync("evidence", "no file grew", "a secret line", Cancel);
        var failed = await JoinAsync("s/student");
        Assert.Equal((HttpStatusCode.Conflict, "The machine of teacher did not become ready: evidence: no file grew"), (failed.Status, Text(failed.Body, "detail")));
        Assert.DoesNotContain("secret", failed.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_always_answered_the_same()
    {
        var bodies = new HashSet<string>();
        foreach (var path in (string[])["s/nobody", "ghost/student", "s/no%20role", $"{new string('x', 300)}/student", "ghost/student?wait=30s"])
        {
            var (status, body, _) = await JoinAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, status);
            bodies.Add(body.GetRawText());
        }
        Assert.Single(bodies);
        using var stream = await client.GetAsync("join/ghost/student/events", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, stream.StatusCode);
        using var list = await client.GetAsync("join", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, list.StatusCode);
    }

    [Fact]
    public async Task Nobody_is_let_in_while_the_store_cannot_be_read_or_written()
    {
        await BothAreHealthyAsync();
        store.Failures = 1;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await JoinAsync("s/student")).Status);
        store.IsReadOnly = true;
        var refused = await JoinAsync("s/student");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.NotNull(refused.Again);
        Assert.Null(Text(refused.Body, "link"));
        Assert.Equal(SessionStatus.Healthy, (await rig.RowAsync()).Status);
        store.IsReadOnly = false;
        // Written, and the answer was lost: the next one who asks finds the session in progress.
        store.LosesAnswers = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await JoinAsync("s/student")).Status);
        Assert.Equal(SessionStatus.InProgress, (await rig.RowAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await JoinAsync("s/student")).Status);
    }

    [Fact]
    public async Task A_long_poll_is_answered_when_there_is_something_to_tell()
    {
        var waiting = JoinAsync("s/student?wait=60s");
        await rig.Reporter("teacher").HealthyAsync(Cancel);
        Assert.False(waiting.IsCompleted);
        await rig.Reporter("student").HealthyAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, (await waiting).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await JoinAsync("s/student?wait=soon")).Status);
    }

    [Fact]
    public async Task A_long_poll_ends_with_its_time_and_nobody_is_read_any_more()
    {
        Assert.Equal(HttpStatusCode.Accepted, (await JoinAsync("s/student?wait=100ms")).Status);
        var calls = 0;
        await Testing.Eventually.HoldsAsync(() => calls == (calls = store.Calls) && calls > 1, "the reading has ended");
    }

    [Fact]
    public async Task More_than_so_many_do_not_wait()
    {
        client.Dispose();
        await host.DisposeAsync();
        await OpenAsync(new DoorOptions { MostWaiting = 1, MostStreams = 0, Look = TimeSpan.FromMilliseconds(20), Rate = new Budget(20, TimeSpan.FromHours(1)) });
        var first = JoinAsync("s/student?wait=60s");
        await Testing.Eventually.HoldsAsync(() => store.Calls > 3, "the first one waits");
        Assert.Equal(HttpStatusCode.Accepted, (await JoinAsync("s/student?wait=60s")).Status);
        using (var stream = await client.GetAsync("join/s/student/events", Cancel))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, stream.StatusCode);
        Assert.False(first.IsCompleted);
        var many = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
            many.Add((await JoinAsync("s/student")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, many[^1]);
        await BothAreHealthyAsync();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
    }

    [Fact]
    public async Task The_stream_tells_each_change_lets_nobody_in_and_ends_with_the_session()
    {
        using var response = await client.GetAsync("join/s/student/events", HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        await NextAsync("wait", "launched");
        var student = rig.Reporter("student");
        await student.WarmingAsync("rehearsal 1", 0.5, Cancel);
        await NextAsync("wait", "rehearsal 1");
        await student.UnhealthyAsync("evidence", "no file grew", "", Cancel);
        await NextAsync("failed", "no file grew");
        store.Failures = 3;
        await NextAsync("unavailable", "cannot be told");
        await NextAsync("failed", "no file grew");
        await rig.Store.ApplyAsync("s", new Terminate("NO_SHOW"), TimeProvider.System, Cancel);
        Assert.Contains("The session is over", await NextAsync("ended", ""), StringComparison.Ordinal);
        Assert.Null(await reader.ReadLineAsync(Cancel));

        // Events in between may be passed over: a look sees how things stand.
        async Task<string> NextAsync(string name, string part)
        {
            while (await reader.ReadLineAsync(Cancel) is { } line)
            {
                if (line != $"event: {name}" || await reader.ReadLineAsync(Cancel) is not { } data)
                    continue;
                Assert.DoesNotContain("link", data, StringComparison.Ordinal);
                if (data.Contains(part, StringComparison.Ordinal))
                    return data;
            }
            throw new InvalidOperationException($"the stream ended before {name}: {part}");
        }
    }

    [Fact]
    public async Task A_page_is_for_people_lets_nobody_in_by_itself_and_loads_nothing()
    {
        await BothAreHealthyAsync();
        using var response = await PageAsync("s/student");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(SessionStatus.Healthy, (await rig.RowAsync()).Status);
        var html = await response.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotMatch("(?i)(src|href)\\s*=\\s*[\"']?(https?:)?//", html);
        Assert.DoesNotContain("student", html, StringComparison.Ordinal);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        foreach (var inline in Inline().Matches(html).Select(match => match.Groups[1].Value))
            Assert.Contains($"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline)))}", policy, StringComparison.Ordinal);
        Assert.Equal(2, Inline().Count(html));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));

        using var unknown = await PageAsync("ghost/student");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(html, await unknown.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task The_script_of_the_page_opens_the_web_only_and_knows_every_answer()
    {
        var script = Path.Combine(CorpusFiles.Repository, "src/Hale.Web/Door/door.js");
        const string ask = """
            const run = new Function(require('fs').readFileSync(process.argv[1], 'utf8') + '; return read;');
            const read = run();
            const out = [
              read(200, { link: 'https://desk.example:8443/x' }).link,
              ...['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '//host', '', null, 7].map(link => read(200, { link }).link),
              read(202, { stage: 'rehearsal 1', progress: 0.5 }, '2'),
              read(202, { detail: 'waiting' }).detail,
              read(404, {}).again, read(410, {}).again, read(409, { detail: 'no file' }).detail, read(409, {}, '2').again,
              read(503, { detail: 'cannot tell' }, '3').again, read(429, {}, '999').again, read(500, { detail: 5 }).detail];
            console.log(JSON.stringify(out));
            """;
        var (exitCode, output) = await Npm.RunAsync(CorpusFiles.Repository, "node", ["-e", ask, script], Cancel);
        Assert.True(exitCode == 0, output);
        Assert.Equal(
            """["https://desk.example:8443/x",null,null,null,null,null,null,null,{"title":"Getting ready","detail":"rehearsal 1","progress":0.5,"link":null,"again":0},"waiting",null,null,"no file",10,3,60,""]""",
            output.Trim());
    }

    private async Task<HttpResponseMessage> PageAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"join/{path}");
        request.Headers.Add("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        return await client.SendAsync(request, Cancel);
    }

    [GeneratedRegex("<(?:style|script)>(.*?)</(?:style|script)>", RegexOptions.Singleline)]
    private static partial Regex Inline();
}
