using Hale.Web.Access;
using Hale.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>
/// The OpenAPI document. It is written from the table of endpoints and the documentation of the contract's types when Hale is built
/// (<c>docs/openapi.json</c>), and carried in the assembly.
/// </summary>
internal static class Description
{
    private static readonly Lazy<string> Document = new(() =>
    {
        using var stream = typeof(Description).Assembly.GetManifestResourceStream("openapi.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/api/v1/openapi.json", Need.Nothing, "openApi", "This description, as OpenAPI 3.1")
        {
            Tag = "Hale",
            Replies = [Reply.Text("The document.", "application/json")],
            Handle = (_, context, _) => Answer.Text(context, StatusCodes.Status200OK, Document.Value, "application/json"),
        },
    ];
}
