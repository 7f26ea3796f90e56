using System.Text;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;
using Hale.Probes.Lines;

namespace Hale.Probes;

/// <summary>
/// <c>ssh</c>: reads how the server introduces itself (RFC 4253, 4.2). Its host key is not looked at: that takes a key exchange, which is most of an
/// SSH client.
/// </summary>
public sealed class SshProbe : IProbe
{
    // Lines that a server may say before it introduces itself.
    private const int LineLimit = 50;

    private readonly Endpoint endpoint;
    private readonly Regex? expect;

    private SshProbe(Endpoint endpoint, Regex? expect) => (this.endpoint, this.expect) = (endpoint, expect);

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "ssh",
        "Connects to an SSH server and reads how it introduces itself; fails when it does not, or speaks no SSH 2. Nobody is logged in.",
        [
            new("address", KeyType.Text, "HOST or HOST:PORT; the port is 22 unless written.") { Required = true, Shorthand = true },
            new("expect", KeyType.Pattern, "Regular expression that its introduction, `SSH-2.0-OpenSSH_9.2p1`, must match."),
        ],
        settings => new SshProbe(
            Endpoint.TryParse(settings.Text("address")!, 22) ?? throw new SettingsException("address", $"'{settings.Text("address")}' is not HOST or HOST:PORT"),
            settings.Pattern("expect")))
    {
        LevelOf = "latency", LevelUnit = Unit.Seconds,
        Measures = [new("latency", Unit.Seconds, "Time until the server had introduced itself.")],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => LineSession.RunAsync(endpoint, context, TalkAsync, cancel);

    private async ValueTask<ProbeResult> TalkAsync(LineSession session)
    {
        for (var i = 0; i < LineLimit; i++)
        {
            if (await session.ReadLineAsync("introduction") is { } trouble)
                return trouble;
            if (session.Line.StartsWith("SSH-", StringComparison.Ordinal))
                return Judge(session.Line, new("latency", session.Elapsed.TotalSeconds, Unit.Seconds));
            if (Refusal(session.Line) is { } why)
                return ProbeResult.Fail($"{why}: {Shown(session.Line)}");
            if (i == 0 && !session.Line.All(c => c is '\t' or >= ' '))
                break;
        }
        return ProbeResult.Fail($"{endpoint} does not introduce itself as SSH: {Shown(session.Line)}");
    }

    private ProbeResult Judge(string banner, Measurement latency) =>
        !banner.StartsWith("SSH-2.0-", StringComparison.Ordinal) && !banner.StartsWith("SSH-1.99-", StringComparison.Ordinal)
            ? ProbeResult.Fail($"it speaks no SSH 2: {Shown(banner)}", latency)
        : expect?.IsMatch(banner) == false ? ProbeResult.Fail($"{Shown(banner)} does not match '{expect}'", latency)
        : ProbeResult.Pass(Shown(banner), latency);

    // What OpenSSH says instead when it turns a client away.
    private static string? Refusal(string line) => line switch
    {
        "Exceeded MaxStartups" => "it has too many connections that have not logged in yet",
        "Not allowed at this time" => "it has had enough of this address for a while",
        _ => null,
    };

    private static string Shown(string text) => Excerpt.Of(Encoding.Latin1.GetBytes(text));
}
