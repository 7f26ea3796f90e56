using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>A real aiosmtpd for all tests of the class.</summary>
public sealed class AiosmtpdFixture : IAsyncLifetime
{
    private readonly Scratch folder = new();

    public Aiosmtpd Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await Aiosmtpd.StartAsync(folder.Path);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        folder.Dispose();
    }
}

public sealed class SmtpProbeTests(AiosmtpdFixture fixture) : IClassFixture<AiosmtpdFixture>
{
    private static async Task<ProbeResult> Ask(int port, Dictionary<string, object>? more = null, TimeSpan? timeout = null) =>
        await SmtpProbe.Kind.Create(new Settings(new Dictionary<string, object>(more ?? []) { ["address"] = $"127.0.0.1:{port}" })).TryAsync(timeout);

    private static Dictionary<string, object> Secured(string tls, string? password = null)
    {
        var values = new Dictionary<string, object> { ["tls"] = tls, ["tls_verify"] = false };
        if (password is not null)
            (values["user"], values["password"]) = ("watcher", password);
        return values;
    }

    [Fact]
    public async Task A_server_that_welcomes_passes()
    {
        var result = await Ask(fixture.Server.Port);
        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.StartsWith("'220 mail.example.test", result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("implicit")]
    public async Task Tls_is_spoken_and_the_certificate_judged(string tls)
    {
        var port = tls == "implicit" ? fixture.Server.Secure : fixture.Server.Port;
        var result = await Ask(port, Secured(tls));
        Assert.True(result.Outcome == Outcome.Pass, result.Evidence);
        Assert.InRange(result.Value("certificate"), 59 * 86400, 60 * 86400);

        var strict = await Ask(port, new() { ["tls"] = tls });
        Assert.Equal(Outcome.Fail, strict.Outcome);
        Assert.Contains("not trusted", strict.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ops@example.test", Outcome.Pass, "would take a message for ops@example.test")]
    [InlineData("nobody@example.test", Outcome.Fail, "RCPT TO:<nobody@example.test>: '550 5.1.1 no such user here'")]
    [InlineData("later@example.test", Outcome.Fail, "RCPT TO:<later@example.test>: '450 4.2.1 greylisted, come back later'")]
    public async Task Whether_it_would_take_a_message_is_asked_without_sending_one(string to, Outcome outcome, string evidence)
    {
        var result = await Ask(fixture.Server.Port, new(Secured("starttls", "let me in")) { ["to"] = to, ["from"] = "hale@example.test" });
        Assert.Equal((outcome, evidence), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task Who_is_not_let_in_learns_nothing()
    {
        Assert.Equal(Outcome.Pass, (await Ask(fixture.Server.Secure, Secured("implicit", "let me in"))).Outcome);
        var result = await Ask(fixture.Server.Port, Secured("starttls", "wrong"));
        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.StartsWith("AUTH: '535", result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("554 go away\r\n", "greeting: '554 go away'")]
    [InlineData("421-busy\r\n421 come back later\r\n", "greeting: '421 busy come back later'")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "the greeting is not one of SMTP: 'SSH-2.0-OpenSSH'")]
    [InlineData("220-one\r\n250 two\r\n", "the greeting is not one of SMTP: '250 two'")]
    [InlineData("220_hello\r\n", "the greeting is not one of SMTP")]
    [InlineData("220 hel", "in the middle of the greeting: '220 hel'")]
    [InlineData("", "before the greeting")]
    public async Task What_is_no_welcome_fails(string greeting, string why)
    {
        await using var server = LoopbackServer.Start(visit => visit.WriteAsync(greeting));
        var result = await Ask(server.Port);
        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.Contains(why, result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_step_that_is_refused_is_named()
    {
        Assert.Equal("EHLO: '421 too busy'", await Scripted([], "220 hi", "421 too busy"));
        Assert.Equal("EHLO: '502 unknown'", await Scripted([], "220 hi", "500 unknown", "502 unknown"));
        Assert.Equal("it does not offer STARTTLS: '250 mail SIZE 1000'", await Scripted(Secured("starttls"), "220 hi", "250-mail\r\n250 SIZE 1000"));
        Assert.Equal("STARTTLS: '454 not now'", await Scripted(Secured("starttls"), "220 hi", "250-mail\r\n250 STARTTLS", "454 not now"));
        Assert.Contains("sent more than its answer before TLS began", await Scripted(Secured("starttls"), "220 hi", "250-mail\r\n250 STARTTLS", "220 go\r\n250 injected"), StringComparison.Ordinal);
        Assert.Equal("MAIL FROM:<>: '530 log in first'", await Scripted(new() { ["to"] = "a@b" }, "220 hi", "250 mail", "530 log in first"));

        async Task<string> Scripted(Dictionary<string, object> more, params string[] replies)
        {
            await using var server = LoopbackServer.Start(async visit =>
            {
                foreach (var reply in replies)
                {
                    await visit.WriteAsync(reply + "\r\n");
                    await visit.Socket.ReceiveAsync(new byte[1000], visit.Stop);
                }
            });
            var result = await Ask(server.Port, more);
            Assert.Equal(Outcome.Fail, result.Outcome);
            return result.Evidence;
        }
    }

    [Fact]
    public async Task A_server_that_knows_no_extensions_is_greeted_in_the_old_way()
    {
        await using var server = LoopbackServer.Start(async visit =>
        {
            foreach (var reply in (string[])["220 hi", "500 what?", "250 hello"])
            {
                await visit.WriteAsync(reply + "\r\n");
                await visit.Socket.ReceiveAsync(new byte[1000], visit.Stop);
            }
        });
        Assert.Equal(Outcome.Pass, (await Ask(server.Port)).Outcome);
    }

    [Fact]
    public async Task Silence_resets_and_endless_replies_fail()
    {
        using var refusing = LoopbackServer.Refusing(out var closed);
        await using var silent = LoopbackServer.Start(visit => visit.HangAsync());
        await using var endless = LoopbackServer.Start(async visit =>
        {
            while (!visit.Stop.IsCancellationRequested)
                await visit.WriteAsync("220-more\r\n");
        });
        Assert.Equal($"connecting to 127.0.0.1:{closed}: connection refused", (await Ask(closed)).Evidence);
        Assert.Equal($"no greeting from 127.0.0.1:{silent.Port} within 300ms", (await Ask(silent.Port, timeout: Attempts.Short)).Evidence);
        Assert.Equal("the greeting has more than 100 lines", (await Ask(endless.Port)).Evidence);
    }

    [Theory]
    [InlineData("smtp: { address: a, user: b, password: c }", "in the clear")]
    [InlineData("smtp: { address: a, user: b, tls: starttls }", "needs a password")]
    [InlineData("smtp: { address: a, from: b@c }", "needs a recipient")]
    [InlineData("smtp: { address: a, to: 'b@c> NOTIFY' }", "no blanks")]
    [InlineData("smtp: { address: 'a:b' }", "is not HOST or HOST:PORT")]
    public void What_makes_no_sense_is_refused(string check, string words)
    {
        var loaded = new SpecLoader().LoadText($"targets:\n  a:\n    checks:\n      it: {{ {check} }}\n", "hale.yaml", "/srv", _ => null);
        Assert.Contains(loaded.Errors, error => error.ToString().Contains(words, StringComparison.Ordinal));
    }
}
