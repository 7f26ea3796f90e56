using System.Net.WebSockets;
using System.Text;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Probes;

/// <summary><c>websocket</c>: opens a WebSocket, and where that is asked for, sends a text and waits for one.</summary>
public sealed class WebSocketProbe : IProbe
{
    private const int MessageLimit = 64 * 1024;
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(1);

    // What the client itself decides about the upgrade.
    private static readonly string[] Reserved = ["connection", "upgrade", "host", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions", "sec-websocket-protocol"];

    private readonly Uri url;
    private readonly IReadOnlyDictionary<string, string> headers;
    private readonly TlsSettings tls;
    private readonly string? protocol;
    private readonly string? send;
    private readonly string? expect;

    internal WebSocketProbe(
        Uri url, string? send = null, string? expect = null, string? protocol = null, IReadOnlyDictionary<string, string>? headers = null, TlsSettings? tls = null)
    {
        (this.url, this.send, this.expect, this.protocol) = (url, send, expect, protocol);
        this.headers = headers ?? new Dictionary<string, string>();
        this.tls = tls ?? TlsSettings.Default;
        if (this.headers.Keys.FirstOrDefault(name => Reserved.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } reserved)
            throw new SettingsException("headers", $"{reserved} is set by Hale itself");
        // The same rules for what can be sent as in any request.
        HttpRequest.Create("GET", new Uri("http://localhost/"), this.headers);
    }

    /// <summary>The kind for the registry.</summary>
    public static ProbeKind Kind { get; } = new(
        "websocket",
        "Opens a WebSocket; fails when the server does not agree to one, or when what is expected does not come.",
        [
            new("url", KeyType.Text, "Where to connect: `ws://HOST/PATH` or `wss://HOST/PATH`.") { Required = true, Shorthand = true },
            new("send", KeyType.Text, "Text message to send once it is open."),
            new("expect", KeyType.Text, "Text that must come within the first 64 KiB of messages."),
            new("protocol", KeyType.Text, "Subprotocol to ask for, which the server must agree to."),
            new("headers", KeyType.TextMap, "Header fields to send, such as Origin."),
            .. Authorization.Keys,
            .. TlsSettings.Keys,
        ],
        settings => new WebSocketProbe(
            ParseUrl(settings.Text("url")!), settings.Text("send"), settings.Text("expect"), settings.Text("protocol"), Authorization.Headers(settings), TlsSettings.From(settings)))
    {
        LevelOf = "latency",
        LevelUnit = Unit.Seconds,
        Measures = [new("latency", Unit.Seconds, "Time until the WebSocket stood and the expected text was there.")],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        var endpoint = new Endpoint(url.IdnHost.Trim('[', ']'), url.Port);
        await using var client = new FreshClient(endpoint, url.Scheme == "wss" ? endpoint.Host : null, tls, context.Timeout, context.Time);
        if (await client.DialAsync(protocol: null, cancel) is { } trouble)
            return trouble;
        using var socket = new ClientWebSocket();
        Prepare(socket.Options);
        try
        {
            await socket.ConnectAsync(url, client.Invoker, cancel);
            if (await TalkAsync(socket, client.Phase, cancel) is { } silence)
                return silence;
            var latency = new Measurement("latency", client.Phase.Elapsed.TotalSeconds, Unit.Seconds);
            await CloseAsync(socket, context.Time, cancel);
            return ProbeResult.Pass(expect is null ? "open" : "open, and the answer is as expected", latency);
        }
        catch (WebSocketException) when ((int)socket.HttpStatusCode is not (0 or 101) && !cancel.IsCancellationRequested)
        {
            return ProbeResult.Fail($"status {(int)socket.HttpStatusCode} instead of a WebSocket");
        }
        catch (Exception error) when (FreshClient.IsExpected(error))
        {
            return client.Explain(error, cancel);
        }
    }

    private void Prepare(ClientWebSocketOptions options)
    {
        options.CollectHttpResponseDetails = true;
        options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        if (protocol is not null)
            options.AddSubProtocol(protocol);
        foreach (var (name, value) in headers)
            options.SetRequestHeader(name, value);
    }

    // Null when there is nothing to complain of.
    private async ValueTask<ProbeResult?> TalkAsync(ClientWebSocket socket, Phase phase, CancellationToken cancel)
    {
        if (protocol is not null && socket.SubProtocol != protocol)
            return ProbeResult.Fail($"open, but the server did not agree to the protocol {protocol}");
        if (send is not null)
        {
            phase.Enter(Phase.Name.Send);
            await socket.SendAsync(Encoding.UTF8.GetBytes(send), WebSocketMessageType.Text, endOfMessage: true, cancel);
        }
        if (expect is null)
            return null;
        phase.Enter(Phase.Name.Answer);
        var wanted = Encoding.UTF8.GetBytes(expect);
        var heard = new byte[MessageLimit];
        for (var length = 0; ;)
        {
            if (length == heard.Length)
                return Unexpected($"did not come within {MessageLimit / 1024} KiB", heard);
            var received = await socket.ReceiveAsync(heard.AsMemory(length), cancel);
            if (received.MessageType == WebSocketMessageType.Close)
                return Unexpected($"did not come before the server closed ({(int?)socket.CloseStatus} {Excerpt.Of(Encoding.UTF8.GetBytes(socket.CloseStatusDescription ?? ""))})", heard.AsSpan(0, length));
            length += received.Count;
            if (heard.AsSpan(0, length).IndexOf(wanted) >= 0)
                return null;
        }
    }

    private static ProbeResult Unexpected(string how, ReadOnlySpan<byte> heard) =>
        ProbeResult.Fail($"open, but what is expected {how}; the answer was {(heard.IsEmpty ? "empty" : Excerpt.Of(heard))}");

    // Servers log a WebSocket that breaks off, and a probe comes back every minute. One that does not say goodbye has been heard all the same.
    private static async Task CloseAsync(ClientWebSocket socket, TimeProvider time, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(PatienceAtTheEnd, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, either.Token);
        }
        catch (Exception error) when (FreshClient.IsExpected(error))
        {
            // The attempt is decided.
        }
    }

    private static Uri ParseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "ws" or "wss" && url.Host.Length > 0
            ? url
            : throw new SettingsException("url", $"'{text}' is not ws://HOST/PATH or wss://HOST/PATH");
}
