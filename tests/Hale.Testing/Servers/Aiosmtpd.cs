namespace Hale.Testing.Servers;

/// <summary>
/// A real SMTP server, aiosmtpd: STARTTLS on one port, TLS from the beginning on another; it knows the user <c>watcher</c> with the password
/// <c>let me in</c>, takes mail for <c>ops@example.test</c> after that, puts off <c>later@example.test</c>, and turns everybody else away.
/// </summary>
public sealed class Aiosmtpd : IAsyncDisposable
{
    private const string Program = """
        import asyncio, ssl, sys
        from aiosmtpd.smtp import SMTP, AuthResult

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address == "later@example.test":
                    return "450 4.2.1 greylisted, come back later"
                if address != "ops@example.test":
                    return "550 5.1.1 no such user here"
                envelope.rcpt_tos.append(address)
                return "250 2.1.5 OK"

        def authenticate(server, session, envelope, mechanism, data):
            ok = data.login == b"watcher" and data.password == b"let me in"
            return AuthResult(success=ok, handled=ok)

        certificate, key, port, secure = sys.argv[1:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        make = lambda **more: SMTP(Handler(), hostname="mail.example.test", authenticator=authenticate, loop=loop, **more)
        loop.run_until_complete(loop.create_server(lambda: make(auth_require_tls=False), "127.0.0.1", int(secure), ssl=context))
        loop.run_until_complete(loop.create_server(lambda: make(tls_context=context), "127.0.0.1", int(port)))
        loop.run_forever()
        """;

    private readonly ServerProcess process;
    private readonly TestCertificates certificates;

    private Aiosmtpd(ServerProcess process, TestCertificates certificates, int port, int secure) =>
        (this.process, this.certificates, Port, Secure) = (process, certificates, port, secure);

    /// <summary>The port that offers STARTTLS.</summary>
    public int Port { get; }

    /// <summary>The port that begins with TLS.</summary>
    public int Secure { get; }

    /// <summary>File with the certificate of the authority that the server's is signed by.</summary>
    public string Authority => certificates.Authority;

    /// <summary>Starts it in a folder, which gets its files.</summary>
    public static async Task<Aiosmtpd> StartAsync(string folder)
    {
        var (port, secure) = (Ports.Free(), Ports.Free());
        var certificates = new TestCertificates(folder);
        var (certificate, key) = certificates.Sign("mail");
        File.WriteAllText(Path.Combine(folder, "mail.py"), Program);
        // Debian's own Python: the package is installed for no other.
        var process = await ServerProcess.StartAsync(folder, port, "/usr/bin/python3", Path.Combine(folder, "mail.py"), certificate, key, $"{port}", $"{secure}");
        return new(process, certificates, port, secure);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        certificates.Dispose();
    }
}
