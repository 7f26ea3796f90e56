using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>The <c>hale.tokens:</c> section.</summary>
internal static class TokenSection
{
    private const string Path = "hale.tokens";

    /// <summary>A request is compared with all of them, so there are not to be very many.</summary>
    private const int Most = 100;

    /// <param name="reading">What is read.</param>
    /// <param name="node">The section.</param>
    /// <param name="other">The token of <c>hale.token</c>; null for none.</param>
    public static IReadOnlyList<TokenSpec> Read(Reading reading, Node node, string? other)
    {
        var tokens = new List<TokenSpec>();
        foreach (var entry in reading.Named(node, Path, "token"))
        {
            var path = $"{Path}.{entry.Key}";
            if (ReadToken(reading, entry, path) is not { } token)
                continue;
            if (token.Text == other || tokens.Exists(known => known.Text == token.Text))
                reading.Problems.Add(entry.At, path, entry.Key, "this token has the same text as another one, so that who uses it could not be told", "make one with: openssl rand -hex 16");
            tokens.Add(token);
        }
        if (tokens.Count > Most)
            reading.Problems.Add(node.At, Path, "", $"there are {tokens.Count} tokens; at most {Most} may be named");
        return tokens;
    }

    private static TokenSpec? ReadToken(Reading reading, MapEntry entry, string path)
    {
        var shorthand = Keys.Token.First(key => key.Shorthand);
        var section = entry.Value is ScalarNode
            ? Section.ReadShorthand(reading, entry.Value, path, entry.At, Keys.Token, shorthand)
            : reading.Map(entry.Value, path, "a token, or a mapping with token and role") is { } map ? Section.Read(reading, map, path, entry.At, Keys.Token) : null;
        if (section?.Values.Text(shorthand.Name) is not { } text)
            return null;
        if ((entry.Value as ScalarNode ?? section.Find(shorthand.Name)?.Value as ScalarNode) is { } written)
            DaemonSection.CheckToken(reading, path, written, text);
        return new TokenSpec(entry.Key, text, section.Values.Text("role") switch
        {
            "operate" => TokenRole.Operate,
            "push" => TokenRole.Push,
            _ => TokenRole.Read,
        });
    }
}
