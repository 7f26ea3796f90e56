using System.Text;
using Hale.Web.Access;
using Hale.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>What <c>/</c> answers: the table of endpoints in words.</summary>
internal static class IndexPage
{
    private static readonly Lazy<string> Text = new(Write);

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/", Need.Nothing, "index", "This page")
        {
            Tag = "Hale",
            Replies = [Reply.Text("Every endpoint, a line each.")],
            Handle = (_, context, _) => Answer.Text(context, StatusCodes.Status200OK, Text.Value),
        },
    ];

    private static string Write()
    {
        var page = new StringBuilder("Hale\n\n");
        foreach (var endpoint in EndpointTable.All)
        {
            var query = endpoint.Parameters.Where(parameter => parameter.Place == Place.Query).Select(parameter => parameter.Name).ToArray();
            var path = endpoint.Path + (query.Length == 0 ? "" : $"[?{string.Join('&', query)}]");
            page.Append($"{endpoint.Method,-4} {path,-62} {endpoint.Summary}\n");
        }
        return page.Append("""

            Commands go over the unix socket, or over TCP with a token:
              curl --unix-socket .hale/hale.sock -X POST http://hale/api/v1/targets/NAME/pause
              curl -H "Authorization: Bearer $HALE_TOKEN" -X POST http://127.0.0.1:7411/api/v1/check

            """).ToString();
    }
}
