using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hale.Probes.Http;

namespace Hale.Readiness;

/// <summary>
/// After a refused connection on this machine: whether anything listens on the port, on which address, and what the process that was expected there
/// does listen on. Most refusals that last are a wrong port or a wrong address.
/// </summary>
/// <param name="knownPids">Processes that were expected to serve it.</param>
internal sealed class RefusalExplainer(IReadOnlyList<int> knownPids)
{
    // A port that is a slip of the finger away from the one that was asked for.
    private const int Near = 10;
    private const int Shown = 6;

    // The name has just been looked up for the attempt; if that takes long now, the failure does not wait for it.
    private static readonly TimeSpan LookUp = TimeSpan.FromMilliseconds(50);

    private readonly Lazy<List<TcpListener>> listeners = new(() => TcpListeners.Of());
    private readonly Lazy<HashSet<IPAddress>> own = new(OwnAddresses);

    /// <summary>One sentence without its full stop; null when there was no refusal, or it came from another machine.</summary>
    public async Task<string?> ExplainAsync(Endpoint? endpoint, string? trouble)
    {
        if (endpoint is null || trouble is null || !trouble.Contains(Blame.Words(SocketError.ConnectionRefused), StringComparison.Ordinal))
            return null;
        var asked = await AddressesOfAsync(endpoint);
        if (asked.Length == 0)
            return null;
        var there = listeners.Value.Where(listener => listener.Port == endpoint.Port).ToList();
        if (there.Exists(listener => asked.Any(address => Serves(listener.Address, address))))
            return $"port {endpoint.Port} is listened on by now";
        if (there.Count > 0)
            return $"port {endpoint.Port} is listened on at {Join(there.Select(listener => listener.Address.ToString()))} only, not at {Join(asked.Select(address => address.ToString()))}";
        return $"nothing listens on port {endpoint.Port}{Instead(endpoint.Port)}";
    }

    private string Instead(int port)
    {
        foreach (var pid in knownPids)
        {
            if (TcpListeners.NameOf(pid) is not { } name)
                continue;
            var held = TcpListeners.HeldBy(pid);
            return held.Count == 0 ? $"; process {pid} ({name}) listens on no port" : $"; process {pid} ({name}) listens on {Join(held.Select(Port))}";
        }
        var near = listeners.Value.Where(listener => Math.Abs(listener.Port - port) <= Near).OrderBy(listener => Math.Abs(listener.Port - port)).ToList();
        return near.Count == 0 ? "" : $"; near it: {Join(near.Select(listener => $"{Port(listener)}{Holder(listener)}"))}";
    }

    private static string Port(TcpListener listener) =>
        listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any) ? $"{listener.Port}" : $"{new IPEndPoint(listener.Address, listener.Port)}";

    private static string Holder(TcpListener listener) =>
        TcpListeners.HolderOf(listener.Inode) is { } pid ? $" ({TcpListeners.NameOf(pid)}, process {pid})" : "";

    private static string Join(IEnumerable<string> texts)
    {
        var distinct = texts.Distinct().ToList();
        return string.Join(", ", distinct.Take(Shown)) + (distinct.Count > Shown ? ", …" : "");
    }

    private static bool Serves(IPAddress listening, IPAddress asked) =>
        listening.Equals(asked) || listening.Equals(IPAddress.IPv6Any) || (listening.Equals(IPAddress.Any) && asked.AddressFamily == AddressFamily.InterNetwork);

    // The addresses of this machine that were asked; none when the refusal came from elsewhere.
    private async Task<IPAddress[]> AddressesOfAsync(Endpoint endpoint)
    {
        var addresses = NameResolver.Known(endpoint.Host);
        if (addresses is null)
        {
            try
            {
                using var limit = new CancellationTokenSource(LookUp);
                addresses = (await NameResolver.LookUpAsync(endpoint.Host, limit.Token)).Addresses;
            }
            catch (OperationCanceledException)
            {
                return [];
            }
        }
        return [.. addresses.Where(address => IPAddress.IsLoopback(address) || own.Value.Contains(address))];
    }

    private static HashSet<IPAddress> OwnAddresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(each => each.GetIPProperties().UnicastAddresses).Select(each => each.Address)];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }
}
