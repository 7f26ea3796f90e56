using System.Security.Cryptography;
using System.Text;
using Hale.Config;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Access;

/// <summary>A bearer token of the HTTP API. Only its digest is kept, so the time of a comparison tells neither its text nor its length.</summary>
internal sealed class Token(string name, TokenRole role, string text)
{
    private readonly byte[] digest = Digest(text);

    /// <summary>What the history calls it.</summary>
    public string Name => name;

    /// <summary>What it may do.</summary>
    public TokenRole Role => role;

    /// <summary>Whether this is its text, by its digest.</summary>
    public bool Is(byte[] presented) => CryptographicOperations.FixedTimeEquals(presented, digest);

    /// <summary>The digest of what a request carries as <c>Authorization: Bearer …</c>; null if it carries nothing.</summary>
    public static byte[]? Presented(HttpRequest request)
    {
        const string scheme = "Bearer ";
        return request.Headers.Authorization is [{ } value] && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? Digest(value[scheme.Length..].Trim())
            : null;
    }

    private static byte[] Digest(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));
}
