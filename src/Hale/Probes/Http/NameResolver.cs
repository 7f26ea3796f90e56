using System.Net;
using System.Net.Sockets;

namespace Hale.Probes.Http;

/// <summary>
/// Names to addresses. <c>getaddrinfo</c> blocks, for many seconds when a name server is dead, and .NET runs it on the
/// thread pool; here it runs on at most eight threads of its own, and one lookup serves all who ask for the same name meanwhile. Nothing is
/// kept: every attempt sees what the resolver says now.
/// </summary>
internal static class NameResolver
{
    private const int ThreadLimit = 8;
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(30);

    private static readonly object Gate = new();
    private static readonly Dictionary<string, TaskCompletionSource<Answer>> Asked = new(StringComparer.OrdinalIgnoreCase);
    private static readonly Queue<string> Waiting = new();
    private static int threads;
    private static int idle;

    /// <summary>What a lookup came to.</summary>
    /// <param name="Addresses">The addresses in the system's order of preference; empty on an error.</param>
    /// <param name="Error">The error; <see cref="SocketError.Success"/> for none.</param>
    public readonly record struct Answer(IPAddress[] Addresses, SocketError Error);

    /// <summary>
    /// The addresses that need no lookup: of a literal, and of <c>localhost</c>, which is the loopback by definition (RFC 6761, 6.3).
    /// Null for any other name.
    /// </summary>
    public static IPAddress[]? Known(string host) =>
        IPAddress.TryParse(host, out var literal) ? [literal]
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : null;

    /// <summary>Looks a name up. Cancelling ends the waiting, not the lookup.</summary>
    public static Task<Answer> LookUpAsync(string host, CancellationToken cancel)
    {
        TaskCompletionSource<Answer>? answer;
        lock (Gate)
        {
            if (!Asked.TryGetValue(host, out answer))
            {
                answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Asked.Add(host, answer);
                Waiting.Enqueue(host);
                if (Waiting.Count > idle && threads < ThreadLimit)
                {
                    threads++;
                    new Thread(Work) { IsBackground = true, Name = "hale resolver" }.Start();
                }
                else
                {
                    Monitor.Pulse(Gate);
                }
            }
        }
        return answer.Task.WaitAsync(cancel);
    }

    private static void Work()
    {
        while (Next() is { } host)
        {
            var answer = LookUp(host);
            TaskCompletionSource<Answer>? asked;
            lock (Gate)
                Asked.Remove(host, out asked);
            asked!.SetResult(answer);
        }
    }

    private static string? Next()
    {
        lock (Gate)
        {
            while (Waiting.Count == 0)
            {
                idle++;
                var pulsed = Monitor.Wait(Gate, IdleFor);
                idle--;
                if (!pulsed && Waiting.Count == 0)
                {
                    threads--;
                    return null;
                }
            }
            return Waiting.Dequeue();
        }
    }

    private static Answer LookUp(string host)
    {
        try
        {
            var addresses = Dns.GetHostAddresses(host);
            return new(addresses, addresses.Length == 0 ? SocketError.NoData : SocketError.Success);
        }
        catch (SocketException error)
        {
            return new([], error.SocketErrorCode);
        }
        catch (ArgumentException)
        {
            // Longer than a name can be.
            return new([], SocketError.HostNotFound);
        }
    }
}
