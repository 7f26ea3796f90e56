using System.Text;
using Hale.Telling;
using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Telling;

/// <summary>Mail, against a real server (aiosmtpd) with STARTTLS, TLS and AUTH.</summary>
public sealed class SmtpChannelTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private async Task<(ServerProcess Server, string At)> StartAsync(string mode)
    {
        var port = Ports.Free();
        string[] more = [];
        if (mode is not ("plain" or "refuse"))
        {
            using var authority = new TestCertificates(scratch.Path);
            var (certificate, key) = authority.Sign("mail");
            more = [certificate, key];
        }
        // Debian's own python, which its packages are for.
        var script = Path.Combine(AppContext.BaseDirectory, "Servers", "smtp_server.py");
        return (await ServerProcess.StartAsync(scratch.Path, port, "/usr/bin/python3", [script, $"{port}", mode, scratch.Path, .. more]), $"127.0.0.1:{port}");
    }

    private static ChannelPlan Channel(string at, string more) => Letters.Channel($"{{ smtp: {{ server: \"{at}\", from: hale@alpha.example, to: [ops@example.org, boss@example.org], {more} }}, timeout: 20s }}");

    private string Mail(int number) => File.ReadAllText(scratch[$"{number}.eml"]);

    private static string Header(string mail, string name) =>
        string.Concat(mail.Split("\r\n\r\n")[0].ReplaceLineEndings("\n").Replace("\n ", " ", StringComparison.Ordinal).Split('\n').First(line => line.StartsWith(name + ": ", StringComparison.Ordinal)).Skip(name.Length + 2));

    private static string Body(string mail)
    {
        var body = mail[(mail.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        return Header(mail, "Content-Transfer-Encoding") == "base64" ? Encoding.UTF8.GetString(Convert.FromBase64String(body)) : body;
    }

    [Fact]
    public async Task A_letter_arrives_as_a_mail_and_250_is_the_proof()
    {
        var (server, at) = await StartAsync("plain");
        await using var _ = server;
        var letter = Letters.Of("problem", Letters.Item(text: "ist gestört: »Zeitüberschreitung« 🜂"));
        var delivery = await Channel(at, "tls: off").SendAsync(letter);
        Assert.Equal((DeliveryOutcome.Delivered, $"smtp://{at}: 250 2.0.0 queued as 1"), (delivery.Outcome, delivery.Detail));
        var mail = Mail(1);
        Assert.StartsWith("Envelope-To: ops@example.org\r\nEnvelope-To: boss@example.org\r\n", mail, StringComparison.Ordinal);
        Assert.Equal("ops@example.org, boss@example.org", Header(mail, "To"));
        Assert.Equal("[alpha] Problem: web ist gestört: »Zeitüberschreitung« 🜂", Decoded(Header(mail, "Subject")));
        Assert.Contains("web ist gestört: »Zeitüberschreitung« 🜂, since 2026-03-02 11:58:00 UTC", Body(mail), StringComparison.Ordinal);
        Assert.All(mail.Split("\r\n"), line => Assert.True(line.Length <= 78, line));
    }

    [Fact]
    public async Task A_plain_letter_can_be_read_as_it_went_over_the_wire()
    {
        var (server, at) = await StartAsync("plain");
        await using var _ = server;
        var text = "is impaired: http: " + string.Join(' ', Enumerable.Repeat("refused", 12));
        Assert.Equal(DeliveryOutcome.Delivered, (await Channel(at, "tls: off").SendAsync(Letters.Of("problem", Letters.Item(text: text)))).Outcome);
        var mail = Mail(1);
        Assert.Equal($"[alpha] Problem: web {text}", Header(mail, "Subject"));
        Assert.Contains($"\r\n\r\nProblem: web {text}\r\n\r\nweb {text}, since 2026-03-02 11:58:00 UTC\r\n", mail, StringComparison.Ordinal);
        Assert.All(mail.Split("\r\n\r\n")[0].Split("\r\n"), line => Assert.True(line.Length <= 78, line));
    }

    [Fact]
    public async Task The_same_letter_has_the_same_message_id_and_another_has_another()
    {
        var (server, at) = await StartAsync("plain");
        await using var _ = server;
        var channel = Channel(at, "tls: off");
        foreach (var letter in (Letter[])[Letters.Problem, Letters.Problem, Letters.Problem with { Key = "ops:69a-1:2" }])
            Assert.Equal(DeliveryOutcome.Delivered, (await channel.SendAsync(letter)).Outcome);
        Assert.Equal(Header(Mail(1), "Message-ID"), Header(Mail(2), "Message-ID"));
        Assert.NotEqual(Header(Mail(1), "Message-ID"), Header(Mail(3), "Message-ID"));
        Assert.EndsWith("@alpha.example>", Header(Mail(1), "Message-ID"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("starttls", "tls: starttls, user: hale, password: open sesame")]
    [InlineData("login", "tls: starttls, user: hale, password: open sesame")]
    [InlineData("tls", "tls: always")]
    public async Task The_connection_is_made_secure_and_somebody_signs_in(string mode, string settings)
    {
        var (server, at) = await StartAsync(mode);
        await using var _ = server;
        var delivery = await Channel(at, settings + ", tls_verify: false").SendAsync(Letters.Problem);
        Assert.True(delivery.Outcome == DeliveryOutcome.Delivered, delivery.Detail);
        Assert.Contains("web is impaired", Body(Mail(1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_a_failure()
    {
        var (server, at) = await StartAsync("tls");
        await using var _ = server;
        var delivery = await Channel(at, "tls: always").SendAsync(Letters.Problem);
        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
        Assert.Contains("certificate", delivery.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_a_failure_that_does_not_show_it()
    {
        var (server, at) = await StartAsync("starttls");
        await using var _ = server;
        var delivery = await Channel(at, "tls_verify: false, user: hale, password: opensesame99").SendAsync(Letters.Problem);
        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
        Assert.StartsWith($"smtp://{at}: AUTH PLAIN: 535", delivery.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("opensesame99", delivery.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_starttls_gets_nothing_in_the_clear()
    {
        var (server, at) = await StartAsync("plain");
        await using var _ = server;
        var delivery = await Channel(at, "tls: starttls").SendAsync(Letters.Problem);
        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
        Assert.Contains("does not offer STARTTLS", delivery.Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch["1.eml"]));
    }

    [Fact]
    public async Task What_the_server_says_no_to_is_told_apart()
    {
        var (refusing, nobody) = await StartAsync("refuse");
        await using var _ = refusing;
        var unknown = await Channel(nobody, "tls: off").SendAsync(Letters.Problem);
        Assert.Equal((DeliveryOutcome.Failed, $"smtp://{nobody}: RCPT TO:<ops@example.org>: 550 5.1.1 nobody is called that here"), (unknown.Outcome, unknown.Detail));
        var (server, at) = await StartAsync("plain");
        await using var __ = server;
        var unwanted = await Channel(at, "tls: off").SendAsync(Letters.Problem with { Kind = "test" });
        Assert.Equal((DeliveryOutcome.Refused, $"smtp://{at}: after the text: 554 5.6.0 no tests, please"), (unwanted.Outcome, unwanted.Detail));
    }

    [Fact]
    public async Task What_speaks_no_smtp_is_said_not_to()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var at = receiver.Url["http://".Length..];
        var delivery = await Channel(at, "tls: off").SendAsync(Letters.Problem);
        // An HTTP server waits for a request, and says nothing that a mail client would understand.
        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
    }

    /// <summary>Encoded words of RFC 2047, put together again.</summary>
    private static string Decoded(string header) => string.Concat(header.Split(' ').Select(word =>
        word.StartsWith("=?utf-8?B?", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromBase64String(word[10..^2])) : word));
}
