using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Hale.Testing.Servers;
using Npgsql;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>A real PostgreSQL for all tests of the class, with room for five clients.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly Scratch folder = new();

    public Postgres Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Server = await Postgres.StartAsync(folder.Path, false, "max_connections = 5", "superuser_reserved_connections = 0", "max_wal_senders = 0");

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Names.Remove(folder.Path);
    }
}

public sealed class PostgresProbeTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    private Task<ProbeResult> Ask(string? query = null, Dictionary<string, object>? more = null, TimeSpan? timeout = null)
    {
        var values = new Dictionary<string, object> { ["address"] = $"127.0.0.1:{fixture.Server.Port}", ["password"] = Postgres.Password };
        if (query is not null)
            values["query"] = query;
        foreach (var (key, value) in more ?? [])
            values[key] = value;
        return PostgresProbe.Kind.Create(new Settings(values)).TryAsync(timeout);
    }

    [Fact]
    public async Task A_server_that_answers_passes_over_tcp_and_over_its_socket()
    {
        var result = await Ask();
        Assert.Equal((Outcome.Pass, "answers"), (result.Outcome, result.Evidence));
        Assert.True(result.Value("latency") > 0);

        var byName = await Ask(more: new() { ["address"] = $"localhost:{fixture.Server.Port}" });
        Assert.True(byName.Outcome == Outcome.Pass, byName.Evidence);

        var bySocket = await Ask(more: new() { ["address"] = $"{fixture.Server.Folder}:{fixture.Server.Port}" });
        Assert.True(bySocket.Outcome == Outcome.Pass, bySocket.Evidence);
    }

    [Theory]
    [InlineData("select 42", "the query gives '42'", 42.0)]
    [InlineData("select 1.5::numeric", "the query gives '1.5'", 1.5)]
    [InlineData("select pg_is_in_recovery()", "the query gives 'f'", null)]
    [InlineData("select 'a' from generate_series(1, 1000000)", "the query gives 'a'", null)]
    [InlineData("select null", "the query has no value", null)]
    [InlineData("select 1 where false", "the query has no value", null)]
    public async Task The_first_value_of_a_query_is_seen(string query, string evidence, double? value)
    {
        var result = await Ask(query);
        Assert.Equal((Outcome.Pass, evidence), (result.Outcome, result.Evidence));
        Assert.Equal(value, result.Measurements.Where(each => each.Name == "value").Select(each => (double?)each.Value).SingleOrDefault());
    }

    [Fact]
    public async Task The_value_must_match_what_is_expected()
    {
        var expect = new Dictionary<string, object> { ["expect"] = new Regex("^f$") };
        Assert.Equal(Outcome.Pass, (await Ask("select pg_is_in_recovery()", expect)).Outcome);
        var other = await Ask("select true", expect);
        Assert.Equal((Outcome.Fail, "the query gives 't', which does not match '^f$'"), (other.Outcome, other.Evidence));
        Assert.Equal(Outcome.Fail, (await Ask("select null", expect)).Outcome);
    }

    [Fact]
    public async Task A_newer_row_is_progress_and_a_time_tells_its_age()
    {
        var result = await Ask("select now() - interval '1 hour'");
        Assert.InRange(result.ProgressAge!.Value.TotalMinutes, 55, 65);
        Assert.NotEqual(result.Progress, (await Ask("select now() - interval '1 hour'")).Progress);
    }

    [Fact]
    public async Task A_long_value_is_cut()
    {
        var result = await Ask("select repeat('x', 10000000)");
        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.True(result.Evidence.Length < 300);
    }

    [Theory]
    [InlineData("create table t (i int)", Outcome.Inconclusive, "the query wants to write: 'cannot execute CREATE TABLE in a read-only transaction' (25006)")]
    [InlineData("select * from nothing", Outcome.Inconclusive, "the query cannot be answered: 'relation \"nothing\" does not exist' (42P01)")]
    [InlineData("selec 1", Outcome.Inconclusive, "the query cannot be answered: 'syntax error at or near \"selec\"' (42601)")]
    [InlineData("select 1/0", Outcome.Inconclusive, "the query cannot be answered: 'division by zero' (22012)")]
    public async Task A_query_that_cannot_be_answered_says_nothing_about_the_server(string query, Outcome outcome, string evidence)
    {
        var result = await Ask(query);
        Assert.Equal((outcome, evidence), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_ended_by_the_server()
    {
        var result = await Ask("select pg_sleep(600)", timeout: TimeSpan.FromSeconds(3));
        Assert.Equal((Outcome.Fail, "the query takes too long: 'canceling statement due to statement timeout' (57014)"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task Who_may_not_look_learns_nothing()
    {
        var wrong = await Ask(more: new() { ["password"] = "wrong" });
        Assert.Equal((Outcome.Inconclusive, "it does not let Hale in: 'password authentication failed for user \"postgres\"' (28P01)"), (wrong.Outcome, wrong.Evidence));
        var none = await PostgresProbe.Kind.Create(new Settings(new Dictionary<string, object> { ["address"] = $"127.0.0.1:{fixture.Server.Port}" })).TryAsync();
        Assert.Equal(Outcome.Inconclusive, none.Outcome);
        Assert.StartsWith("it does not let Hale in", none.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_missing_fails()
    {
        var result = await Ask(more: new() { ["database"] = "orders" });
        Assert.Equal((Outcome.Fail, "there is no such database: 'database \"orders\" does not exist' (3D000)"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task No_room_for_more_connections_fails()
    {
        var options = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = fixture.Server.Port, Username = "postgres", Password = Postgres.Password, Pooling = false };
        var held = new List<NpgsqlConnection>();
        try
        {
            while (held.Count < 20)
            {
                var connection = new NpgsqlConnection(options.ConnectionString);
                held.Add(connection);
                await connection.OpenAsync(TestContext.Current.CancellationToken);
            }
            Assert.Fail("the server took more connections than it was told to");
        }
        catch (PostgresException full)
        {
            Assert.Equal("53300", full.SqlState);
            var result = await Ask();
            Assert.Equal(Outcome.Fail, result.Outcome);
            Assert.StartsWith("it has no room for more connections: 'sorry, too many clients already'", result.Evidence, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var connection in held)
                await connection.DisposeAsync();
        }
        await Eventually.HoldsAsync(() => Ask().GetAwaiter().GetResult().Outcome == Outcome.Pass, "the server takes connections again");
    }

    [Fact]
    public async Task A_server_that_waits_for_its_primary_fails_and_says_so()
    {
        var folder = new Scratch();
        try
        {
            await using var standby = await Postgres.StartAsync(folder.Path, asStandby: true);
            var result = await Ask(more: new() { ["address"] = $"127.0.0.1:{standby.Port}" });
            Assert.Equal(Outcome.Fail, result.Outcome);
            Assert.StartsWith("it does not take connections now: 'the database system is", result.Evidence, StringComparison.Ordinal);
            Assert.EndsWith("(57P03)", result.Evidence, StringComparison.Ordinal);
        }
        finally
        {
            Names.Remove(folder.Path);
        }
    }

    [Fact]
    public async Task Tls_where_the_server_speaks_none_fails()
    {
        var result = await Ask(more: new() { ["tls"] = "require" });
        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.Contains("SSL", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_misbehaves_fails_step_by_step()
    {
        using var refusing = LoopbackServer.Refusing(out var closed);
        Assert.Equal((Outcome.Fail, $"connecting to 127.0.0.1:{closed}: connection refused"), await At(closed));

        await using var silent = LoopbackServer.Start(visit => visit.HangAsync());
        Assert.Equal((Outcome.Fail, $"no welcome from 127.0.0.1:{silent.Port} within 300ms"), await At(silent.Port, Attempts.Short));

        await using var closing = LoopbackServer.Start(_ => Task.CompletedTask);
        Assert.Equal(Outcome.Fail, (await At(closing.Port)).Item1);

        await using var resetting = LoopbackServer.Start(visit =>
        {
            visit.Reset();
            return Task.CompletedTask;
        });
        Assert.Equal(Outcome.Fail, (await At(resetting.Port)).Item1);

        await using var rubbish = LoopbackServer.Answering("HTTP/1.1 400 Bad Request\r\n\r\n");
        Assert.Equal(Outcome.Fail, (await At(rubbish.Port, TimeSpan.FromSeconds(2))).Item1);

        async Task<(Outcome, string)> At(int port, TimeSpan? timeout = null)
        {
            var result = await Ask(more: new() { ["address"] = $"127.0.0.1:{port}" }, timeout: timeout);
            return (result.Outcome, result.Evidence);
        }
    }
}
