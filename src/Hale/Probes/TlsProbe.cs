using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Probes;

/// <summary>
/// <c>tls</c>: shakes hands and looks at the certificate: whether it is trusted, for the host, and for how much longer. Unlike a client it goes on
/// after a certificate that is not in order, so that everything that is wrong is named and measured.
/// </summary>
public sealed class TlsProbe : IProbe
{
    private readonly Endpoint endpoint;
    private readonly TlsSettings tls;
    private readonly bool startsPlain;

    internal TlsProbe(Endpoint endpoint, TlsSettings tls, bool startsPlain = false) =>
        (this.endpoint, this.tls, this.startsPlain) = (endpoint, tls, startsPlain);

    /// <summary>The kind for the registry.</summary>
    public static ProbeKind Kind { get; } = new(
        "tls",
        "Shakes hands and judges the server's certificate; fails when it has expired, is for another name, or is not trusted, and by `warn` and `fail` before it expires.",
        [
            new("address", KeyType.Text, "Where to connect: HOST or HOST:PORT; port 443 unless written.") { Required = true, Shorthand = true },
            new("starttls", KeyType.Choice, "The protocol in which TLS is asked for first, where the port does not begin with it.") { Choices = ["smtp"] },
            .. TlsSettings.WithoutVerify(),
        ],
        settings => new TlsProbe(
            Endpoint.TryParse(settings.Text("address")!, defaultPort: 443) ?? throw new SettingsException("address", $"'{settings.Text("address")}' is not HOST or HOST:PORT"),
            TlsSettings.From(settings),
            settings.Text("starttls") == "smtp"))
    {
        LevelOf = "left",
        LevelUnit = Unit.Seconds,
        LevelBelow = true,
        Measures =
        [
            new("left", Unit.Seconds, "Time until the server's certificate ends; negative after that.", Below: true),
            new("chain_left", Unit.Seconds, "Time until the first certificate of its chain ends.", Below: true),
            new("latency", Unit.Seconds, "Time until TLS stood."),
        ],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        var phase = new Phase();
        phase.Start(context.Timeout, context.Time);
        var connection = new Connection();
        var abort = cancel.UnsafeRegister(static connection => ((Connection)connection!).Abort(), connection);
        try
        {
            return await Dialer.DialAsync(connection, endpoint, phase, cancel)
                ?? (startsPlain ? await SmtpGreeting.AskForTlsAsync(connection, phase, cancel) : null)
                ?? await HandshakeAsync(connection, phase, cancel);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException && cancel.IsCancellationRequested)
        {
            return phase.OnCancelled(cancel);
        }
        finally
        {
            await abort.DisposeAsync();
            connection.Close();
            connection.Dispose();
        }
    }

    private async ValueTask<ProbeResult> HandshakeAsync(Connection connection, Phase phase, CancellationToken cancel)
    {
        phase.Enter(Phase.Name.Handshake);
        await using var session = new TlsSession(connection.Socket, endpoint.Host, tls.Observing());
        try
        {
            if (await session.HandshakeAsync(endpoint, phase.Time, protocol: null, cancel) is { } refused)
                return refused;
            return Judge(session, phase);
        }
        catch (IOException error)
        {
            cancel.ThrowIfCancellationRequested();
            return error.InnerException is SocketException socket
                ? Blame.For(socket.SocketErrorCode, phase.Describe())
                : ProbeResult.Fail($"TLS with {endpoint}: {TlsSession.Words(error)}");
        }
    }

    private ProbeResult Judge(TlsSession session, Phase phase)
    {
        if (session.CertificateEnds is not { } ends)
            return ProbeResult.Fail($"TLS with {endpoint}: the server sent no certificate");
        var left = ends - phase.Time.GetUtcNow();
        Measurement[] measurements =
        [
            new("left", left.TotalSeconds, Unit.Seconds),
            new("chain_left", (session.ChainEnds!.Value - phase.Time.GetUtcNow()).TotalSeconds, Unit.Seconds),
            new("latency", phase.Elapsed.TotalSeconds, Unit.Seconds),
        ];
        return session.Complaints.Count > 0
            ? ProbeResult.Fail($"TLS with {endpoint}: {string.Join("; ", session.Complaints)}", measurements)
            : ProbeResult.Pass(string.Create(CultureInfo.InvariantCulture, $"{Version(session.Stream.SslProtocol)}, the certificate is good until {ends:yyyy-MM-dd} ({Math.Floor(left.TotalDays):0} days)"), measurements);
    }

    private static string Version(SslProtocols version) => version switch
    {
        SslProtocols.Tls12 => "TLS 1.2",
        SslProtocols.Tls13 => "TLS 1.3",
        _ => version.ToString(),
    };
}
