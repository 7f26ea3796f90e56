using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>Reads query parameters strictly: one that is not known or not well formed is a 400 that says what would do.</summary>
internal static class Query
{
    /// <summary>Refuses parameters that the endpoint does not have, so that a misspelt filter does not silently show everything.</summary>
    public static void Only(HttpContext context, params ReadOnlySpan<string> known)
    {
        foreach (var key in context.Request.Query.Keys)
        {
            if (!known.Contains(key))
                throw Bad($"Unknown parameter '{key}'. {(known.IsEmpty ? "There are none here." : $"Known here: {string.Join(", ", known)}.")}");
        }
    }

    /// <summary>A parameter that may be given once; null when it is not.</summary>
    public static string? Text(HttpContext context, string name) => context.Request.Query[name] switch
    {
        { Count: 0 } => null,
        [{ Length: > 0 } value] => value,
        _ => throw Bad($"'{name}' must be given once, with a value."),
    };

    /// <summary>A whole number between two limits; null when it is not given.</summary>
    public static long? Number(HttpContext context, string name, long min, long max)
    {
        if (Text(context, name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw Bad($"'{name}' must be a whole number from {min} to {max}.");
    }

    /// <summary>A list, by repeating the parameter or with commas, of known words.</summary>
    public static string[] Words(HttpContext context, string name, IReadOnlyList<string> known)
    {
        var words = context.Request.Query[name]
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct()
            .ToArray();
        return words.FirstOrDefault(word => !known.Contains(word)) is null
            ? words
            : throw Bad($"'{name}' must be of {string.Join(", ", known)}.");
    }

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
