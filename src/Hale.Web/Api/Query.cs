using System.Globalization;
using Hale.Web.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hale.Web.Api;

/// <summary>Reads parameters strictly: one that is not known or not well formed is a 400 that says what would do.</summary>
internal static class Query
{
    /// <summary>Refuses query parameters that the endpoint does not have, so that a misspelt filter does not silently show everything.</summary>
    public static void Only(HttpContext context, Parameter[] known)
    {
        foreach (var key in context.Request.Query.Keys)
        {
            if (Array.Exists(known, parameter => parameter.Place == Place.Query && parameter.Name == key))
                continue;
            var names = string.Join(", ", known.Where(parameter => parameter.Place == Place.Query).Select(parameter => parameter.Name));
            throw Bad($"Unknown parameter '{Answer.Quote(key)}'. {(names.Length == 0 ? "There are none here." : $"Known here: {names}.")}");
        }
    }

    /// <summary>A part of the path.</summary>
    public static string Part(this HttpContext context, Parameter parameter) => (string)context.GetRouteValue(parameter.Name)!;

    /// <summary>A text that may be given once; null when it is not.</summary>
    public static string? Text(this HttpContext context, Parameter parameter) => context.Request.Query[parameter.Name] switch
    {
        { Count: 0 } => null,
        [{ Length: > 0 } value] => value,
        _ => throw Bad($"'{parameter.Name}' must be given once, with a value."),
    };

    /// <summary>A whole number within the limits of its parameter; its default, or null, when it is not given.</summary>
    public static long? Number(this HttpContext context, Parameter parameter)
    {
        if (context.Text(parameter) is not { } text)
            return parameter.Default;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= parameter.Min && value <= parameter.Max
            ? value
            : throw Bad($"'{parameter.Name}' must be a whole number from {parameter.Min} to {parameter.Max}.");
    }

    /// <summary>A list, by repeating the parameter or with commas, of the words of its parameter.</summary>
    public static string[] Words(this HttpContext context, Parameter parameter)
    {
        var words = context.Request.Query[parameter.Name]
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct()
            .ToArray();
        return words.FirstOrDefault(word => !parameter.Choices.Contains(word)) is null
            ? words
            : throw Bad($"'{parameter.Name}' must be of {string.Join(", ", parameter.Choices)}.");
    }

    /// <summary>A flag; false when it is not given.</summary>
    public static bool Flag(this HttpContext context, Parameter parameter) => context.Text(parameter) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw Bad($"'{parameter.Name}' must be true or false."),
    };

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
