using System.Net;
using System.Net.Sockets;
using Amazon.DynamoDBv2.Model;
using Hale.Core.Sessions;
using Hale.Sessions;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Sessions;

[Collection(nameof(Dynalite))]
public sealed class DynamoSessionStoreTests(Dynalite dynalite)
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_comes_back_as_it_was_written()
    {
        await using var store = dynalite.Store(await dynalite.TableAsync());
        var planned = SessionRow.Plan("lesson", ["teacher", "student"], Time.GetUtcNow());
        Assert.True(await store.CreateAsync(planned, Cancel));
        Assert.False(await store.CreateAsync(planned, Cancel));
        await store.ApplyAsync("lesson", new Provision("teacher") { Milestone = ParticipantState.DnsWritten, Instance = "i-1", Link = SessionRig.Link }, Time, Cancel);
        var reporter = new SessionReporter(store, new ReportOptions { Session = "lesson", Role = "teacher", Instance = "i-1" }, Time);
        Assert.Equal(ReportEnd.Delivered, (await reporter.WarmingAsync("rehearsal 1 of 3", 0.25, Cancel)).End);
        var warming = (await store.GetAsync("lesson", Cancel))!.Row.Of("teacher")!;
        Assert.Equal((ParticipantState.Warming, "rehearsal 1 of 3", 0.25, "i-1", SessionRig.Link), (warming.State, warming.Stage, warming.Progress, warming.Instance, warming.Link));
        await reporter.UnhealthyAsync("evidence", "no file grew", "line 1\nline 2 ✓", Cancel);
        await store.ApplyAsync("lesson", new Terminate("NO_SHOW"), Time, Cancel);
        var row = (await store.GetAsync("lesson", Cancel))!.Row;
        Assert.Equal((SessionStatus.Terminated, "NO_SHOW", 5L), (row.Status, row.EndReason, row.Version));
        Assert.Equal(new SessionFailure("evidence", "no file grew", "line 1\nline 2 ✓"), row.Of("teacher")!.Failure);
        Assert.Equal((planned.CreatedAt, null), (row.CreatedAt, row.AdmittedAt));
        Assert.Null(await store.GetAsync("ghost", Cancel));
    }

    [Fact]
    public async Task A_row_is_written_over_what_was_read_and_nothing_else()
    {
        await using var store = dynalite.Store(await dynalite.TableAsync());
        await store.CreateAsync(SessionRow.Plan("s", ["student"], Time.GetUtcNow()), Cancel);
        var read = (await store.GetAsync("s", Cancel))!;
        var next = Session.Apply(read.Row, new Terminate("first"), Time.GetUtcNow()).Row!;
        Assert.True(await store.ReplaceAsync(read, next, Cancel));
        Assert.False(await store.ReplaceAsync(read, next, Cancel));
        Assert.False(await store.ReplaceAsync(read with { Row = read.Row with { Id = "ghost" } }, next with { Id = "ghost" }, Cancel));
        Assert.Null(await store.GetAsync("ghost", Cancel));
    }

    [Fact]
    public async Task The_row_of_the_seed_s_own_table_is_worked_from_and_its_attributes_stay()
    {
        var table = await dynalite.TableAsync();
        using var client = dynalite.Client();
        // As its functions write it, with the status that its author set by hand for a test.
        await client.PutItemAsync(new PutItemRequest
        {
            TableName = table,
            Item = new()
            {
                ["id"] = new("abc"),
                ["teacher_name"] = new("T"),
                ["meet_time"] = new("2026-01-27T10:00:00Z"),
                ["status"] = new("unhealthy"),
                ["teacher_ec2_id"] = new("i-1"),
                ["student_ec2_id"] = new("i-2"),
                ["teacher_ec2_link"] = new("https://i-1.desk.example:8443"),
            },
        }, Cancel);
        await using var store = dynalite.Store(table, "&roles=teacher,student&names=capital");
        Assert.Equal(DoorAnswer.Failed, DoorView.Of((await store.GetAsync("abc", Cancel))!.Row, "teacher").Answer);
        foreach (var (role, instance) in ((string, string)[])[("teacher", "i-1"), ("student", "i-2")])
        {
            var reporter = new SessionReporter(store, new ReportOptions { Session = "abc", Role = role, Instance = instance }, Time);
            await reporter.WarmingAsync("rehearsal 1", null, Cancel);
            Assert.Equal(ReportEnd.Delivered, (await reporter.HealthyAsync(Cancel)).End);
        }
        var stranger = new SessionReporter(store, new ReportOptions { Session = "abc", Role = "student", Instance = "i-9" }, Time);
        Assert.Equal(ReportEnd.Refused, (await stranger.HealthyAsync(Cancel)).End);
        var item = (await client.GetItemAsync(table, new() { ["id"] = new("abc") }, Cancel)).Item;
        Assert.Equal(("Healthy", "T", "4"), (item["status"].S, item["teacher_name"].S, item["version"].N));
        // An update without a condition, as the seed's functions make them: what was read is no longer what is there, and nothing is written over it.
        var read = (await store.GetAsync("abc", Cancel))!;
        await client.UpdateItemAsync(table, new() { ["id"] = new("abc") }, new() { ["status"] = new(new AttributeValue("TERMINATED"), Amazon.DynamoDBv2.AttributeAction.PUT) }, Cancel);
        Assert.False(await store.ReplaceAsync(read, Session.Apply(read.Row, new Terminate("x"), Time.GetUtcNow()).Row!, Cancel));
        Assert.Equal(SessionAnswer.Ended, (await store.ApplyAsync("abc", new Admit("teacher"), Time, Cancel)).Answer);
    }

    [Fact]
    public async Task Attributes_can_be_named()
    {
        var table = await dynalite.TableAsync("meeting");
        await using var store = dynalite.Store(table, "&attribute.key=meeting&attribute.status=state&attribute.link={role}_url&name.healthy=go");
        await store.CreateAsync(SessionRow.Plan("s", ["guest"], Time.GetUtcNow()), Cancel);
        await store.ApplyAsync("s", new Provision("guest") { Link = SessionRig.Link }, Time, Cancel);
        await new SessionReporter(store, new ReportOptions { Session = "s", Role = "guest" }, Time).HealthyAsync(Cancel);
        using var client = dynalite.Client();
        var item = (await client.GetItemAsync(table, new() { ["meeting"] = new("s") }, Cancel)).Item;
        Assert.Equal(("go", SessionRig.Link), (item["state"].S, item["guest_url"].S));
        Assert.Throws<SessionStoreException>(() => dynalite.Store(table, "&attribute.link=url"));
        Assert.Throws<SessionStoreException>(() => dynalite.Store(table, "&attribute.colour=x"));
        Assert.Throws<SessionStoreException>(() => dynalite.Store(table, "&regoin=x"));
    }

    [Fact]
    public async Task What_is_wrong_with_the_store_is_said()
    {
        var table = await dynalite.TableAsync();
        await using var other = dynalite.Store("no-such-table");
        Assert.Contains("no table no-such-table", (await FailsAsync(other)).Message, StringComparison.Ordinal);

        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var hanging = Dynalite.Stores.Open($"dynamodb:{table}?endpoint=http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}&timeout=300");
        Assert.Contains("did not answer within 300 ms", (await FailsAsync(hanging)).Message, StringComparison.Ordinal);
        silent.Stop();
        await using var closed = Dynalite.Stores.Open(hanging.Address.Text);
        Assert.Contains("cannot be reached", (await FailsAsync(closed)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ProvisionedThroughputExceededException", "throttles")]
    [InlineData("ThrottlingException", "throttles")]
    [InlineData("AccessDeniedException", "do not permit")]
    [InlineData("UnrecognizedClientException", "does not take the credentials")]
    [InlineData("ExpiredTokenException", "does not take the credentials")]
    [InlineData("InternalServerError", "InternalServerError")]
    public async Task What_dynamodb_refuses_is_a_reason(string error, string expected)
    {
        // A fake, since no server here throttles or checks credentials: it answers every request with one error, as the protocol says.
        using var listener = new HttpListener();
        var port = Ports.Free();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var answering = AnswerAsync(listener, error);
        await using var store = Dynalite.Stores.Open($"dynamodb:meetings?endpoint=http://127.0.0.1:{port}");
        Assert.Contains(expected, (await FailsAsync(store)).Message, StringComparison.Ordinal);
        listener.Stop();
        await answering;
    }

    private static async Task AnswerAsync(HttpListener listener, string error)
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                context.Response.StatusCode = error == "InternalServerError" ? 500 : 400;
                context.Response.ContentType = "application/x-amz-json-1.0";
                await using var output = context.Response.OutputStream;
                await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes($$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{error}}","message":"no"}"""), Cancel);
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or InvalidOperationException)
        {
            // Stopped, while it was asked or before.
        }
    }

    private static Task<SessionStoreException> FailsAsync(ISessionStore store) => Assert.ThrowsAsync<SessionStoreException>(() => store.GetAsync("s", Cancel));
}
