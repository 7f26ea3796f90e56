using System.Text;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;
using Hale.Probes.Lines;

namespace Hale.Probes;

/// <summary><c>smtp</c>: greets a mail server, and where that is asked for, secures the connection, logs in, and asks whether it would take a message.</summary>
public sealed class SmtpProbe : IProbe
{
    private readonly Endpoint endpoint;
    private readonly string hello, tls, from;
    private readonly string? user, password, to;
    private readonly TlsSettings certificates;

    private SmtpProbe(Settings settings)
    {
        var address = settings.Text("address")!;
        tls = settings.Text("tls") ?? "none";
        endpoint = Endpoint.TryParse(address, tls == "implicit" ? 465 : 25) ?? throw new SettingsException("address", $"'{address}' is not HOST or HOST:PORT");
        hello = Sendable(settings, "hello") ?? Environment.MachineName;
        (user, password, from, to) = (settings.Text("user"), settings.Text("password"), Sendable(settings, "from") ?? "", Sendable(settings, "to"));
        certificates = TlsSettings.From(settings);
        if (user is null != password is null)
            throw new SettingsException(user is null ? "password" : "user", $"needs a {(user is null ? "user" : "password")} beside it");
        if (password is not null && tls == "none")
            throw new SettingsException("password", "would go over the network in the clear; write tls: starttls or tls: implicit");
        if (settings.Has("from") && to is null)
            throw new SettingsException("from", "needs a recipient beside it: to");
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "smtp",
        "Greets a mail server and waits for its welcome; can begin TLS, log in, and ask whether it would take a message, of which none is sent. Fails on any refusal, which is shown.",
        [
            new("address", KeyType.Text, "HOST or HOST:PORT; the port is 25 unless written, with `tls: implicit` 465.") { Required = true, Shorthand = true },
            new("hello", KeyType.Text, "The name to introduce oneself by. Default: the name of this machine."),
            new("tls", KeyType.Choice, "`starttls`: begin TLS after the greeting; `implicit`: begin with TLS.") { Choices = ["none", "starttls", "implicit"], Default = "none" },
            .. TlsSettings.Keys,
            new("user", KeyType.Text, "User to log in as (AUTH PLAIN or LOGIN); only with TLS."),
            new("password", KeyType.Text, "Password to log in with; take it from `${NAME}` or `${file:PATH}`."),
            new("from", KeyType.Text, "Sender of the message that is asked about. Default: none, as in a bounce."),
            new("to", KeyType.Text, "Ask whether a message to this address would be taken (MAIL and RCPT, then RSET: no message is sent)."),
        ],
        settings => new SmtpProbe(settings))
    {
        LevelOf = "latency", LevelUnit = Unit.Seconds,
        Measures =
        [
            new("latency", Unit.Seconds, "Time until everything that is asked for was answered."),
            new("certificate", Unit.Seconds, "With TLS: time until the server's certificate ends. Lower is worse.", Below: true),
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) =>
        LineSession.RunAsync(endpoint, context, session => TalkAsync(session, context.Time), cancel);

    private async ValueTask<ProbeResult> TalkAsync(LineSession session, TimeProvider time)
    {
        var talk = new SmtpTalk(session);
        if (tls == "implicit" && await session.SecureAsync(certificates) is { } insecure)
            return insecure;
        if (await talk.ReadAsync("greeting") is { } silent)
            return silent;
        if (talk.Reply.Code != 220)
            return ProbeResult.Fail($"greeting: {talk.Reply}");
        var greeting = talk.Reply;
        if (await GreetAsync(talk) is { } unwelcome)
            return unwelcome;
        if (tls == "starttls" && await UpgradeAsync(session, talk) is { } plain)
            return plain;
        if (user is not null && await LogInAsync(talk) is { } stranger)
            return stranger;
        if (to is not null && await OfferAsync(talk, to) is { } refused)
            return refused;
        List<Measurement> measurements = [new("latency", session.Elapsed.TotalSeconds, Unit.Seconds)];
        if (session.CertificateEnds is { } ends)
            measurements.Add(new("certificate", (ends - time.GetUtcNow()).TotalSeconds, Unit.Seconds));
        // Polite, and not waited for: everything that counts has been said.
        await session.SendAsync("QUIT\r\n");
        return ProbeResult.Pass(to is null ? greeting.ToString() : $"would take a message for {to}", [.. measurements]);
    }

    private async ValueTask<ProbeResult?> GreetAsync(SmtpTalk talk)
    {
        if (await talk.CallAsync($"EHLO {hello}") is { } trouble)
            return trouble;
        // A server of before 1995, or one that is asked for nothing that needs extensions.
        if (talk.Reply.Code is >= 500 and < 600 && tls != "starttls" && user is null && await talk.CallAsync($"HELO {hello}") is { } again)
            return again;
        return talk.Reply.IsDone ? null : ProbeResult.Fail($"EHLO: {talk.Reply}");
    }

    private async ValueTask<ProbeResult?> UpgradeAsync(LineSession session, SmtpTalk talk)
    {
        if (talk.Reply.Offers("STARTTLS") is null)
            return ProbeResult.Fail($"it does not offer STARTTLS: {talk.Reply}");
        if (await talk.CallAsync("STARTTLS") is { } trouble)
            return trouble;
        if (talk.Reply.Code != 220)
            return ProbeResult.Fail($"STARTTLS: {talk.Reply}");
        return await session.SecureAsync(certificates) ?? await GreetAsync(talk);
    }

    private async ValueTask<ProbeResult?> LogInAsync(SmtpTalk talk)
    {
        var ways = (talk.Reply.Offers("AUTH") ?? "").Split(' ');
        if (ways.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            if (await talk.CallAsync($"AUTH PLAIN {Encoded($"\0{user}\0{password}")}") is { } trouble)
                return trouble;
        }
        else if (ways.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            foreach (var line in (string[])["AUTH LOGIN", Encoded(user!), Encoded(password!)])
            {
                if (await talk.CallAsync(line, "AUTH") is { } trouble)
                    return trouble;
                if (talk.Reply.Code != 334)
                    break;
            }
        }
        else
        {
            return ProbeResult.Inconclusive($"it offers neither AUTH PLAIN nor AUTH LOGIN: {talk.Reply}");
        }
        // 5xx: Hale may not look, which says nothing about the server. 4xx: it cannot tell at the moment (RFC 4954, 6).
        return talk.Reply.IsDone ? null
            : talk.Reply.Code >= 500 ? ProbeResult.Inconclusive($"AUTH: {talk.Reply}")
            : ProbeResult.Fail($"AUTH: {talk.Reply}");
    }

    private async ValueTask<ProbeResult?> OfferAsync(SmtpTalk talk, string recipient)
    {
        foreach (var command in (string[])[$"MAIL FROM:<{from}>", $"RCPT TO:<{recipient}>"])
        {
            if (await talk.CallAsync(command) is { } trouble)
                return trouble;
            if (!talk.Reply.IsDone)
                return ProbeResult.Fail($"{command}: {talk.Reply}");
        }
        return await talk.CallAsync("RSET");
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    // It becomes part of a command, of which it must not make two.
    private static string? Sendable(Settings settings, string key) =>
        settings.Text(key) is not { } text ? null
        : text.All(c => c is > ' ' and < '\x7f' and not ('<' or '>')) ? text
        : throw new SettingsException(key, "may hold ASCII letters, digits and signs only, no blanks and no angle brackets");
}
