using System.Net;
using System.Net.Sockets;
using Hale.Probes.Linux;

namespace Hale.Doctoring;

/// <summary>Whether names can be resolved: by the machine's own table, and by the name servers that it is told to ask.</summary>
internal static class NamesExam
{
    private const string Resolvers = "/etc/resolv.conf";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancel)
    {
        try
        {
            await Dns.GetHostAddressesAsync("localhost", cancel);
        }
        catch (SocketException trouble)
        {
            return [Finding.Limited("names", $"localhost does not resolve: {trouble.Message}", "checks of addresses with a name cannot tell", "add 127.0.0.1 localhost to /etc/hosts")];
        }
        string text;
        try
        {
            text = patient.Files.ReadIfThere(Resolvers) ?? "";
        }
        catch (KernelFileException trouble)
        {
            return [Finding.Unknown("names", trouble.Message)];
        }
        var servers = Servers(text);
        if (servers.Count == 0)
            return [Finding.Limited("names", $"{Resolvers} names no server; /etc/hosts works", "checks of addresses with a name that /etc/hosts does not have cannot tell", $"add a line to {Resolvers}: nameserver ADDRESS")];
        var answers = await Task.WhenAll(servers.Select(server => AnswersAsync(server, cancel)));
        var silent = servers.Where((_, i) => !answers[i]).ToArray();
        if (silent.Length == 0)
            return [Finding.Ok("names", $"{string.Join(", ", servers)} {(servers.Count == 1 ? "answers" : "answer")}")];
        return [Finding.Limited("names", $"no answer within {Patience.TotalSeconds:0} s from {string.Join(", ", (object[])silent)}",
            silent.Length == servers.Count ? "checks of addresses with a name cannot tell" : "resolving a name takes seconds whenever the silent server is asked first",
            $"correct {Resolvers}, or start the server again")];
    }

    /// <summary>The name servers of a resolv.conf(5), at most the three that the C library asks.</summary>
    internal static IReadOnlyList<IPAddress> Servers(string text)
    {
        const int asked = 3;
        var found = new List<IPAddress>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var address, ..] && IPAddress.TryParse(address, out var server) && found.Count < asked)
                found.Add(server);
        }
        return found;
    }

    // The root's name servers (RFC 1035): every resolver can say something about it, were it only a refusal, and any answer will do.
    private static async Task<bool> AnswersAsync(IPAddress server, CancellationToken cancel)
    {
        byte[] query = [0x48, 0x61, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(server, 53, limit.Token);
            await socket.SendAsync(query, limit.Token);
            var answer = new byte[512];
            while (true)
            {
                if (await socket.ReceiveAsync(answer, limit.Token) >= 12 && answer[0] == query[0] && answer[1] == query[1])
                    return true;
            }
        }
        catch (Exception trouble) when (trouble is SocketException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }
}
