using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Hale.SystemTests.Fixture;

/// <summary>Stands between Hale and a socket, so that a test can cut, or hold up, what goes through.</summary>
internal sealed class SocketProxy : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentDictionary<Socket, Socket> pairs = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> visits = [];
    private readonly Task accepting;
    private readonly string target;

    private SocketProxy(string path, string target)
    {
        this.target = target;
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(64);
        accepting = AcceptAsync();
    }

    /// <summary>Whether new connections are accepted and then held without a word.</summary>
    public bool Hangs { get; set; }

    /// <summary>Listens at <paramref name="path"/> for what is meant for <paramref name="target"/>.</summary>
    public static SocketProxy Start(string path, string target) => new(path, target);

    /// <summary>Cuts every connection.</summary>
    public void Cut()
    {
        foreach (var (near, far) in pairs)
        {
            near.Dispose();
            far.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        Cut();
        await accepting;
        await Task.WhenAll(visits);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                visits.Add(ServeAsync(await listener.AcceptAsync(stop.Token)));
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket near)
    {
        using (near)
        using (var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            pairs[near] = far;
            try
            {
                if (Hangs)
                    await Task.Delay(Timeout.Infinite, stop.Token);
                await far.ConnectAsync(new UnixDomainSocketEndPoint(target), stop.Token);
                await Task.WhenAny(CopyAsync(near, far), CopyAsync(far, near));
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Cut, or the engine is not there.
            }
            finally
            {
                pairs.TryRemove(near, out _);
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[16 << 10];
            while (await from.ReceiveAsync(buffer, stop.Token) is > 0 and var read)
            {
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), stop.Token);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Cut from one side or the other.
        }
    }
}
