using System.Globalization;
using System.Net;
using System.Text;
using Hale.Native;
using Hale.Processes;

namespace Hale.Readiness;

/// <summary>A TCP socket that is listened on.</summary>
/// <param name="Address">The address; the wildcard for all.</param>
/// <param name="Port">The port.</param>
/// <param name="Inode">The socket's number, under which processes hold it.</param>
internal readonly record struct TcpListener(IPAddress Address, int Port, long Inode);

/// <summary>Who listens where, from <c>/proc/net/tcp</c> and <c>tcp6</c> (proc_pid_net(5)) and the descriptors of processes. Read once, when something is to be explained.</summary>
internal static class TcpListeners
{
    private const string Listening = "0A";

    // A machine with more sockets or processes than this gets a shorter explanation, not a slower failure.
    private const int MaxLines = 20_000, MaxProcesses = 5_000, MaxDescriptors = 4_096;

    /// <summary>The listening sockets of the network that a process lives in; of ours when it is null or cannot be read.</summary>
    public static List<TcpListener> Of(int? pid = null)
    {
        var found = new List<TcpListener>();
        foreach (var name in (string[])["tcp", "tcp6"])
            Read(pid is null ? $"/proc/net/{name}" : $"/proc/{pid}/net/{name}", found);
        return found;
    }

    /// <summary>Those that a process, or one that descends from it, holds open.</summary>
    public static List<TcpListener> HeldBy(int pid)
    {
        var inodes = Family(pid).SelectMany(Inodes).ToHashSet();
        return [.. Of(pid).Where(listener => inodes.Contains(listener.Inode))];
    }

    /// <summary>Which process holds a socket; null when that cannot be seen.</summary>
    public static int? HolderOf(long inode)
    {
        foreach (var pid in ProcessTable.Pids().Take(MaxProcesses))
        {
            if (Inodes(pid).Contains(inode))
                return pid;
        }
        return null;
    }

    /// <summary>The short name of a process, as the kernel keeps it; null when it cannot be read.</summary>
    public static string? NameOf(int pid)
    {
        Span<byte> buffer = stackalloc byte[64];
        return ProcFile.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/comm"), buffer, out var length) == ProcRead.Ok
            ? OneLine.Of(Encoding.UTF8.GetString(buffer[..length]), 40)
            : null;
    }

    /// <summary>Reads one line of the table; null for the heading, and for a socket that is not listened on.</summary>
    public static TcpListener? Parse(string line)
    {
        // "0: 0100007F:15AE 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 …"
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 10 || fields[3] != Listening || fields[1].IndexOf(':', StringComparison.Ordinal) is not (8 or 32) || !long.TryParse(fields[9], NumberStyles.None, CultureInfo.InvariantCulture, out var inode))
            return null;
        var parts = fields[1].Split(':');
        if (!int.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port))
            return null;
        try
        {
            // Words of 32 bits in the order of the machine.
            var bytes = Convert.FromHexString(parts[0]);
            if (BitConverter.IsLittleEndian)
            {
                for (var word = 0; word < bytes.Length; word += 4)
                    bytes.AsSpan(word, 4).Reverse();
            }
            var address = new IPAddress(bytes);
            return new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port, inode);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static void Read(string path, List<TcpListener> found)
    {
        try
        {
            foreach (var line in File.ReadLines(path).Take(MaxLines))
            {
                if (Parse(line) is { } listener)
                    found.Add(listener);
            }
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's; or there is no IPv6. What is not known is not told.
        }
    }

    private static List<int> Family(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var pid in ProcessTable.Pids().Take(MaxProcesses))
        {
            if (ProcessTable.Read(pid, out var stat) == ProcRead.Ok)
                parents[pid] = stat.Parent;
        }
        var family = new List<int> { root };
        for (var i = 0; i < family.Count; i++)
            family.AddRange(parents.Where(child => child.Value == family[i] && !family.Contains(child.Key)).Select(child => child.Key).ToList());
        return family;
    }

    private static IEnumerable<long> Inodes(int pid)
    {
        string[] descriptors;
        try
        {
            descriptors = [.. Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fd")).Take(MaxDescriptors)];
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (var descriptor in descriptors)
        {
            if (Target(descriptor) is { } link && link.StartsWith("socket:[", StringComparison.Ordinal)
                && long.TryParse(link.AsSpan(8, link.Length - 9), NumberStyles.None, CultureInfo.InvariantCulture, out var inode))
                yield return inode;
        }
    }

    private static unsafe string? Target(string descriptor)
    {
        Span<byte> buffer = stackalloc byte[64];
        fixed (byte* pointer = buffer)
        {
            var length = (int)Files.ReadLink(descriptor, pointer, (nuint)buffer.Length);
            return length is > 0 and < 64 ? Encoding.UTF8.GetString(buffer[..length]) : null;
        }
    }
}
