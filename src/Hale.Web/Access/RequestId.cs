using Microsoft.AspNetCore.Http;

namespace Hale.Web.Access;

/// <summary>The number of a request, in its answer and in the audit: the caller's own <c>X-Request-Id</c> where it is a plain word, otherwise one of the server.</summary>
internal static class RequestId
{
    private const string Header = "X-Request-Id";
    private const int Longest = 64;

    /// <summary>Names the request.</summary>
    public static void Assign(HttpContext context)
    {
        if (context.Request.Headers[Header] is [{ Length: > 0 and <= Longest } sent] && sent.All(IsPlain))
            context.TraceIdentifier = sent;
        context.Response.Headers[Header] = context.TraceIdentifier;
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':';
}
