using System.Net.Sockets;
using System.Text;
using Hale.Core.Model;

namespace Hale.Probes.Http;

/// <summary>The words of SMTP up to the beginning of TLS (RFC 3207).</summary>
internal static class SmtpGreeting
{
    // RFC 5321, 4.5.3.1.5 has 512 bytes for a line of a reply; an EHLO is answered with some dozen of them.
    private const int ReplyLimit = 8 * 1024;

    /// <summary>Waits for the greeting, says hello, and asks for TLS. Null when the handshake may begin.</summary>
    public static async ValueTask<ProbeResult?> AskForTlsAsync(Connection connection, Phase phase, CancellationToken cancel)
    {
        phase.Enter(Phase.Name.Answer);
        return await ExpectAsync(connection, "", 220, "greeting", phase, cancel)
            ?? await ExpectAsync(connection, "EHLO hale\r\n", 250, "answer to EHLO", phase, cancel)
            ?? await ExpectAsync(connection, "STARTTLS\r\n", 220, "answer to STARTTLS", phase, cancel);
    }

    private static async ValueTask<ProbeResult?> ExpectAsync(Connection connection, string command, int code, string what, Phase phase, CancellationToken cancel)
    {
        if (command.Length > 0 && await connection.SendAsync(Encoding.ASCII.GetBytes(command)) is not SocketError.Success and var sending)
            return Broken(sending, phase, cancel);
        var reply = new byte[ReplyLimit];
        for (var length = 0; length < reply.Length; length += connection.Received)
        {
            if (await connection.ReceiveAsync(reply.AsMemory(length)) is not SocketError.Success and var receiving)
                return Broken(receiving, phase, cancel);
            if (connection.Received == 0)
                return ProbeResult.Fail($"{phase.Describe()}: the server closed the connection instead of its {what}");
            var soFar = reply.AsSpan(0, length + connection.Received);
            if (!IsWhole(soFar))
                continue;
            return soFar.StartsWith(Encoding.ASCII.GetBytes($"{code}"))
                ? null
                : ProbeResult.Fail($"its {what} is {Excerpt.Of(soFar)}, not {code}");
        }
        return ProbeResult.Fail($"its {what} is longer than {ReplyLimit / 1024} KiB");
    }

    // The last line has a blank after its code where the others have a hyphen.
    private static bool IsWhole(ReadOnlySpan<byte> reply)
    {
        if (!reply.EndsWith("\n"u8))
            return false;
        var last = reply[(reply[..^1].LastIndexOf((byte)'\n') + 1)..];
        return last.Length < 4 || last[3] != '-';
    }

    private static ProbeResult Broken(SocketError error, Phase phase, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Blame.For(error, phase.Describe());
    }
}
