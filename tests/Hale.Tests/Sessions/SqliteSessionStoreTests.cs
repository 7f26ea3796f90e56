using Hale.Core.Sessions;
using Hale.Sessions;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Hale.Tests.Sessions;

public sealed class SqliteSessionStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_comes_back_as_it_was_written()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("Ünïcode / with 'quotes'", "teacher", "student");
        var reporter = rig.Reporter("teacher", "Ünïcode / with 'quotes'", instance: "i-1");
        await reporter.WarmingAsync("rehearsal 1 of 3", 0.25, Cancel);
        await reporter.UnhealthyAsync("evidence", "no file grew", "line 1\nline 2 ✓", Cancel);
        var row = await rig.RowAsync("Ünïcode / with 'quotes'");
        Assert.Equal((SessionStatus.Unhealthy, 5L), (row.Status, row.Version));
        var teacher = row.Of("teacher")!;
        Assert.Equal(new SessionFailure("evidence", "no file grew", "line 1\nline 2 ✓"), teacher.Failure);
        Assert.Equal(("i-1", $"{SessionRig.Link}/teacher", 2), (teacher.Instance, teacher.Link, teacher.Stamp!.Value.Number));
        Assert.NotNull(row.CreatedAt);
        Assert.Null(row.AdmittedAt);
    }

    [Fact]
    public async Task A_row_is_written_over_what_was_read_and_nothing_else()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var read = await rig.Store.GetAsync("s", Cancel);
        var next = Session.Apply(read!.Row, new Terminate("first"), DateTimeOffset.UtcNow).Row!;
        Assert.True(await rig.Store.ReplaceAsync(read, next, Cancel));
        Assert.False(await rig.Store.ReplaceAsync(read, next, Cancel));
        Assert.False(await rig.Store.ReplaceAsync(read with { Row = read.Row with { Id = "ghost" } }, next with { Id = "ghost" }, Cancel));
        Assert.Null(await rig.Store.GetAsync("ghost", Cancel));
        Assert.False(await rig.Store.CreateAsync(SessionRow.Plan("s", ["student"], DateTimeOffset.UtcNow), Cancel));
        Assert.Equal(SessionStatus.Terminated, (await rig.RowAsync()).Status);
    }

    [Fact]
    public async Task A_status_that_was_set_by_hand_is_read_and_worked_from()
    {
        // The seed's own test: the row is set to "unhealthy", the machine warms up, the row says healthy.
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        Execute(rig.File, "update sessions set status = 'unhealthy'");
        Assert.Equal(DoorAnswer.Failed, DoorView.Of(await rig.RowAsync(), "student").Answer);
        var reporter = rig.Reporter("student");
        Assert.Equal(ReportEnd.Delivered, (await reporter.WarmingAsync("rehearsal 1", null, Cancel)).End);
        Assert.Equal(SessionStatus.Warming, (await rig.RowAsync()).Status);
        Assert.Equal(ReportEnd.Delivered, (await reporter.HealthyAsync(Cancel)).End);
        Assert.Equal(SessionStatus.Healthy, (await rig.RowAsync()).Status);
        Execute(rig.File, "update sessions set status = 'PENDING'");
        Assert.Contains("'PENDING'", (await Assert.ThrowsAsync<SessionStoreException>(() => rig.Store.GetAsync("s", Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_is_written_by_the_name_that_was_chosen()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        await using var store = SessionStores.Local.Open($"{rig.Address}?names=capital");
        await rig.Reporter("student", store: store).HealthyAsync(Cancel);
        Assert.Equal("Healthy", (await rig.Store.GetAsync("s", Cancel))!.StatusText);
    }

    [Fact]
    public async Task What_cannot_be_asked_says_why()
    {
        await using var rig = new SessionRig();
        Assert.Contains("hale session create", (await Assert.ThrowsAsync<SessionStoreException>(() => rig.Store.GetAsync("s", Cancel))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(rig.File));
        var other = Path.Combine(rig.Folder, "other.db");
        Execute(other, "create table mine(x)");
        await using var foreign = SessionStores.Local.Open($"sqlite:{other}");
        Assert.Contains("not one of sessions", (await Assert.ThrowsAsync<SessionStoreException>(() => foreign.CreateAsync(SessionRow.Plan("s", ["a"], DateTimeOffset.UtcNow), Cancel))).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(rig.Folder, "text"), new string('x', 5000), Cancel);
        await using var text = SessionStores.Local.Open($"sqlite:{Path.Combine(rig.Folder, "text")}");
        await Assert.ThrowsAsync<SessionStoreException>(() => text.GetAsync("s", Cancel));
        await using var nowhere = SessionStores.Local.Open($"sqlite:{rig.Folder}/none/sessions.db");
        await Assert.ThrowsAsync<SessionStoreException>(() => nowhere.CreateAsync(SessionRow.Plan("s", ["a"], DateTimeOffset.UtcNow), Cancel));
    }

    [Fact]
    public async Task Twenty_writers_at_once_lose_nothing()
    {
        await using var rig = new SessionRig();
        string[] roles = [.. Enumerable.Range(0, 10).Select(i => $"r{i}")];
        await rig.PlanAsync("s", roles);
        await Task.WhenAll(roles.SelectMany(role => (Task[])[rig.Reporter(role, spools: false).HealthyAsync(Cancel), rig.Store.ApplyAsync("s", new Provision(role) { Link = "https://a.example" }, TimeProvider.System, Cancel)]));
        var row = await rig.RowAsync();
        Assert.Equal((SessionStatus.Healthy, 1L + 10 + 20), (row.Status, row.Version));
    }

    [Theory]
    [InlineData("sqlite:", "is no address")]
    [InlineData("", "is no address")]
    [InlineData("nats:bucket", "no kind of store 'nats'")]
    [InlineData("sqlite:a.db?names=klingon", "names=capital")]
    [InlineData("sqlite:a.db?name.happy=x", "names no status")]
    [InlineData("sqlite:a.db?name.warming=HEALTHY", "stands for HEALTHY")]
    [InlineData("sqlite:a.db?region=x", "has no option 'region'")]
    [InlineData("sqlite:a.db?x=1&x=2", "stands twice")]
    [InlineData("sqlite:a.db?x", "NAME=VALUE")]
    public void A_wrong_address_is_refused_with_what_would_do(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<SessionStoreException>(() => SessionStores.Local.Open(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("sessions.db", "sqlite", "sessions.db")]
    [InlineData("/var/lib/hale/s.db", "sqlite", "/var/lib/hale/s.db")]
    [InlineData(@"C:\hale\s.db", "sqlite", @"C:\hale\s.db")]
    [InlineData("dynamodb:elephant-meetings?region=us-west-2", "dynamodb", "elephant-meetings")]
    public void An_address_is_read(string text, string scheme, string name)
    {
        Assert.True(SessionAddress.TryParse(text, out var address, out _));
        Assert.Equal((scheme, name), (address.Scheme, address.Name));
    }

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
