using System.Net;

namespace Hale.Probes.Names;

/// <summary>The name servers of this machine, as /etc/resolv.conf names them (resolv.conf(5)).</summary>
internal static class ResolverFile
{
    /// <summary>Where it stands.</summary>
    public const string Path = "/etc/resolv.conf";

    // As many as the C library takes.
    private const int Limit = 3;

    /// <summary>The first three servers, in the order of the file.</summary>
    public static IPEndPoint[] Servers(string text) =>
    [
        .. text.Split('\n')
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", _, ..])
            .Select(words => IPAddress.TryParse(words[1], out var address) ? new IPEndPoint(address, 53) : null)
            .OfType<IPEndPoint>()
            .Take(Limit),
    ];
}
