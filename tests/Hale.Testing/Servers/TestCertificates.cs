using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hale.Testing.Servers;

/// <summary>A certificate authority for one test, and what it signs, as PEM files in a folder.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly string folder;
    private readonly X509Certificate2 root;

    /// <summary>Makes an authority; its certificate is in <see cref="Authority"/>.</summary>
    public TestCertificates(string folder, string name = "Hale test authority")
    {
        this.folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-10), DateTimeOffset.UtcNow.AddYears(10));
        Authority = Path.Combine(folder, $"{name.Replace(' ', '-')}.pem");
        File.WriteAllText(Authority, root.ExportCertificatePem());
    }

    /// <summary>The file with the authority's own certificate.</summary>
    public string Authority { get; }

    /// <summary>Signs a certificate for localhost and 127.0.0.1, or for other names.</summary>
    /// <param name="name">Name of the files: <c>NAME.pem</c> and <c>NAME.key</c>.</param>
    /// <param name="begins">When it becomes valid; by default 30 days ago.</param>
    /// <param name="ends">When it ends; by default in 60 days.</param>
    /// <param name="names">Names that it is for; by default localhost and 127.0.0.1.</param>
    /// <returns>The paths of certificate and key.</returns>
    public (string Certificate, string Key) Sign(string name, DateTimeOffset? begins = null, DateTimeOffset? ends = null, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, names);
        var serial = RandomNumberGenerator.GetBytes(8);
        using var certificate = request.Create(root, begins ?? DateTimeOffset.UtcNow.AddDays(-30), ends ?? DateTimeOffset.UtcNow.AddDays(60), serial);
        return Write(name, certificate, key);
    }

    /// <summary>A certificate that vouches for itself.</summary>
    public (string Certificate, string Key) SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Request(name, key, []).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(60));
        return Write(name, certificate, key);
    }

    /// <inheritdoc/>
    public void Dispose() => root.Dispose();

    private static CertificateRequest Request(string name, ECDsa key, string[] names)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var each in names.Length == 0 ? ["localhost", "127.0.0.1"] : names)
        {
            if (IPAddress.TryParse(each, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(each);
        }
        request.CertificateExtensions.Add(alternatives.Build());
        return request;
    }

    private (string Certificate, string Key) Write(string name, X509Certificate2 certificate, ECDsa key)
    {
        var (certificateFile, keyFile) = (Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
