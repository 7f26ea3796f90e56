using System.Diagnostics.CodeAnalysis;
using Hale.Core.Sessions;

namespace Hale.Sessions;

/// <summary>
/// Where session rows are kept, as text: <c>sqlite:PATH</c> or <c>dynamodb:TABLE?region=eu-west-1</c>. A path alone is a SQLite file. Behind the question mark stand
/// options of the kind of store; <c>names=capital</c> (write <c>Healthy</c> rather than <c>HEALTHY</c>) and <c>name.healthy=TEXT</c> are for every kind.
/// </summary>
public sealed record SessionAddress
{
    /// <summary>Longest address: 4000 characters.</summary>
    private const int Longest = 4_000;

    private SessionAddress(string text, string scheme, string name, IReadOnlyDictionary<string, string> options, SessionNames names)
    {
        Text = text;
        Scheme = scheme;
        Name = name;
        Options = options;
        Names = names;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The kind of store: <c>sqlite</c>, <c>dynamodb</c>.</summary>
    public string Scheme { get; }

    /// <summary>What lies between the kind and the options: the path, the table.</summary>
    public string Name { get; }

    /// <summary>The options, except those of the names.</summary>
    public IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>How statuses are written there.</summary>
    public SessionNames Names { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">As a person wrote it.</param>
    /// <param name="address">The address; null when it is none.</param>
    /// <param name="error">Why it is none and what would do; null when it is one.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SessionAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        const string examples = "Write sqlite:PATH or dynamodb:TABLE?region=REGION.";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        // One letter before a colon is a drive of Windows.
        var hasScheme = colon > 1 && text.AsSpan(0, colon).ContainsAnyExceptInRange('a', 'z') is false;
        var scheme = hasScheme ? text[..colon] : "sqlite";
        var rest = hasScheme ? text[(colon + 1)..] : text;
        var question = rest.LastIndexOf('?');
        var name = question < 0 ? rest : rest[..question];
        if (text.Length is 0 or > Longest || name.Length == 0 || text.Any(char.IsControl))
        {
            error = $"'{(text.Length > 100 ? text[..100] + "…" : text)}' is no address of a store of sessions. {examples}";
            return false;
        }
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = SessionNames.Upper;
        foreach (var part in question < 0 ? [] : rest[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                error = $"'{part}' in the address {text} is no option: write NAME=VALUE.";
                return false;
            }
            var (option, value) = (part[..equals], Uri.UnescapeDataString(part[(equals + 1)..]));
            (names, error) = Rename(names, option, value);
            if (error is not null)
                return false;
            if (!IsOfNames(option) && !options.TryAdd(option, value))
            {
                error = $"The option {option} stands twice in the address {text}.";
                return false;
            }
        }
        address = new SessionAddress(text, scheme, name, options, names);
        error = null;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsOfNames(string option) => option == "names" || option.StartsWith("name.", StringComparison.Ordinal);

    private static (SessionNames Names, string? Error) Rename(SessionNames names, string option, string value)
    {
        if (!IsOfNames(option))
            return (names, null);
        if (option == "names")
        {
            return value switch
            {
                "upper" => (SessionNames.Upper, null),
                "capital" => (SessionNames.Capital, null),
                _ => (names, $"names={value} is not known. There are names=upper (HEALTHY) and names=capital (Healthy)."),
            };
        }
        if (SessionNames.Upper.Read(option["name.".Length..]) is not { } status)
            return (names, $"{option} names no status. Write for example name.healthy={value}.");
        try
        {
            return (names.With(status, value), null);
        }
        catch (ArgumentException exception)
        {
            return (names, exception.Message);
        }
    }
}
