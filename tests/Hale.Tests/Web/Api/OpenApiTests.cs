using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hale.Core.Model;
using Hale.Tests.Config;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Hale.Web.Endpoints;
using Hale.Web.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hale.Tests.Web.Api;

/// <summary>The document says what is served, and what is served is as the document says. <c>HALE_REWRITE=1</c> writes it anew; it is carried by the next build.</summary>
public sealed partial class OpenApiTests
{
    private static readonly string Committed = Path.Combine(CorpusFiles.Repository, "docs/openapi.json");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Written { get; } = DocumentWriter.Write(
        EndpointTable.All, new XmlDocs(AppContext.BaseDirectory, typeof(StatusDto).Assembly, typeof(Health).Assembly, typeof(Hale.Config.DiffKind).Assembly));

    private static JsonNode Document => JsonNode.Parse(Written)!;

    [Fact]
    public void The_document_is_what_the_table_says() => GeneratedFile.Check(Committed, Written);

    [Fact]
    public async Task The_document_that_is_served_is_the_committed_one()
    {
        await using var web = await WebFixture.StartAsync("secret");
        using var response = await web.Tcp.GetAsync("/api/v1/openapi.json", Cancel);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Written, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public void What_is_mapped_is_described_and_what_is_described_is_mapped()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        var routes = builder.Build();
        using var loop = HaleEndpoints.Map(routes, new Testing.FakeDaemon(Testing.SampleWorld.Mixed), new HaleEndpointOptions());
        var mapped = ((IEndpointRouteBuilder)routes).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText}"))
            .Where(route => !route.StartsWith("HEAD ", StringComparison.Ordinal))
            .Order().ToArray();
        var described = Document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"))
            .Order().ToArray();
        Assert.Equal(described, mapped);
        Assert.True(mapped.Length >= 15, "the endpoints were not found");
    }

    [Fact]
    public void Every_row_is_whole()
    {
        Assert.All(EndpointTable.All, endpoint =>
        {
            Assert.Matches("^[a-z][A-Za-z]+$", endpoint.Id);
            Assert.NotEmpty(endpoint.Summary);
            Assert.InRange(endpoint.Summary.Split(' ').Length, 1, 10);
            Assert.NotEmpty(endpoint.Replies);
            var parts = RoutePart().Matches(endpoint.Path).Select(part => part.Groups[1].Value);
            Assert.Equal(parts, endpoint.Parameters.Where(parameter => parameter.Place == Place.Path).Select(parameter => parameter.Name));
            Assert.All(endpoint.Parameters, parameter => Assert.EndsWith(".", parameter.Summary));
            Assert.All(endpoint.Parameters, parameter => Assert.Equal(parameter.Takes is Takes.Word or Takes.Words, parameter.Choices.Count > 0));
            Assert.Equal(endpoint.Method == HttpMethods.Post, endpoint.Need == Need.Change || endpoint.Body is not null);
        });
        Assert.Distinct(EndpointTable.All.Select(endpoint => endpoint.Id));
        Assert.Distinct(EndpointTable.All.Select(endpoint => (endpoint.Method, endpoint.Path)));
    }

    [Fact]
    public void Every_example_fits_its_schema()
    {
        var document = Document;
        var examples = 0;
        foreach (var content in Contents(document))
        {
            if (content["example"] is not { } example)
                continue;
            examples++;
            Assert.Empty(SchemaCheck.Errors(document, content["schema"]!, example));
        }
        Assert.True(examples >= 20, "the examples were not found");
    }

    [Fact]
    public void Every_description_says_something()
    {
        var empty = Find(Document, "$").Where(found => found.Path.EndsWith(".description", StringComparison.Ordinal) && found.Text.Length < 3).Select(found => found.Path);
        Assert.Empty(empty);
    }

    [Fact]
    public void An_answer_that_does_not_fit_is_found()
    {
        var document = Document;
        var history = document["components"]!["schemas"]!["History"]!;
        Assert.Empty(SchemaCheck.Errors(document, history, JsonNode.Parse("""{"entries":[],"before":null,"next":null}""")));
        Assert.NotEmpty(SchemaCheck.Errors(document, history, JsonNode.Parse("""{"entries":[]}""")));
        Assert.NotEmpty(SchemaCheck.Errors(document, history, JsonNode.Parse("""{"entries":[{"id":"1"}],"before":null}""")));
        Assert.NotEmpty(SchemaCheck.Errors(document, history, JsonNode.Parse("""{"entries":[],"before":"x"}""")));
    }

    [Fact]
    public async Task The_document_is_openapi_3_1()
    {
        var validator = Path.Combine(CorpusFiles.Repository, "tests/openapi");
        var ready = await Npm.InstallAsync(validator, Cancel);
        Assert.SkipUnless(ready is null, $"the validator cannot be installed: {ready}");
        var (exitCode, output) = await Npm.RunAsync(validator, "node", ["validate.mjs", Committed], Cancel);
        Assert.True(exitCode == 0, output);
        var broken = Document;
        broken["paths"]!["/livez"]!["get"]!["responses"] = "none";
        using var scratch = new Testing.Scratch();
        await File.WriteAllTextAsync(scratch["broken.json"], broken.ToJsonString(), Cancel);
        (exitCode, output) = await Npm.RunAsync(validator, "node", ["validate.mjs", scratch["broken.json"]], Cancel);
        Assert.True(exitCode == 1 && output.Contains("livez", StringComparison.Ordinal), output);
    }

    private static IEnumerable<JsonNode> Contents(JsonNode document)
    {
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!).ToArray();
        return operations.SelectMany(operation => operation["responses"]!.AsObject())
            .Concat(document["components"]!["responses"]!.AsObject())
            .Select(response => response.Value!)
            .Concat(operations.Select(operation => operation["requestBody"]).OfType<JsonNode>())
            .Select(part => part["content"]).OfType<JsonObject>()
            .SelectMany(content => content)
            .Select(content => content.Value!);
    }

    private static IEnumerable<(string Path, string Text)> Find(JsonNode? node, string path) => node switch
    {
        JsonObject map => map.SelectMany(entry => Find(entry.Value, $"{path}.{entry.Key}")),
        JsonArray list => list.SelectMany((item, i) => Find(item, $"{path}[{i}]")),
        JsonValue value when value.TryGetValue<string>(out var text) => [(path, text)],
        _ => [],
    };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex RoutePart();
}
