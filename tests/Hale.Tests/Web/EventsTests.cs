using System.Net;
using System.Text.Json;
using Hale.Config;
using Hale.Running;
using Hale.Testing;
using Hale.Web.Access;
using Hale.Web.Contract;
using Hale.Web.Endpoints;
using Hale.Web.Hosting;
using Xunit;

namespace Hale.Tests.Web;

public sealed class EventsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static void Happen(WebFixture web, string kind, string? target, string text)
    {
        web.Daemon.Record(kind, target, text);
        web.Daemon.Publish(world => world);
    }

    [Fact]
    public async Task Each_entry_of_the_history_is_an_event_with_its_number()
    {
        await using var web = await WebFixture.StartAsync();
        Happen(web, "life", "web", "before the stream");
        foreach (var path in (string[])["/events", "/api/v1/events"])
        {
            using var stream = await EventReader.OpenAsync(web.Port, path);
            await stream.ReadAsync();
            Happen(web, "transition", "web", "Ok -> Impaired: gone\nand two lines");
            var (name, id, data) = Assert.Single(await stream.TakeAsync(1));
            var entry = JsonSerializer.Deserialize(data, WireJson.Default.HistoryEntryDto)!;
            Assert.Equal(("transition", id, "web", "Ok -> Impaired: gone\nand two lines"), (name, entry.Id, entry.Target, entry.Text));
            Assert.Contains("Content-Type: text/event-stream", stream.Head);
            Assert.Contains("no-store", stream.Head);
        }
    }

    [Fact]
    public async Task Behind_an_id_it_goes_on_and_the_header_stands_above_the_address()
    {
        await using var web = await WebFixture.StartAsync();
        for (var i = 1; i <= 5; i++)
            Happen(web, "life", "web", $"event {i}");
        using var byAddress = await EventReader.OpenAsync(web.Port, "/events?after=2");
        Assert.Equal([3, 4, 5], (await byAddress.TakeAsync(3)).Select(each => each.Id!.Value));
        using var byHeader = await EventReader.OpenAsync(web.Port, "/events?after=2", "Last-Event-ID: 4\r\n");
        Assert.Equal(5, Assert.Single(await byHeader.TakeAsync(1)).Id);
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_told()
    {
        await using var web = await WebFixture.StartAsync();
        using var stream = await EventReader.OpenAsync(web.Port, "/events?target=web&kind=life,order&after=0");
        await stream.ReadAsync();
        for (var i = 0; i < 3; i++)
        {
            Happen(web, "life", "backup", "another target");
            Happen(web, "check", "web", "another kind");
            Happen(web, "life", "web", "asked for");
        }
        Assert.Equal([3, 6, 9], (await stream.TakeAsync(3)).Select(each => each.Id!.Value));
    }

    [Fact]
    public async Task A_snapshot_comes_first_if_asked_for_and_has_the_place_to_go_on_from()
    {
        await using var web = await WebFixture.StartAsync();
        Happen(web, "life", "web", "old");
        using var stream = await EventReader.OpenAsync(web.Port, "/events?snapshot=true&target=web");
        await stream.TakeAsync(0);
        var (name, id, data) = (await stream.TakeAsync(1))[0];
        Assert.Equal(("snapshot", 1), (name, id));
        Assert.Equal("web", Assert.Single(JsonSerializer.Deserialize(data, WireJson.Default.StatusDto)!.Targets).Name);
        Happen(web, "life", "web", "new");
        Assert.Equal(("life", 2), (await stream.TakeAsync(1)).Select(each => (each.Name, each.Id)).Single());
    }

    [Theory]
    [InlineData("/events?after=x", "")]
    [InlineData("/events?kind=lives", "")]
    [InlineData("/events?since=1", "")]
    [InlineData("/events?snapshot=yes", "")]
    [InlineData("/events", "Last-Event-ID: last\r\n")]
    public async Task A_request_that_is_not_understood_is_refused(string path, string header)
    {
        await using var web = await WebFixture.StartAsync();
        using var stream = await EventReader.OpenAsync(web.Port, path, header);
        while (await stream.ReadAsync())
            continue;
        Assert.StartsWith("HTTP/1.1 400", stream.Head);
    }

    [Fact]
    public async Task A_place_that_the_history_does_not_have_is_said_to_be_a_reset()
    {
        await using var web = await WebFixture.StartAsync();
        Happen(web, "life", "web", "the only one");
        using var stream = await EventReader.OpenAsync(web.Port, "/events", "Last-Event-ID: 4711\r\n");
        Assert.Equal(("reset", 1), (await stream.TakeAsync(1)).Select(each => (each.Name, each.Id)).Single());
        Happen(web, "life", "web", "the next");
        Assert.Equal(2, Assert.Single(await stream.TakeAsync(1)).Id);
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_said_to_be_a_gap()
    {
        await using var web = await WebFixture.StartAsync();
        for (var i = 1; i <= 10; i++)
            Happen(web, "life", "web", $"event {i}");
        web.Daemon.Forget(before: 7);
        using var stream = await EventReader.OpenAsync(web.Port, "/events?after=3");
        Assert.Equal([("gap", 6L), ("life", 7L), ("life", 8L), ("life", 9L), ("life", 10L)], (await stream.TakeAsync(5)).Select(each => (each.Name, each.Id!.Value)));
    }

    [Fact]
    public async Task Silence_is_broken_by_a_comment()
    {
        var time = new ManualTime();
        await using var web = await WebFixture.StartAsync(time: time);
        using var stream = await EventReader.OpenAsync(web.Port, "/events");
        await stream.ReadAsync();
        using var advancing = new CancellationTokenSource();
        var clock = Task.Run(async () =>
        {
            while (!advancing.IsCancellationRequested)
            {
                time.Advance(EventStream.Silence);
                await Task.Delay(20, Cancel);
            }
        }, Cancel);
        while (stream.Comments == 0)
        {
            Assert.True(await stream.ReadAsync());
            Assert.Empty(stream.Take());
        }
        await advancing.CancelAsync();
        await clock;
    }

    [Fact]
    public async Task More_streams_than_there_are_places_are_turned_away_and_a_place_becomes_free()
    {
        await using var web = await WebFixture.StartAsync();
        var streams = new List<EventReader>();
        for (var i = 0; i < StreamSlots.MostOverTcp; i++)
        {
            streams.Add(await EventReader.OpenAsync(web.Port, "/events"));
            await streams[i].ReadAsync();
        }
        using (var refused = await web.Tcp.GetAsync("/events", Cancel))
        {
            await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(refused.Headers.RetryAfter);
        }
        using (var operators = await web.Socket.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, Cancel))
            Assert.Equal(HttpStatusCode.OK, operators.StatusCode);
        streams[3].Dispose();
        var status = HttpStatusCode.ServiceUnavailable;
        for (var tries = 0; tries < 300 && status != HttpStatusCode.OK; tries++)
        {
            using var again = await web.Tcp.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, Cancel);
            status = again.StatusCode;
            await Task.Delay(100, Cancel);
        }
        Assert.Equal(HttpStatusCode.OK, status);
        streams.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task When_Hale_stops_a_stream_ends_with_a_word()
    {
        var web = await WebFixture.StartAsync();
        using var stream = await EventReader.OpenAsync(web.Port, "/events");
        await stream.ReadAsync();
        var stopping = web.DisposeAsync();
        Assert.Equal("end", Assert.Single(await stream.TakeAsync(1)).Name);
        while (await stream.ReadAsync())
            continue;
        await stopping;
    }

    [Fact]
    public async Task A_connection_killed_at_any_point_resumes_with_nothing_missing_and_nothing_double()
    {
        using var scratch = new Scratch();
        var text = $"hale: {{ state: {scratch["state"]}, listen: \"127.0.0.1:0\", rate: 100000 per 1s }}\ntargets: {{ host: {{ checks: {{ disk: {{ path: / }} }} }} }}";
        var loaded = new SpecLoader().LoadText(text, "hale.yaml", scratch.Path, _ => null);
        await using var daemon = await Daemon.StartAsync(loaded.Plan!, TimeProvider.System, Cancel);
        await using var host = await WebHost.StartAsync(daemon, loaded.Plan!.Daemon, TimeProvider.System, Cancel);
        const int count = 2000;
        var writing = Task.Run(async () =>
        {
            var random = new Random(11);
            for (var i = 0; i < count;)
            {
                var burst = Enumerable.Range(i, Math.Min(random.Next(1, 60), count - i)).Select(n => daemon.AuditAsync(null, $"n={n} {new string('é', random.Next(200))}", Cancel)).ToArray();
                i += burst.Length;
                await Task.WhenAll(burst);
            }
        }, Cancel);

        var kills = 0;
        var chance = new Random(7);
        var told = new List<(string Name, long? Id, string Data)>();
        var audits = 0;
        while (audits < count)
        {
            var path = told.Count == 0 ? "/events?after=0" : "/events";
            using var stream = await EventReader.OpenAsync(host.Address!.Port, path, told.Count == 0 ? "" : $"Last-Event-ID: {told[^1].Id}\r\n");
            // At any byte: within the head, an id, a letter of two bytes, or between two events.
            for (var left = chance.Next(1, 20_000); left > 0 && audits < count;)
            {
                var most = Math.Min(left, chance.Next(1, 3000));
                Assert.True(await stream.ReadAsync(most));
                left -= most;
                var events = stream.Take();
                told.AddRange(events);
                audits += events.Count(each => each.Name == "audit");
            }
            kills++;
        }
        await writing;

        Assert.Equal(Enumerable.Range(1, told.Count).Select(id => (long?)id), told.Select(each => each.Id));
        Assert.Equal(
            Enumerable.Range(0, count).Select(n => $"n={n}"),
            told.Where(each => each.Name == "audit").Select(each => JsonSerializer.Deserialize(each.Data, WireJson.Default.HistoryEntryDto)!.Text.Split(' ')[0]));
        Assert.True(kills > 20, $"only {kills} connections were killed");
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_cut_off_and_resumes_without_a_gap()
    {
        var time = new ManualTime();
        await using var web = await WebFixture.StartAsync(time: time);
        const int count = 20_000;
        for (var i = 0; i < count; i++)
            web.Daemon.Record("life", "web", $"event {i} {new string('x', 1000)}");
        using var slow = await EventReader.OpenAsync(web.Port, "/events?after=0");
        using var advancing = new CancellationTokenSource();
        var clock = Task.Run(async () =>
        {
            while (!advancing.IsCancellationRequested)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(10, Cancel);
            }
        }, Cancel);
        // Some megabytes are on their way in the buffers of both sides; then nothing moves, until its time is over.
        await Eventually.HoldsAsync(() => slow.IsCutOff, "it was cut off");
        await advancing.CancelAsync();
        await clock;

        var told = new List<long>();
        while (await slow.ReadAsync())
            told.AddRange(slow.Take().Select(each => each.Id!.Value));
        Assert.InRange(told.Count, 0, count - 1);
        using var again = await EventReader.OpenAsync(web.Port, "/events?after=0", told.Count == 0 ? "" : $"Last-Event-ID: {told[^1]}\r\n");
        told.AddRange((await again.TakeAsync(count - told.Count)).Select(each => each.Id!.Value));
        Assert.Equal(Enumerable.Range(1, count).Select(id => (long)id), told);
    }
}
