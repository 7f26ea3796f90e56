using System.Text.Json.Nodes;
using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Testing;
using Hale.Tests.Config;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Hosting;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hale.Tests.Web.Api;

/// <summary>What a real daemon answers is what the document says, at every endpoint that reads.</summary>
public sealed class ConformanceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_answer_of_a_live_daemon_fits_its_schema()
    {
        using var scratch = new Scratch();
        var text = $$"""
            hale: { state: {{scratch["state"]}}, listen: "127.0.0.1:0" }
            defaults: { every: 200ms, timeout: 5s, fall: 1 }
            groups: { site: {} }
            targets:
              well: { group: site, checks: { disk: { path: / } } }
              ill: { group: site, checks: { gone: { file: /nowhere/at/all } }, heal: [ { exec: [ "false" ] } ] }
              backup: { checks: { nightly: { heartbeat: {}, within: 1d } } }
              worker: { process: { command: [ sleep, "1000" ] } }
            alarms:
              full: { metric: well/disk.used, above: 0.1%, period: 10s, datapoints: 1 of 1 }
            tell:
              log: { file: { path: {{scratch["told"]}} } }
            """;
        var loaded = new SpecLoader().LoadText(text, "hale.yaml", scratch.Path, _ => null);
        Assert.True(loaded.Plan is not null, string.Join('\n', loaded.Errors));
        await using var daemon = await Daemon.StartAsync(loaded.Plan, TimeProvider.System, Cancel);
        daemon.TakesProcessesAlong = true;
        await using var host = await WebHost.StartAsync(daemon, loaded.Plan.Daemon, TimeProvider.System, Cancel);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Address };
        await Eventually.HoldsAsync(
            () => daemon.Current.Targets is [{ Health: Health.Ok }, { Health: Health.Impaired, LastRemedy: not null }, _, { Health: Health.Ok }],
            "the targets were judged and a remedy was tried");

        var document = JsonNode.Parse(await client.GetStringAsync("/api/v1/openapi.json", Cancel))!;
        var checkedOnes = 0;
        foreach (var endpoint in EndpointTable.All.Where(endpoint => endpoint is { Method: "GET", Need: Need.Nothing or Need.Read } && endpoint.Limit > TimeSpan.Zero))
        {
            foreach (var name in (string[])["well", "ill", "backup", "worker", "full", "nobody"])
            {
                var path = endpoint.Path.Replace("{name}", name, StringComparison.Ordinal);
                if (endpoint.Id == "queryMetric")
                    path += "?metric=well/disk.used";
                using var response = await client.GetAsync(path, Cancel);
                Fits(document, endpoint, response, await response.Content.ReadAsStringAsync(Cancel));
                checkedOnes++;
                if (!endpoint.Path.Contains('{', StringComparison.Ordinal))
                    break;
            }
        }
        Assert.True(checkedOnes > 10, "the endpoints were not walked");
    }

    private static void Fits(JsonNode document, EndpointRow endpoint, HttpResponseMessage response, string body)
    {
        var status = ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var described = document["paths"]![endpoint.Path]!["get"]!["responses"]![status];
        Assert.True(described is not null, $"{endpoint.Path} answered {status}, which is not described: {body}");
        if (described["$ref"] is not null)
            described = document["components"]!["responses"]![$"Refusal{status}"]!;
        var type = response.Content.Headers.ContentType!.MediaType!;
        var content = described["content"]![type];
        Assert.True(content is not null, $"{endpoint.Path} answered with {type}, which is not described");
        if (!type.EndsWith("json", StringComparison.Ordinal) || endpoint.Id == "openApi")
            return;
        var errors = SchemaCheck.Errors(document, content["schema"]!, JsonNode.Parse(body));
        Assert.True(errors.Count == 0, $"{endpoint.Path}: {string.Join(", ", errors)}\n{body}");
    }
}
