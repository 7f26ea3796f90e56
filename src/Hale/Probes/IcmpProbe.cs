using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;
using Hale.Probes.Icmp;

namespace Hale.Probes;

/// <summary><c>icmp</c>: sends echo requests, and counts what comes back.</summary>
public sealed class IcmpProbe : IProbe
{
    private readonly string host, family;
    private readonly int count;
    private readonly TimeSpan interval;

    internal IcmpProbe(string host, int count = 3, TimeSpan? interval = null, string family = "any") =>
        (this.host, this.count, this.interval, this.family) = (host, count, interval ?? TimeSpan.FromMilliseconds(200), family);

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "icmp",
        "Sends echo requests (ping); fails when none of them is answered. Inconclusive where this machine does not let Hale send them, with what to do about it.",
        [
            new("host", KeyType.Text, "Name or address.") { Required = true, Shorthand = true },
            new("count", KeyType.Integer, "How many requests one attempt sends.") { Default = "3", Min = 1, Max = 100 },
            new("interval", KeyType.Duration, "Time between two of them.") { Default = "200ms", Min = 0.01, Max = 60 },
            new("family", KeyType.Choice, "Which addresses of a name to take.") { Choices = ["any", "ipv4", "ipv6"], Default = "any" },
        ],
        Create)
    {
        LevelOf = "rtt", LevelUnit = Unit.Seconds,
        Measures =
        [
            new("rtt", Unit.Seconds, "Mean time until a request was answered."),
            new("rtt_max", Unit.Seconds, "The longest of those times."),
            new("loss", Unit.Percent, "Share of the requests that were not answered."),
        ],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        var phase = new Phase();
        phase.Start(context.Timeout, context.Time);
        try
        {
            IPAddress[]? addresses = NameResolver.Known(host);
            if (addresses is null)
            {
                phase.Enter(Phase.Name.LookUp, host);
                var found = await NameResolver.LookUpAsync(host, cancel);
                if (found.Error != SocketError.Success)
                    return Blame.For(found.Error, $"looking up {host}");
                addresses = found.Addresses;
            }
            var address = Array.Find(addresses, IsWanted);
            if (address is null)
                return ProbeResult.Fail($"{host} has no address of {family}");
            phase.Enter(Phase.Name.Ask, address);
            using var socket = EchoSocket.Open(address, out var trouble);
            return trouble ?? await EchoAsync(socket!, address, phase, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return phase.OnCancelled(cancel);
        }
    }

    private static IcmpProbe Create(Settings settings)
    {
        var host = settings.Text("host")!;
        return Uri.CheckHostName(host) == UriHostNameType.Unknown
            ? throw new SettingsException("host", $"'{host}' is neither a name nor an address")
            : new IcmpProbe(host, (int)(settings.Integer("count") ?? 3), settings.Duration("interval"), settings.Text("family") ?? "any");
    }

    private bool IsWanted(IPAddress address) => family switch
    {
        "ipv4" => address.AddressFamily == AddressFamily.InterNetwork,
        "ipv6" => address.AddressFamily == AddressFamily.InterNetworkV6,
        _ => true,
    };

    // Requests go out at their times, and answers are taken whenever they come. A little before the limit the attempt ends by itself, since what is
    // lost is known only by waiting.
    private async ValueTask<ProbeResult> EchoAsync(EchoSocket socket, IPAddress address, Phase phase, CancellationToken cancel)
    {
        var message = new EchoMessage(address.AddressFamily == AddressFamily.InterNetworkV6);
        var (sent, times, refusal) = (new List<TimeSpan>(), new Dictionary<int, TimeSpan>(), (SocketError?)null);
        var buffer = new byte[1500];
        var (begun, end) = (phase.Elapsed, phase.Elapsed + (phase.Left * 0.9));
        while (times.Count < count && phase.Elapsed < end)
        {
            var due = begun + (sent.Count * interval);
            try
            {
                if (sent.Count < count && phase.Elapsed >= due)
                {
                    sent.Add(phase.Elapsed);
                    await socket.Socket.SendAsync(message.Request(sent.Count - 1), cancel);
                    continue;
                }
                var until = (sent.Count < count && due < end ? due : end) - phase.Elapsed;
                using var pause = new CancellationTokenSource(until > TimeSpan.Zero ? until : TimeSpan.Zero, phase.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, pause.Token);
                var length = await socket.Socket.ReceiveAsync(buffer, either.Token);
                if (message.AnswerTo(buffer.AsSpan(0, length), socket.IsRaw) is { } number && number < sent.Count)
                    times.TryAdd(number, phase.Elapsed - sent[number]);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested || phase.Elapsed >= end)
            {
                // Time for the next request, or for the end, which on a busy machine the time-out itself can overtake.
            }
            catch (SocketException error) when (Blame.IsTargets(error.SocketErrorCode))
            {
                // A router, or the target's own machine, has said that it cannot be reached; the next request may fare better.
                refusal = error.SocketErrorCode;
            }
            catch (SocketException error)
            {
                return Blame.For(error.SocketErrorCode, $"asking {address}");
            }
        }
        return Judge(address, sent.Count, [.. times.Values], refusal);
    }

    private static ProbeResult Judge(IPAddress address, int sent, TimeSpan[] times, SocketError? refusal)
    {
        var loss = new Measurement("loss", sent == 0 ? 100 : 100.0 * (sent - times.Length) / sent, Unit.Percent);
        if (times.Length == 0)
        {
            var why = refusal switch { null => "no answer", SocketError.ConnectionRefused => "destination unreachable (connection refused)", var error => $"destination unreachable ({Blame.Words(error.Value)})" };
            return ProbeResult.Fail($"{address}: {why} to {sent} echo {(sent == 1 ? "request" : "requests")}", loss);
        }
        var mean = times.Average(time => time.TotalSeconds);
        return ProbeResult.Pass(
            string.Create(CultureInfo.InvariantCulture, $"{address}: {times.Length} of {sent} echo requests were answered, in {mean * 1000:0.###} ms"),
            new("rtt", mean, Unit.Seconds), new("rtt_max", times.Max().TotalSeconds, Unit.Seconds), loss);
    }
}
