using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Door;

/// <summary>
/// The page for people who wait. It is the same for every session: what is particular comes by its script, which asks as a program does and writes text
/// only. It loads nothing from anywhere, and its policy permits exactly its own script and style.
/// </summary>
internal static class DoorPage
{
    /// <summary>The page.</summary>
    public static string Html { get; } = Read("door.html").Replace("/*style*/", Read("door.css"), StringComparison.Ordinal).Replace("/*script*/", Read("door.js"), StringComparison.Ordinal);

    private static readonly string Policy = $"default-src 'none'; script-src '{Hash("door.js")}'; style-src '{Hash("door.css")}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>What stands before the page.</summary>
    public static void Head(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        // The address of the page is what lets somebody in.
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.Vary = "Accept";
        response.Headers["X-Robots-Tag"] = "noindex, nofollow";
    }

    private static string Hash(string part) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Read(part))))}";

    private static string Read(string part)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"door/{part}") ?? throw new InvalidOperationException($"{part} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
