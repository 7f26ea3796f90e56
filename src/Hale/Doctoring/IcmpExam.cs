using System.Net.Sockets;

namespace Hale.Doctoring;

/// <summary>Whether an ICMP echo (ping) can be sent: over the kernel's ping socket (icmp(7)), or over a raw one.</summary>
internal static class IcmpExam
{
    private const string Range = "/proc/sys/net/ipv4/ping_group_range";

    public static IEnumerable<Finding> Examine(Patient patient)
    {
        yield return Judge(CanOpen(SocketType.Dgram), CanOpen(SocketType.Raw), patient.Files.ReadIfThere(Range)?.Trim().Replace('\t', ' '), patient.Uses("icmp"));
    }

    /// <summary>What the two attempts mean.</summary>
    internal static Finding Judge(bool hasPing, bool hasRaw, string? range, bool isNeeded) => (hasPing, hasRaw) switch
    {
        (true, _) => Finding.Ok("icmp", $"ping sockets are allowed (ping_group_range {range ?? "unknown"})"),
        (_, true) => Finding.Ok("icmp", "raw sockets are allowed"),
        _ => Finding.Missing("icmp", $"neither ping nor raw sockets are allowed (ping_group_range {range ?? "unknown"})", "hosts cannot be pinged",
            "sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"", isNeeded),
    };

    private static bool CanOpen(SocketType type)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, type, ProtocolType.Icmp);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
