using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Hale.Tests.Web;

/// <summary>A reader of server-sent events on a bare connection, which can be killed at any byte.</summary>
internal sealed class EventReader(Socket socket) : IDisposable
{
    private readonly StringBuilder text = new();
    private readonly byte[] buffer = new byte[4096];
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private bool hasHead;
    private bool isChunked;

    /// <summary>What stood before the events.</summary>
    public string Head { get; private set; } = "";

    /// <summary>Comments that came.</summary>
    public int Comments { get; private set; }

    /// <summary>The other side has broken the connection off; whatever came before can still be read.</summary>
    public bool IsCutOff => socket.Poll(0, SelectMode.SelectError);

    /// <summary>Asks for a stream over TCP.</summary>
    public static async Task<EventReader> OpenAsync(int port, string path, string headers = "")
    {
        var cancel = TestContext.Current.CancellationToken;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port, cancel);
        // HTTP/1.0 keeps chunk headers out of the stream.
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\nHost: localhost\r\n{headers}\r\n"), cancel);
        return new EventReader(socket);
    }

    /// <summary>Reads at most so many bytes; false at the end of the connection.</summary>
    public async Task<bool> ReadAsync(int most = 4096)
    {
        var cancel = TestContext.Current.CancellationToken;
        int count;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            count = await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(most, buffer.Length)), limit.Token);
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for a minute; so far: {Head}{text}");
        }
        var characters = new char[4096];
        text.Append(characters, 0, decoder.GetChars(buffer, 0, count, characters, 0));
        if (!hasHead && text.ToString() is var all && all.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end)
        {
            hasHead = true;
            Head = all[..end];
            isChunked = Head.Contains("chunked", StringComparison.Ordinal);
            text.Remove(0, end + 4);
        }
        return count > 0;
    }

    /// <summary>The events that have arrived whole and were not taken yet.</summary>
    public List<(string Name, long? Id, string Data)> Take()
    {
        Assert.False(isChunked);
        var events = new List<(string, long?, string)>();
        while (hasHead && text.ToString() is var all && all.IndexOf("\n\n", StringComparison.Ordinal) is >= 0 and var end)
        {
            text.Remove(0, end + 2);
            string? name = null, data = null;
            long? id = null;
            foreach (var line in all[..end].Split('\n'))
            {
                if (line.StartsWith(':'))
                    Comments++;
                else if (line.Split(": ", 2) is [var field, var value])
                    (name, id, data) = field switch { "event" => (value, id, data), "id" => (name, long.Parse(value, null), data), "data" => (name, id, value), _ => (name, id, data) };
            }
            if (name is not null)
                events.Add((name, id, data!));
        }
        return events;
    }

    /// <summary>Reads until so many events have come, and takes them.</summary>
    public async Task<List<(string Name, long? Id, string Data)>> TakeAsync(int count)
    {
        var events = Take();
        while (events.Count < count)
        {
            Assert.True(await ReadAsync(), $"the stream ended after {events.Count} of {count} events");
            events.AddRange(Take());
        }
        return events;
    }

    public void Dispose() => socket.Dispose();
}
