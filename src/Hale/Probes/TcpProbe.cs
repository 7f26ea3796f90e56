using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Probes;

/// <summary><c>tcp</c>: connects, and where that is asked for, sends a text and waits for one.</summary>
public sealed class TcpProbe : IProbe
{
    // What a banner or a one-line answer fits in, many times over.
    private const int AnswerLimit = 4096;

    private readonly Endpoint endpoint;
    private readonly byte[] send;
    private readonly byte[] expect;

    internal TcpProbe(Endpoint endpoint, string? send = null, string? expect = null)
    {
        this.endpoint = endpoint;
        this.send = Encoding.UTF8.GetBytes(send ?? "");
        this.expect = Encoding.UTF8.GetBytes(expect ?? "");
    }

    /// <summary>The kind for the registry.</summary>
    public static ProbeKind Kind { get; } = new(
        "tcp",
        "Opens a TCP connection; fails when it is refused or not answered, or when what is expected does not come.",
        [
            new("address", KeyType.Text, "Where to connect: HOST:PORT, or [IPV6]:PORT.") { Required = true, Shorthand = true },
            new("send", KeyType.Text, "Text to send once connected."),
            new("expect", KeyType.Text, "Text that must come within the first 4 KiB of the answer."),
        ],
        settings => new TcpProbe(
            Endpoint.TryParse(settings.Text("address")!) ?? throw new SettingsException("address", $"'{settings.Text("address")}' is not HOST:PORT"),
            settings.Text("send"),
            settings.Text("expect")))
    {
        LevelOf = "latency",
        LevelUnit = Unit.Seconds,
        Measures = [new("latency", Unit.Seconds, "Time until the connection stood and the expected text was there.")],
    };

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        var phase = new Phase();
        phase.Start(context.Timeout, context.Time);
        var connection = new Connection { IsBlocking = context.IsAlone };
        var abort = cancel.UnsafeRegister(static connection => ((Connection)connection!).Abort(), connection);
        try
        {
            return await Dialer.DialAsync(connection, endpoint, phase, cancel)
                ?? await TalkAsync(connection, phase, cancel)
                ?? ProbeResult.Pass(expect.Length == 0 ? "connected" : "connected, and the answer is as expected", new Measurement("latency", phase.Elapsed.TotalSeconds, Unit.Seconds));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return phase.OnCancelled(cancel);
        }
        finally
        {
            abort.Dispose();
            connection.Close();
            connection.Dispose();
        }
    }

    // Null when there is nothing to complain of.
    private async ValueTask<ProbeResult?> TalkAsync(Connection connection, Phase phase, CancellationToken cancel)
    {
        if (send.Length > 0)
        {
            phase.Enter(Phase.Name.Send);
            if (await connection.SendAsync(send) is not SocketError.Success and var error)
                return Broken(error, phase, cancel);
        }
        if (expect.Length == 0)
            return null;
        phase.Enter(Phase.Name.Answer);
        var answer = ArrayPool<byte>.Shared.Rent(AnswerLimit);
        try
        {
            var length = 0;
            while (answer.AsSpan(0, length).IndexOf(expect) < 0)
            {
                if (length == answer.Length)
                    return Unexpected("did not come", answer.AsSpan(0, length));
                if (await connection.ReceiveAsync(answer.AsMemory(length)) is not SocketError.Success and var error)
                    return Broken(error, phase, cancel);
                if (connection.Received == 0)
                    return Unexpected("did not come before the connection was closed", answer.AsSpan(0, length));
                length += connection.Received;
            }
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(answer);
        }
    }

    private static ProbeResult Unexpected(string how, ReadOnlySpan<byte> answer) =>
        ProbeResult.Fail($"connected, but what is expected {how}; the answer was {(answer.IsEmpty ? "empty" : Excerpt.Of(answer))}");

    private static ProbeResult Broken(SocketError error, Phase phase, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Blame.For(error, phase.Describe());
    }
}
