using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Hale.Web.Api;

/// <summary>Links from one page of an answer to the next.</summary>
internal static class Link
{
    /// <summary>The request again, with one parameter of it changed; a path, so that it holds whatever name Hale is reached by.</summary>
    public static string With(HttpContext context, Parameter parameter, string value)
    {
        var query = new QueryBuilder(context.Request.Query.Where(pair => pair.Key != parameter.Name).SelectMany(pair => pair.Value, (pair, each) => KeyValuePair.Create(pair.Key, each ?? "")))
        {
            { parameter.Name, value },
        };
        return $"{context.Request.PathBase.ToUriComponent()}{context.Request.Path.ToUriComponent()}{query.ToQueryString()}";
    }
}
