using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Probes.Names;

/// <summary>One question to one server: a datagram, and a connection where the answer does not fit into one.</summary>
internal sealed class DnsExchange(DnsQuestion question, Phase phase)
{
    // Datagrams that belong to something else, before we stop looking.
    private const int StrayLimit = 100;

    /// <summary>The answer, after <see cref="AskAsync"/> has returned null.</summary>
    public DnsAnswer Answer { get; private set; } = new(0, false, [], null);

    /// <summary>Asks one server.</summary>
    /// <returns>Null when an answer came; otherwise what the attempt came to.</returns>
    public async ValueTask<ProbeResult?> AskAsync(IPEndPoint server, bool overTcp, CancellationToken cancel)
    {
        var id = (ushort)Random.Shared.Next(0x10000);
        if (!overTcp)
        {
            if (await DatagramAsync(server, id, cancel) is { } trouble)
                return trouble;
            if (!Answer.IsTruncated)
                return null;
        }
        return await StreamAsync(server, id, cancel);
    }

    private async ValueTask<ProbeResult?> DatagramAsync(IPEndPoint server, ushort id, CancellationToken cancel)
    {
        phase.Enter(Phase.Name.Ask, server);
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            // Connected, so that datagrams of others are dropped, and a closed port is told.
            await socket.ConnectAsync(server, cancel);
            await socket.SendAsync(question.Query(id), cancel);
            var buffer = new byte[4096];
            for (var i = 0; i < StrayLimit; i++)
            {
                var length = await socket.ReceiveAsync(buffer, cancel);
                if (DnsAnswer.IsFor(buffer.AsSpan(0, length), id))
                    return Take(server, buffer.AsSpan(0, length));
            }
            return ProbeResult.Fail($"{server} sends datagrams that answer nothing");
        }
        catch (SocketException error)
        {
            return Blame.For(error.SocketErrorCode, $"asking {server}");
        }
    }

    private async ValueTask<ProbeResult?> StreamAsync(IPEndPoint server, ushort id, CancellationToken cancel)
    {
        using var connection = new Connection();
        using var abort = cancel.UnsafeRegister(static connection => ((Connection)connection!).Abort(), connection);
        try
        {
            phase.Enter(Phase.Name.Connect, server);
            if (await connection.ConnectAsync(server) is not SocketError.Success and var connecting)
                return Broken(connecting, server, cancel);
            phase.Enter(Phase.Name.Answer);
            var query = question.Query(id);
            byte[] message = [(byte)(query.Length >> 8), (byte)query.Length, .. query];
            if (await connection.SendAsync(message) is not SocketError.Success and var sending)
                return Broken(sending, server, cancel);
            var head = new byte[2];
            if (await FillAsync(connection, head, server, cancel) is { } noHead)
                return noHead;
            var body = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
            if (await FillAsync(connection, body, server, cancel) is { } noBody)
                return noBody;
            return DnsAnswer.IsFor(body, id) ? Take(server, body) : ProbeResult.Fail($"{server} answers something that was not asked over TCP");
        }
        finally
        {
            connection.Close();
        }
    }

    private static async ValueTask<ProbeResult?> FillAsync(Connection connection, byte[] space, IPEndPoint server, CancellationToken cancel)
    {
        for (var length = 0; length < space.Length; length += connection.Received)
        {
            if (await connection.ReceiveAsync(space.AsMemory(length)) is not SocketError.Success and var error)
                return Broken(error, server, cancel);
            if (connection.Received == 0)
                return ProbeResult.Fail($"{server} closed the connection before its answer was whole");
        }
        return null;
    }

    private ProbeResult? Take(IPEndPoint server, ReadOnlySpan<byte> message)
    {
        if (DnsAnswer.Read(message, question, out var trouble) is not { } answer)
            return ProbeResult.Fail($"{server} answers, but {trouble}");
        Answer = answer;
        return null;
    }

    private static ProbeResult Broken(SocketError error, IPEndPoint server, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Blame.For(error, $"asking {server} over TCP");
    }
}
