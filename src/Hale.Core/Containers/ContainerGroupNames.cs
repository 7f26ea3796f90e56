using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hale.Core.Containers;

/// <summary>
/// Names of a group's things in the engine: <c>hale-SLUG-KEY-…</c>. The slug is for people, the key (a hash of the session) keeps sessions apart. A name is
/// made of labels and compared with them, and never read: whose a thing is stands in its labels.
/// </summary>
public static class ContainerGroupNames
{
    /// <summary>Characters of a session at most.</summary>
    public const int LongestSession = 500;

    /// <summary>Characters of the name of a member, network or volume at most.</summary>
    public const int LongestPart = 40;

    private const int LongestSlug = 24;
    private const int KeyBytes = 8;

    /// <summary>The key of a session: 16 hexadecimal digits.</summary>
    public static string KeyOf(string session) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(session)).AsSpan(0, KeyBytes));

    /// <summary>Whether a text can name a session.</summary>
    public static bool IsSession(string text) => text.Length is > 0 and <= LongestSession && !string.IsNullOrWhiteSpace(text);

    /// <summary>Whether a text can name a member, a network or a volume: it is a host name, so letters, digits and hyphens, beginning and ending with a letter or digit.</summary>
    public static bool IsPart(string text) =>
        text.Length is > 0 and <= LongestPart && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-';

    /// <summary>The container of a member.</summary>
    public static string Member(string session, string member, int replica) => Of(session, $"{member}.{Text(replica)}");

    /// <summary>The container that fills a volume.</summary>
    public static string Seeder(string session, string volume, string run) => Of(session, $"seed.{volume}.{run}");

    /// <summary>A network.</summary>
    public static string Network(string session, string network) => Of(session, $"net.{network}");

    /// <summary>A volume.</summary>
    public static string Volume(string session, string volume) => Of(session, $"vol.{volume}");

    /// <summary>What says that a volume, made by a run, is filled.</summary>
    public static string Filled(string session, string volume, string run) => Of(session, $"filled.{volume}.{run}");

    /// <summary>A hold of a run; each renewal has the next number.</summary>
    public static string Hold(string session, ContainerGroupRole role, string run, int number) =>
        Of(session, $"{(role == ContainerGroupRole.Work ? "work" : "lease")}.{run}.{Text(number)}");

    private static string Of(string session, string rest) => $"hale-{Slug(session)}{KeyOf(session)}-{rest}";

    // The end of a text tells more than its beginning: sessions are often paths. No point in it, so that the parts behind it stay apart.
    private static string Slug(string session)
    {
        var slug = new StringBuilder();
        foreach (var c in session)
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        var text = slug.ToString().TrimEnd('-');
        text = text.Length > LongestSlug ? text[^LongestSlug..].TrimStart('-') : text;
        return text.Length == 0 ? "" : text + "-";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
