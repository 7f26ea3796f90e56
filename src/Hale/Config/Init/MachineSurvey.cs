using System.Net;
using Hale.Readiness;

namespace Hale.Config.Init;

/// <summary>A file system that fills up with use.</summary>
/// <param name="Path">Where it is mounted.</param>
/// <param name="Type">Its type, such as <c>ext4</c>.</param>
internal readonly record struct Mount(string Path, string Type);

/// <summary>A port on which somebody listens.</summary>
/// <param name="Address">Where to connect, as <c>HOST:PORT</c>.</param>
/// <param name="Port">The port.</param>
/// <param name="Program">Name of the process that listens; null where that cannot be seen.</param>
internal readonly record struct Service(string Address, int Port, string? Program);

/// <summary>What there is on this machine to be watched. Nothing is connected to and nothing is changed.</summary>
/// <param name="Mounts">File systems worth watching, the root first.</param>
/// <param name="Services">Listening TCP ports, by number.</param>
/// <param name="HasSystemd">systemd is the init.</param>
internal sealed record MachineSurvey(IReadOnlyList<Mount> Mounts, IReadOnlyList<Service> Services, bool HasSystemd)
{
    /// <summary>More than this a person would rather write by a rule of their own.</summary>
    public const int MostMounts = 12, MostServices = 24;

    private static readonly HashSet<string> Filling = ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs"];

    /// <summary>Looks at this machine.</summary>
    /// <param name="ownPort">Hale's own port, which is no service to be watched.</param>
    public static MachineSurvey Take(int ownPort)
    {
        var table = File.Exists("/proc/self/mounts") ? File.ReadLines("/proc/self/mounts") : [];
        return new(MountsOf(table), ServicesOf(TcpListeners.Of(), ownPort, ProgramOf), Directory.Exists("/run/systemd/system"));
    }

    /// <summary>One mount for each device, the shortest path, from the table of proc_pid_mounts(5); and the root, whatever it is made of.</summary>
    public static IReadOnlyList<Mount> MountsOf(IEnumerable<string> table)
    {
        var seen = new Dictionary<string, Mount>();
        foreach (var line in table)
        {
            var fields = line.Split(' ');
            if (fields.Length < 4)
                continue;
            var (device, path, type) = (fields[0], Unescaped(fields[1]), fields[2]);
            // Read-only images (snaps, discs) are full by nature; what boots the machine hardly changes.
            if (path != "/" && (!Filling.Contains(type) || fields[3].Split(',').Contains("ro") || path.StartsWith("/boot", StringComparison.Ordinal)))
                continue;
            if (!seen.TryGetValue(device, out var other) || path.Length < other.Path.Length)
                seen[device] = new(path, type);
        }
        return [.. seen.Values.OrderBy(mount => mount.Path, StringComparer.Ordinal).Take(MostMounts)];
    }

    /// <summary>A service for each port. What listens on every address is asked on loopback.</summary>
    public static IReadOnlyList<Service> ServicesOf(IEnumerable<TcpListener> listeners, int ownPort, Func<long, string?> programOf) =>
        [.. listeners.Where(listener => listener.Port != ownPort).GroupBy(listener => listener.Port).OrderBy(port => port.Key).Take(MostServices)
            .Select(port => new Service(AddressOf([.. port.Select(listener => listener.Address)], port.Key), port.Key, programOf(port.First().Inode)))];

    private static string AddressOf(IPAddress[] addresses, int port)
    {
        // Loopback and wildcards can be asked on loopback; an address of its own has to be named.
        var on = Array.Find(addresses, address => IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) ?? addresses[0];
        if (on.Equals(IPAddress.Any) || on.Equals(IPAddress.IPv6Any))
            return $"localhost:{port}";
        return new IPEndPoint(on, port).ToString();
    }

    private static string? ProgramOf(long inode) => TcpListeners.HolderOf(inode) is { } pid ? TcpListeners.NameOf(pid) : null;

    // Blank, tab, line end and backslash are written in octal.
    private static string Unescaped(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
