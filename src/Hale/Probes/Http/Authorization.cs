using System.Text;
using Hale.Config;

namespace Hale.Probes.Http;

/// <summary>Who asks: basic or bearer authentication, written as keys so that a secret stands alone in its value.</summary>
internal static class Authorization
{
    /// <summary>The keys of a kind that may have to say who asks.</summary>
    public static Key[] Keys { get; } =
    [
        new("user", KeyType.Text, "User of basic authentication."),
        new("password", KeyType.Text, "Password of basic authentication; take it from `${NAME}` or `${file:/path}`."),
        new("bearer", KeyType.Text, "Bearer token; take it from `${NAME}` or `${file:/path}`."),
    ];

    /// <summary>The header fields of <c>headers</c>, and Authorization where the keys ask for it.</summary>
    /// <exception cref="SettingsException">Keys that exclude or miss each other.</exception>
    public static IReadOnlyDictionary<string, string> Headers(Settings settings)
    {
        var headers = settings.Map("headers");
        if (Value(settings) is not { } value)
            return headers;
        if (headers.Keys.Contains("Authorization", StringComparer.OrdinalIgnoreCase))
            throw new SettingsException("headers", "has Authorization, and so have user or bearer; one of them is enough");
        return new Dictionary<string, string>(headers) { ["Authorization"] = value };
    }

    private static string? Value(Settings settings)
    {
        var (user, password, bearer) = (settings.Text("user"), settings.Text("password"), settings.Text("bearer"));
        if (bearer is not null)
            return user is null && password is null ? "Bearer " + bearer : throw new SettingsException("bearer", "is one way to say who asks, and user is another; write one of them");
        if (user is null)
            return password is null ? null : throw new SettingsException("password", "needs user beside it");
        if (user.Contains(':', StringComparison.Ordinal))
            throw new SettingsException("user", "has a colon in it, which basic authentication cannot carry (RFC 7617)");
        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
    }
}
