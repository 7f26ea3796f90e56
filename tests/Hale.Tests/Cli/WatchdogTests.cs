using System.Net.Sockets;
using System.Text;
using Hale.Cli;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

/// <summary>systemd's side is a real datagram socket here; a real systemd is asked in the system tests.</summary>
public sealed class WatchdogTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Dictionary<string, string> variables = new() { ["WATCHDOG_USEC"] = "30000000" };
    private readonly ManualTime time = new();
    private readonly FakeDaemon daemon = new(SampleWorld.Mixed);

    public WatchdogTests()
    {
        variables["NOTIFY_SOCKET"] = scratch["notify"];
        systemd.Bind(new UnixDomainSocketEndPoint(scratch["notify"]));
    }

    [Fact]
    public void Systemd_hears_of_a_loop_that_moves_and_not_of_one_that_is_stuck()
    {
        using var watchdog = new SystemdWatchdog(Notify(), daemon, time);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(Heard());

        daemon.Publish(world => world with { At = world.At + TimeSpan.FromSeconds(1) });
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.StartsWith("WATCHDOG=1\nSTATUS=watching ", Heard(), StringComparison.Ordinal);

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(Heard());

        daemon.Publish(world => world with { At = world.At + TimeSpan.FromSeconds(1) });
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.NotNull(Heard());
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("rubbish", null)]
    [InlineData("18446744073709551615", null)]
    [InlineData("2000000", 2.0)]
    public void Only_a_period_that_makes_sense_is_kept(string microseconds, double? seconds)
    {
        variables["WATCHDOG_USEC"] = microseconds;
        Assert.Equal(seconds, Notify().Watchdog?.TotalSeconds);
    }

    [Fact]
    public void A_watchdog_of_another_process_is_not_ours()
    {
        variables["WATCHDOG_PID"] = "1";
        Assert.Null(Notify().Watchdog);
        variables["WATCHDOG_PID"] = $"{Environment.ProcessId}";
        Assert.Equal(TimeSpan.FromSeconds(30), Notify().Watchdog);
    }

    [Fact]
    public void The_status_line_says_what_needs_attention()
    {
        Assert.Equal("watching 1 target", SystemdWatchdog.Status(SampleWorld.Well));
        Assert.Matches("^watching [0-9]+ targets, [0-9]+ impaired", SystemdWatchdog.Status(SampleWorld.Mixed));
        Assert.EndsWith("; doubts itself", SystemdWatchdog.Status(SampleWorld.Well with { Doubt = "why" }), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        systemd.Dispose();
        scratch.Dispose();
    }

    private SystemdNotify Notify() => new(name => variables.GetValueOrDefault(name));

    /// <summary>What has come; a datagram on a unix socket is there once it is sent.</summary>
    private string? Heard()
    {
        if (systemd.Available == 0)
            return null;
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer));
    }
}
