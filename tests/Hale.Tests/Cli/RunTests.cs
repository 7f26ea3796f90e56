using System.Net;
using System.Net.Sockets;
using System.Text;
using Hale.Cli;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class RunTests
{
    [Fact]
    public async Task Run_serves_tells_what_happens_and_stops_cleanly()
    {
        await using var cli = new CliFixture();
        cli.EngineRoom.Running = ["web", "orchestrator"];
        using var stop = new CancellationTokenSource();
        var output = new LiveWriter();
        var running = CommandLine.RunAsync(["run"], cli.Surroundings(output, TextWriter.Null, stop.Token));
        await output.UntilAsync("watches 1 target with 1 check");
        cli.EngineRoom.Daemon.Record("transition", "web", "Ok -> Impaired: 500");
        cli.EngineRoom.Daemon.Record("check", "web", "not shown");
        cli.EngineRoom.Daemon.Publish("web", target => target with { Lives = 2 });
        await output.UntilAsync("Ok -> Impaired: 500");
        Assert.Equal(0, (await cli.RunAsync("status")).ExitCode);
        await stop.CancelAsync();
        Assert.Equal(0, await running);
        Assert.True(cli.EngineRoom.IsStopped);
        Assert.False(cli.EngineRoom.TookProcessesAlong);
        Assert.False(Path.Exists(cli.SocketPath));
        Assert.DoesNotContain("not shown", output.ToString());
        Assert.Contains("2 supervised processes keep running: web, orchestrator", output.ToString());
        Assert.Contains("hale stop --all", output.ToString());
    }

    [Fact]
    public async Task Run_takes_its_processes_along_when_told_to()
    {
        await using var cli = new CliFixture();
        cli.EngineRoom.Running = ["web"];
        using var stop = new CancellationTokenSource();
        var output = new LiveWriter();
        var running = CommandLine.RunAsync(["run", "--stop-with-me"], cli.Surroundings(output, TextWriter.Null, stop.Token));
        await output.UntilAsync("watches");
        await stop.CancelAsync();
        await running;
        Assert.True(cli.EngineRoom.TookProcessesAlong);
        Assert.Contains("Hale has stopped, and with it", output.ToString());
    }

    [Fact]
    public async Task Told_to_watch_it_reloads_when_the_file_changes()
    {
        await using var cli = new CliFixture();
        using var stop = new CancellationTokenSource();
        var output = new LiveWriter();
        var running = CommandLine.RunAsync(["run", "--watch"], cli.Surroundings(output, TextWriter.Null, stop.Token));
        await output.UntilAsync("watches 1 target with 1 check");
        await File.AppendAllTextAsync(cli.Config, "# changed\n", TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => cli.EngineRoom.Daemon.Reloads.Contains("reload by a change of the file"), "the change was noticed");
        await stop.CancelAsync();
        Assert.Equal(0, await running);
    }

    [Fact]
    public async Task As_json_every_line_is_an_event()
    {
        await using var cli = new CliFixture();
        using var stop = new CancellationTokenSource();
        var output = new LiveWriter();
        cli.EngineRoom.Daemon.Record("daemon", null, "Hale started");
        var running = CommandLine.RunAsync(["run", "--json"], cli.Surroundings(output, TextWriter.Null, stop.Token));
        await output.UntilAsync("\"text\":\"Hale started\"");
        await stop.CancelAsync();
        await running;
        Assert.Single(output.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_wrong_configuration_is_told_line_by_line_and_nothing_starts()
    {
        await using var cli = new CliFixture();
        await File.WriteAllTextAsync(cli.Config, "targets:\n  web: { chekcs: {} }\nhale: { lisen: off }\n", TestContext.Current.CancellationToken);
        var result = await cli.RunAsync("run");
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.True(result.Error.Count(character => character == '\n') >= 2, result.Error);
        Assert.False(Directory.Exists(Path.Combine(cli.Directory, ".hale")));
    }

    [Fact]
    public async Task A_port_in_use_is_told_before_anything_starts()
    {
        await using var cli = new CliFixture();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var yaml = (await File.ReadAllTextAsync(cli.Config, TestContext.Current.CancellationToken)).Replace("off", $"\"{taken.LocalEndpoint}\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(cli.Config, yaml, TestContext.Current.CancellationToken);
        var result = await cli.RunAsync("run");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("in use", result.Error);
        Assert.False(cli.EngineRoom.IsStopped, "the daemon was started and had to be stopped again");
    }

    [Fact]
    public async Task A_second_Hale_in_the_same_place_is_refused()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("run");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Another Hale answers", result.Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Systemd_is_told_when_it_is_ready_and_when_it_stops(bool isAbstract)
    {
        await using var cli = new CliFixture();
        var name = isAbstract ? $"@hale-test-{Guid.NewGuid():N}" : Path.Combine(cli.Directory, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + name[1..] : name));
        cli.Environment["NOTIFY_SOCKET"] = name;
        using var stop = new CancellationTokenSource();
        var running = CommandLine.RunAsync(["run"], cli.Surroundings(new LiveWriter(), TextWriter.Null, stop.Token));
        Assert.StartsWith("READY=1\nSTATUS=watching 1 target", await ReceiveAsync());
        await stop.CancelAsync();
        Assert.StartsWith("STOPPING=1", await ReceiveAsync());
        await running;

        async Task<string> ReceiveAsync()
        {
            var buffer = new byte[256];
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return Encoding.UTF8.GetString(buffer, 0, await systemd.ReceiveAsync(buffer, SocketFlags.None, limit.Token));
        }
    }
}
