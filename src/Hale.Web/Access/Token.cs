using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Access;

/// <summary>The bearer token of the HTTP API. Only its digest is kept, so the time of a comparison tells neither its text nor its length.</summary>
internal sealed class Token(string text)
{
    private readonly byte[] digest = Digest(text);

    /// <summary>Whether the request carries it as <c>Authorization: Bearer …</c>.</summary>
    public bool IsCarriedBy(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization;
        return header is [{ } value]
            && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Digest(value[scheme.Length..].Trim()), digest);
    }

    private static byte[] Digest(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));
}
