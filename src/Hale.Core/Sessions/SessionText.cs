using System.Buffers;

namespace Hale.Core.Sessions;

/// <summary>What may stand in a session's id, roles and links, and how long its texts may be.</summary>
public static class SessionText
{
    /// <summary>Longest id: 200 characters.</summary>
    public const int LongestId = 200;

    /// <summary>Longest role: 40 characters.</summary>
    public const int LongestRole = 40;

    /// <summary>Longest link: 2000 characters.</summary>
    public const int LongestLink = 2_000;

    // A role becomes a part of attribute names and of paths.
    private static readonly SearchValues<char> OfRoles = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Why a text cannot be the id of a session; null when it can. Any text that a person can read will do.</summary>
    public static string? WhyNoId(string text) =>
        text.Length is 0 or > LongestId ? $"The id of a session has 1 to {LongestId} characters, not {text.Length}."
        : text.Any(char.IsControl) ? "The id of a session has no control characters."
        : null;

    /// <summary>Why a text cannot be a role; null when it can.</summary>
    public static string? WhyNoRole(string text) =>
        text.Length is 0 or > LongestRole ? $"A role has 1 to {LongestRole} characters, not {text.Length}."
        : text.AsSpan().ContainsAnyExcept(OfRoles) ? $"A role is made of letters, digits, _ and -: '{text}' is not."
        : null;

    /// <summary>Why a text cannot be a link; null when it can. A page opens it, so it leads to the web and nowhere else.</summary>
    public static string? WhyNoLink(string text) =>
        text.Length > LongestLink ? $"A link has at most {LongestLink} characters, not {text.Length}."
        : !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || text.Any(char.IsControl) || text != text.Trim()
            ? $"A link begins with http:// or https:// and a host: '{text}' does not."
        : null;

    /// <summary>The first so many characters.</summary>
    internal static string Head(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 1), "…");

    /// <summary>The last so many characters: of a log the end says most.</summary>
    internal static string Tail(string text, int most) => text.Length <= most ? text : string.Concat("…", text.AsSpan(text.Length - most + 1));
}
