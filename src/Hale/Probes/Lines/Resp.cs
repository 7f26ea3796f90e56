using System.Globalization;
using System.Text;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Probes.Lines;

/// <summary>
/// The protocol of redis, as much of it as a probe speaks. Not StackExchange.Redis, which keeps a connection, reconnects and retries by itself:
/// one attempt has to be one attempt, on a connection of its own, and has to show the server's own words.
/// </summary>
internal static class Resp
{
    /// <summary>The longest value that is read, in bytes.</summary>
    public const int ValueLimit = 1 << 20;

    /// <summary>A reply: a value, nil, or an error.</summary>
    /// <param name="Value">The text; null for nil, or an error.</param>
    /// <param name="Error">The server's words; null without an error.</param>
    public readonly record struct Reply(string? Value, string? Error = null);

    /// <summary>Sends a command and reads its reply.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="command">The command and its arguments.</param>
    /// <returns>The reply, or what the attempt came to.</returns>
    public static async ValueTask<(Reply Reply, ProbeResult? Trouble)> CallAsync(LineSession session, params string[] command)
    {
        var what = $"answer to {command[0]}";
        if (await session.SendAsync(Write(command)) is { } sending)
            return (default, sending);
        if (await session.ReadLineAsync(what) is { } receiving)
            return (default, receiving);
        var line = session.Line;
        switch (line)
        {
            case ['+' or ':', ..]:
                return (new(line[1..]), null);
            case ['-', ..]:
                return (new(null, line[1..]), null);
            case "$-1":
                return (new(null), null);
            case ['$', .. var size] when int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length):
                if (length > ValueLimit)
                    return (default, ProbeResult.Inconclusive($"the {what} has {length} bytes, more than the {ValueLimit >> 20} MiB that are read"));
                return await session.ReadBytesAsync(length + 2, what) is { } trouble ? (default, trouble) : (new(session.Line[..^2]), null);
            default:
                return (default, ProbeResult.Fail($"the {what} is not one of redis: {Excerpt.Of(Encoding.Latin1.GetBytes(line))}"));
        }
    }

    /// <summary>A command as it is sent.</summary>
    public static byte[] Write(params string[] command)
    {
        var bytes = new List<byte>(Encoding.ASCII.GetBytes($"*{command.Length}\r\n"));
        foreach (var part in command.Select(Encoding.UTF8.GetBytes))
            bytes.AddRange([.. Encoding.ASCII.GetBytes($"${part.Length}\r\n"), .. part, (byte)'\r', (byte)'\n']);
        return [.. bytes];
    }
}
