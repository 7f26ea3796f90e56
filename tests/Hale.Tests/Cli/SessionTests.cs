using System.Text.Json;
using Hale.Cli;
using Hale.Core.Sessions;
using Hale.Sessions;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class SessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_is_created_told_of_shown_and_ended()
    {
        await using var cli = new CliFixture();
        cli.Environment["HALE_STORE"] = "sqlite:sessions.db";
        Assert.Equal(0, (await cli.RunAsync("session", "create", "lesson-1", "--role", "teacher", "--role", "student")).ExitCode);
        Assert.True(File.Exists(Path.Combine(cli.Directory, "sessions.db")));
        Assert.Equal(1, (await cli.RunAsync("session", "create", "lesson-1", "--role", "teacher")).ExitCode);
        Assert.Equal(0, (await cli.RunAsync("session", "set", "lesson-1", "--role", "student", "--dns-written", "--instance", "i-1", "--link", "https://desk.example")).ExitCode);
        Assert.Equal(0, (await cli.RunAsync("session", "set", "lesson-1", "--role", "teacher", "--unhealthy", "to be tried again")).ExitCode);
        var shown = await cli.RunAsync("session", "show", "lesson-1");
        Assert.Contains("lesson-1 is UNHEALTHY", shown.Out, StringComparison.Ordinal);
        Assert.Contains("set by hand: to be tried again", shown.Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await cli.RunAsync("session", "show", "lesson-1", "--json")).Out).RootElement;
        Assert.Equal(("UNHEALTHY", "dnsWritten", "https://desk.example"), (json.GetProperty("status").GetString(), json.GetProperty("participants")[1].GetProperty("state").GetString(), json.GetProperty("participants")[1].GetProperty("link").GetString()));
        Assert.Equal(0, (await cli.RunAsync("session", "terminate", "lesson-1", "--why", "SUCCESS")).ExitCode);
        Assert.Equal(0, (await cli.RunAsync("session", "terminate", "lesson-1")).ExitCode);
        var late = await cli.RunAsync("session", "set", "lesson-1", "--role", "student", "--launched");
        Assert.Equal(1, late.ExitCode);
        Assert.Contains("The session is over: SUCCESS", late.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "HALE_STORE", "session", "show", "x")]
    [InlineData(2, "no kind of store", "session", "show", "x", "--store", "nats:x")]
    [InlineData(3, "hale session create", "session", "show", "x", "--store", "sqlite:none.db")]
    [InlineData(2, "A role has", "session", "create", "x", "--role", "", "--store", "sqlite:s.db")]
    [InlineData(2, "Nothing is to be set", "session", "set", "x", "--role", "a", "--store", "sqlite:s.db")]
    [InlineData(2, "--listen", "door", "--listen", "nowhere", "--store", "sqlite:s.db")]
    [InlineData(2, "--rate", "door", "--rate", "0", "--store", "sqlite:s.db")]
    public async Task What_is_wrong_is_said(int exitCode, string expected, params string[] args)
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync(args);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_a_page_must_not_open_is_wrong_usage_and_a_missing_session_is_bad()
    {
        await using var cli = new CliFixture();
        cli.Environment["HALE_STORE"] = "sqlite:sessions.db";
        await cli.RunAsync("session", "create", "s", "--role", "a");
        Assert.Equal(2, (await cli.RunAsync("session", "set", "s", "--role", "a", "--link", "javascript:alert(1)")).ExitCode);
        Assert.Equal(1, (await cli.RunAsync("session", "show", "ghost")).ExitCode);
        Assert.Equal(1, (await cli.RunAsync("session", "set", "ghost", "--role", "a", "--launched")).ExitCode);
        Assert.Equal(1, (await cli.RunAsync("session", "set", "ghost", "--role", "a", "--unhealthy", "x")).ExitCode);
    }

    [Fact]
    public async Task What_was_kept_is_delivered()
    {
        await using var cli = new CliFixture();
        cli.Environment["HALE_SPOOL"] = Path.Combine(cli.Directory, "spool");
        Assert.Contains("Nothing is kept", (await cli.RunAsync("session", "deliver")).Out, StringComparison.Ordinal);
        var store = $"sqlite:{cli.Directory}/sessions.db";
        await using (var sessions = SessionStores.Local.Open(store))
        {
            var reporter = new SessionReporter(sessions, new ReportOptions { Session = "s", Role = "a", Spool = new SessionSpool(cli.Environment["HALE_SPOOL"]), Patience = TimeSpan.Zero }, TimeProvider.System);
            Assert.Equal(ReportEnd.Kept, (await reporter.HealthyAsync(Cancel)).End);
        }
        Assert.Equal(3, (await cli.RunAsync("session", "deliver")).ExitCode);
        await cli.RunAsync("session", "create", "s", "--role", "a", "--store", store);
        var delivered = await cli.RunAsync("session", "deliver", "--json");
        Assert.Equal(0, delivered.ExitCode);
        Assert.Equal("delivered", JsonDocument.Parse(delivered.Out).RootElement[0].GetProperty("end").GetString());
        Assert.Contains("s is HEALTHY", (await cli.RunAsync("session", "show", "s", "--store", store)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_delivers_what_was_kept()
    {
        using var scratch = new Scratch();
        var store = $"sqlite:{scratch["sessions.db"]}";
        await using var sessions = SessionStores.Local.Open(store);
        var spool = new SessionSpool(scratch["spool"]);
        await new SessionReporter(sessions, new ReportOptions { Session = "s", Role = "a", Spool = spool, Patience = TimeSpan.Zero }, TimeProvider.System).HealthyAsync(Cancel);
        using var stop = new CancellationTokenSource();
        var time = new ManualTime();
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var running = new SpoolCourier(spool, SessionStores.Local, time, lines.Enqueue).RunAsync(stop.Token);
        await Eventually.HoldsAsync(() => !lines.IsEmpty, "the courier has tried");
        await sessions.CreateAsync(SessionRow.Plan("s", ["a"], DateTimeOffset.UtcNow), Cancel);
        await Eventually.HoldsAsync(() =>
        {
            time.Advance(SpoolCourier.Every);
            return spool.List().Count == 0;
        }, "the verdict is delivered");
        await stop.CancelAsync();
        await running;
        Assert.Equal(SessionStatus.Healthy, (await sessions.GetAsync("s", Cancel))!.Row.Status);
    }
}
