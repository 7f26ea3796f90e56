using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Hale.Web.Endpoints;

/// <summary>Writes what goes back: JSON by the source-generated shapes, and problems.</summary>
internal static class Answer
{
    /// <summary>A shape of the contract.</summary>
    public static Task Json<T>(HttpContext context, T value, JsonTypeInfo<T> shape, int status = StatusCodes.Status200OK, string type = "application/json")
    {
        Head(context.Response, status, type);
        return JsonSerializer.SerializeAsync(context.Response.BodyWriter, value, shape, context.RequestAborted);
    }

    /// <summary>Problem details (RFC 9457).</summary>
    public static Task Problem(HttpContext context, int status, string detail) =>
        Json(
            context,
            new ProblemDto(ReasonPhrases.GetReasonPhrase(status), status, detail),
            WireJson.Default.ProblemDto,
            status,
            "application/problem+json");

    /// <summary>Text.</summary>
    public static Task Text(HttpContext context, int status, string text, string type = "text/plain; charset=utf-8")
    {
        Head(context.Response, status, type);
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>What the caller sent, short enough to be sent back.</summary>
    public static string Quote(string text) => text.Length <= 64 ? text : text[..64] + "…";

    /// <summary>What stands before every answer. What is true now is not to be kept, and text that came from a target is not to be guessed to be a page.</summary>
    public static void Head(HttpResponse response, int status, string type)
    {
        response.StatusCode = status;
        response.ContentType = type;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}
