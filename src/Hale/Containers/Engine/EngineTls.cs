namespace Hale.Containers;

/// <summary>The files for TLS with an engine, PEM without a passphrase, as Docker names them. They are read with each new connection.</summary>
/// <param name="Authority">Who is trusted to have signed the engine's certificate.</param>
/// <param name="Certificate">The certificate to show; null to show none.</param>
/// <param name="Key">Its key; null with the certificate.</param>
public sealed record EngineTls(string Authority, string? Certificate, string? Key)
{
    /// <summary><c>ca.pem</c>, and where there are such files <c>cert.pem</c> and <c>key.pem</c>, of a folder.</summary>
    public static EngineTls In(string folder)
    {
        var (certificate, key) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        var isThere = File.Exists(certificate) && File.Exists(key);
        return new(Path.Combine(folder, "ca.pem"), isThere ? certificate : null, isThere ? key : null);
    }
}
