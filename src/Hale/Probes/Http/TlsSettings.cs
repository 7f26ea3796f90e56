using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hale.Config;

namespace Hale.Probes.Http;

/// <summary>What a probe wants of TLS: whom it trusts, what it shows of itself, and the oldest version that it takes.</summary>
internal sealed class TlsSettings
{
    private readonly FileCache<X509Certificate2Collection>? authorities;
    private readonly FileCache<SslStreamCertificateContext>? own;

    private TlsSettings(FileCache<X509Certificate2Collection>? authorities = null, FileCache<SslStreamCertificateContext>? own = null) =>
        (this.authorities, this.own) = (authorities, own);

    /// <summary>The keys of a kind that speaks TLS.</summary>
    public static Key[] Keys { get; } =
    [
        new("tls_verify", KeyType.Flag, "Whether the server's certificate must be trusted, valid and for the host.") { Default = "true" },
        .. WithoutVerify(),
    ];

    /// <summary>The system's authorities, and the versions that the system allows.</summary>
    public static TlsSettings Default { get; } = new();

    /// <summary>Any certificate is taken.</summary>
    public static TlsSettings Unverified { get; } = new() { Verify = false };

    /// <summary>Whether a certificate that is not in order ends the handshake.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>The name to ask for, and that the certificate must be for; null for the host.</summary>
    public string? Name { get; init; }

    /// <summary>The versions that are offered.</summary>
    public SslProtocols Versions { get; init; } = SslProtocols.None;

    /// <summary>The keys of a kind whose business is to judge the certificate, so that it cannot be told not to.</summary>
    public static Key[] WithoutVerify() =>
    [
        new("tls_ca", KeyType.Path, "PEM file with the authorities that are trusted, in place of those of the system."),
        new("tls_name", KeyType.Text, "Name to ask the server for (SNI), and that its certificate must be for. Default: the host."),
        new("tls_min", KeyType.Choice, "The oldest version of TLS that is good enough. Default: what the system allows.") { Choices = ["tls1.2", "tls1.3"] },
        new("tls_cert", KeyType.Path, "PEM file with a certificate to show to a server that asks for one; further certificates of its chain may follow in it."),
        new("tls_key", KeyType.Path, "PEM file with the key of that certificate, not encrypted."),
    ];

    /// <summary>Reads the settings. The files are read when they are needed, and again when they have changed.</summary>
    /// <exception cref="SettingsException">A certificate without a key, or a key without a certificate.</exception>
    public static TlsSettings From(Settings settings)
    {
        if (settings.Has("tls_cert") != settings.Has("tls_key"))
        {
            var (there, missing) = settings.Has("tls_cert") ? ("tls_cert", "tls_key") : ("tls_key", "tls_cert");
            throw new SettingsException(there, $"needs {missing} beside it");
        }
        var (authorityFile, certificateFile, keyFile) = (settings.Text("tls_ca"), settings.Text("tls_cert"), settings.Text("tls_key"));
        return new(
            authorityFile is null ? null : new(() => ReadAuthorities(authorityFile), authorityFile),
            certificateFile is null ? null : new(() => ReadOwn(certificateFile, keyFile!), certificateFile, keyFile!))
        {
            Verify = !settings.Has("tls_verify") || settings.Flag("tls_verify"),
            Name = settings.Text("tls_name"),
            Versions = settings.Text("tls_min") switch
            {
                "tls1.2" => SslProtocols.Tls12 | SslProtocols.Tls13,
                "tls1.3" => SslProtocols.Tls13,
                _ => SslProtocols.None,
            },
        };
    }

    /// <summary>The same for another origin than what they were written for: whom to trust, but neither the name nor what is shown of oneself.</summary>
    public TlsSettings Elsewhere() => new(authorities) { Verify = Verify, Versions = Versions };

    /// <summary>The same, but what is wrong with a certificate is only noted.</summary>
    public TlsSettings Observing() => new(authorities, own) { Verify = false, Name = Name, Versions = Versions };

    /// <summary>The options of one handshake.</summary>
    /// <param name="host">The host, where no other name is set.</param>
    /// <param name="now">The time by which certificates are judged.</param>
    /// <param name="trouble">Why there are none: a file of our own that cannot be read.</param>
    /// <returns>Null with <paramref name="trouble"/>.</returns>
    public SslClientAuthenticationOptions? Prepare(string host, DateTimeOffset now, out string? trouble)
    {
        try
        {
            trouble = null;
            return new()
            {
                TargetHost = Name ?? host,
                EnabledSslProtocols = Versions,
                CertificateChainPolicy = Policy(now),
                ClientCertificateContext = own?.Get(),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            trouble = error.Message.ReplaceLineEndings(" ");
            return null;
        }
    }

    private X509ChainPolicy Policy(DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            VerificationTime = now.LocalDateTime,
            RevocationMode = X509RevocationMode.NoCheck,
            // A server that does not send its whole chain is broken for most clients; fetching what is missing would hide that, and call a third party.
            DisableCertificateDownloads = true,
        };
        if (authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities.Get());
        }
        return policy;
    }

    private static X509Certificate2Collection ReadAuthorities(string file)
    {
        var read = new X509Certificate2Collection();
        try
        {
            read.ImportFromPemFile(file);
        }
        catch (CryptographicException error)
        {
            throw new CryptographicException($"{file} cannot be read as PEM: {error.Message}", error);
        }
        return read.Count > 0 ? read : throw new CryptographicException($"{file} has no certificate in PEM form");
    }

    private static SslStreamCertificateContext ReadOwn(string certificateFile, string keyFile)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificateFile, keyFile), chain, offline: true);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new CryptographicException($"{certificateFile} and {keyFile} are not a certificate and its unencrypted key in PEM form: {error.Message}", error);
        }
    }
}
