using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hale.Probes.Http;

/// <summary>What is wrong with a server's certificate, in words that say what to look at.</summary>
internal static class CertificateComplaints
{
    // What a certificate names is its maker's business: enough to recognize it is shown.
    private const int ShownNames = 5;

    private const X509ChainStatusFlags InTime = X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.NotTimeNested;
    private const X509ChainStatusFlags InTrust = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <summary>The complaints, the plainest first. Never empty.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string name, DateTimeOffset now)
    {
        if (certificate is null)
            return ["the server sent no certificate"];
        var complaints = new List<string>();
        AddTimes(complaints, certificate, chain, now);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            complaints.Add($"the certificate is not for {name} but for {Names(certificate)}");
        var status = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, each) => all | each.Status);
        if ((status & InTrust) != 0)
            complaints.Add($"the certificate is not trusted: {WhyUntrusted(certificate, chain!, status)}");
        if ((status & ~(InTime | InTrust)) is not X509ChainStatusFlags.NoError and var rest)
            complaints.Add($"the certificate is not in order: {rest}");
        return complaints.Count > 0 ? complaints : [$"the certificate is refused: {errors}"];
    }

    private static void AddTimes(List<string> complaints, X509Certificate2 certificate, X509Chain? chain, DateTimeOffset now)
    {
        if (certificate.NotAfter < now)
            complaints.Add($"the certificate expired on {Day(certificate.NotAfter)}");
        if (certificate.NotBefore > now)
            complaints.Add($"the certificate is valid only from {Day(certificate.NotBefore)}");
        foreach (var element in chain?.ChainElements.Skip(1) ?? [])
        {
            if (element.Certificate.NotAfter < now)
                complaints.Add($"{Quoted(element.Certificate.Subject)} in its chain expired on {Day(element.Certificate.NotAfter)}");
        }
    }

    private static string WhyUntrusted(X509Certificate2 certificate, X509Chain chain, X509ChainStatusFlags status)
    {
        if (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
            return "it is self-signed";
        var last = chain.ChainElements.Count > 0 ? chain.ChainElements[^1].Certificate : certificate;
        return status.HasFlag(X509ChainStatusFlags.PartialChain)
            ? $"its issuer {Quoted(last.Issuer)} was neither sent by the server nor is it known here"
            : $"it comes from the unknown authority {Quoted(last.Subject)}";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] names = alternatives is null ? [] : [.. alternatives.EnumerateDnsNames(), .. alternatives.EnumerateIPAddresses().Select(address => address.ToString())];
        if (names.Length == 0)
            return Quoted(certificate.Subject);
        return string.Join(", ", names.Take(ShownNames).Select(Quoted)) + (names.Length > ShownNames ? $" and {names.Length - ShownNames} more" : "");
    }

    private static string Quoted(string text) => Excerpt.Of(Encoding.UTF8.GetBytes(text));

    private static string Day(DateTime at) => at.ToUniversalTime().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
