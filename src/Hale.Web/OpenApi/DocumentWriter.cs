using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.WebUtilities;

namespace Hale.Web.OpenApi;

/// <summary>Writes <c>docs/openapi.json</c> (OpenAPI 3.1) from the table of endpoints and the documentation of the contract's types.</summary>
internal static class DocumentWriter
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document for these rows.</summary>
    public static string Write(IReadOnlyList<EndpointRow> table, XmlDocs docs)
    {
        var shapes = new ShapeSchemas(docs);
        var paths = new JsonObject();
        foreach (var endpoint in table)
        {
            if (paths[endpoint.Path] is not JsonObject path)
                paths[endpoint.Path] = path = new JsonObject();
            path[endpoint.Method.ToLowerInvariant()] = Operation(endpoint, shapes);
        }
        // The data of events, which no answer refers to.
        shapes.Reference(typeof(HistoryEntryDto));
        shapes.Reference(typeof(StreamNoteDto));
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Hale",
                ["version"] = Product.Version,
                ["summary"] = "What Hale knows about its targets, and what it may be told to do.",
                ["description"] = "Every refusal is problem details (RFC 9457) that say what would do. Moments are UTC with milliseconds. "
                    + "HEAD is answered wherever GET is. A query parameter that is not described is refused. See docs/api.md.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            // Taken from the place of this document, so that it holds under a prefix, too.
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "../..", ["description"] = "This Hale." }),
            ["tags"] = new JsonArray([.. table.Select(endpoint => endpoint.Tag).Distinct().Select(tag => new JsonObject { ["name"] = tag })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["description"] = "`hale.token`, or one of `hale.tokens` whose role allows the operation (`x-hale-need`). Over the unix socket none is needed.",
                    },
                },
                ["responses"] = new JsonObject(Everywhere.Select(reply => KeyValuePair.Create($"Refusal{reply.Status}", (JsonNode?)Describe(reply, shapes)))),
                ["schemas"] = shapes.All(),
            },
        }.ToJsonString(Layout) + "\n";
    }

    private static JsonObject Operation(EndpointRow endpoint, ShapeSchemas shapes)
    {
        var operation = new JsonObject { ["operationId"] = endpoint.Id, ["tags"] = new JsonArray(endpoint.Tag), ["summary"] = endpoint.Summary };
        if (endpoint.Details.Length > 0)
            operation["description"] = endpoint.Details;
        operation["x-hale-need"] = endpoint.Need.ToString().ToLowerInvariant();
        operation["security"] = endpoint.Need == Need.Nothing
            ? new JsonArray()
            : new JsonArray(new JsonObject(), new JsonObject { ["token"] = new JsonArray() });
        if (endpoint.Parameters.Length > 0)
            operation["parameters"] = new JsonArray([.. endpoint.Parameters.Select(Describe)]);
        if (endpoint.Body is { } body)
            operation["requestBody"] = Describe(body, shapes);
        var responses = new JsonObject();
        foreach (var reply in endpoint.Replies)
            responses[Key(reply)] = Describe(reply, shapes);
        foreach (var reply in Everywhere.Where(reply => CanBe(reply, endpoint)))
        {
            // What an endpoint says about a status of its own goes before what is true of all.
            if (!responses.ContainsKey(Key(reply)))
                responses[Key(reply)] = new JsonObject { ["$ref"] = $"#/components/responses/Refusal{reply.Status}" };
        }
        operation["responses"] = new JsonObject([.. responses.ToArray().OrderBy(response => response.Key, StringComparer.Ordinal)
            .Select(response => KeyValuePair.Create(response.Key, response.Value?.DeepClone()))]);
        return operation;
    }

    /// <summary>The refusals that no endpoint has to itself.</summary>
    private static readonly Reply[] Everywhere =
    [
        Reply.Problem(400, "A parameter or the body is not understood."),
        Reply.Problem(401, "A token is configured, and the request carries none that is known."),
        Reply.Problem(403, "The caller may not do this, or a page of another site asks."),
        Reply.Problem(421, "Over loopback, the Host header names another machine."),
        Reply.Problem(429, "Too many requests from this address; `Retry-After` says when to come again."),
        Reply.Problem(500, "An error in Hale itself."),
        Reply.Problem(503, "Hale is stopping, or has too much to answer at once."),
        Reply.Problem(504, "No answer in time. What was asked may still happen."),
    ];

    private static bool CanBe(Reply reply, EndpointRow endpoint) => reply.Status switch
    {
        401 => endpoint.Need is Need.Read or Need.Push,
        403 => endpoint.Need is Need.Push or Need.Change,
        504 => endpoint.Limit > TimeSpan.Zero,
        _ => true,
    };

    private static string Key(Reply reply) => reply.Status.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Describe(Parameter parameter)
    {
        var words = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. parameter.Choices.Select(choice => (JsonNode)choice)]) };
        var schema = parameter.Takes switch
        {
            Takes.Number => new JsonObject { ["type"] = "integer", ["format"] = "int64", ["minimum"] = parameter.Min, ["maximum"] = parameter.Max },
            Takes.Word => words,
            Takes.Words => new JsonObject { ["type"] = "array", ["uniqueItems"] = true, ["items"] = words },
            Takes.Flag => new JsonObject { ["type"] = "boolean", ["default"] = false },
            _ => new JsonObject { ["type"] = "string", ["minLength"] = 1 },
        };
        if (parameter.Default is { } number)
            schema["default"] = number;
        var described = new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = parameter.Place.ToString().ToLowerInvariant(),
            ["description"] = parameter.Summary,
            ["required"] = parameter.Place == Place.Path,
            ["schema"] = schema,
        };
        if (parameter.Example is { } example)
            described["example"] = example;
        if (parameter.Takes == Takes.Words)
            described["explode"] = false;
        return described;
    }

    private static JsonObject Describe(Body body, ShapeSchemas shapes) => new()
    {
        ["description"] = $"{body.Summary} At most {body.MaxBytes} bytes.",
        ["required"] = false,
        ["content"] = body.Shape is { } shape
            ? Content("application/json", shapes.Reference(shape), JsonNode.Parse(body.Example))
            : Content("text/plain", new JsonObject { ["type"] = "string" }, body.Example),
    };

    private static JsonObject Describe(Reply reply, ShapeSchemas shapes)
    {
        if (reply.MediaType.Length == 0)
            return new JsonObject { ["description"] = reply.Summary };
        var schema = reply.Shape is { } shape ? shapes.Reference(shape) : reply.MediaType == "application/json" ? new JsonObject { ["type"] = "object" } : new JsonObject { ["type"] = "string" };
        var example = reply.Example is null ? null : reply.Shape is null ? reply.Example : JsonNode.Parse(reply.Example);
        if (reply.Shape == typeof(ProblemDto))
        {
            example = JsonSerializer.SerializeToNode(
                new ProblemDto(ReasonPhrases.GetReasonPhrase(reply.Status), reply.Status, reply.Summary), WireJson.Default.ProblemDto);
        }
        return new JsonObject { ["description"] = reply.Summary, ["content"] = Content(reply.MediaType, schema, example) };
    }

    private static JsonObject Content(string mediaType, JsonObject schema, JsonNode? example)
    {
        var content = new JsonObject { ["schema"] = schema };
        if (example is not null)
            content["example"] = example;
        return new JsonObject { [mediaType] = content };
    }
}
