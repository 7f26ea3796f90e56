using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Hale.Cli;

/// <summary>
/// Tells systemd how far the service is (sd_notify(3), <c>Type=notify</c>): one datagram to the socket that it names.
/// Microsoft.Extensions.Hosting.Systemd would do this inside a generic host, which Hale does not have.
/// </summary>
internal sealed class SystemdNotify(Func<string, string?> environment)
{
    private readonly string? socketPath = environment("NOTIFY_SOCKET");

    /// <summary>
    /// Within this time systemd wants to hear that the service lives (sd_watchdog_enabled(3)); null when it does not ask, or asks another process.
    /// </summary>
    public TimeSpan? Watchdog
    {
        get
        {
            var asked = environment("WATCHDOG_PID");
            if (!string.IsNullOrEmpty(asked) && asked != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
                return null;
            return ulong.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds is > 0 and < long.MaxValue / 10
                ? TimeSpan.FromMicroseconds(microseconds)
                : null;
        }
    }

    /// <summary>Sends <c>READY=1</c>, <c>STOPPING=1</c> or <c>WATCHDOG=1</c> with a status line; nothing happens outside systemd or when it does not listen.</summary>
    public void Send(string state, string status)
    {
        // "@" stands for the abstract name space (unix(7)), which begins with a zero byte.
        if (socketPath is not ['/' or '@', ..])
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(socketPath[0] == '@' ? "\0" + socketPath[1..] : socketPath));
            socket.Send(Encoding.UTF8.GetBytes($"{state}\nSTATUS={status}"));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // The service works without it, and systemd's own time-out tells the administrator.
        }
    }
}
