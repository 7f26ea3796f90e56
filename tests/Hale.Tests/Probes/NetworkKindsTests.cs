using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>From what a person writes to an attempt.</summary>
public class NetworkKindsTests
{
    private static LoadResult Load(string yaml) => new SpecLoader().LoadText(yaml, "hale.yaml", "/srv", _ => null);

    [Fact]
    public async Task Checks_written_in_short_are_probed()
    {
        await using var server = LoopbackServer.Answering("HTTP/1.1 200 OK\r\n\r\n{\"done\": 3}");
        var loaded = Load($$"""
            targets:
              web:
                checks:
                  front: { http: {{server.Url()}} }
                  port: { tcp: "127.0.0.1:{{server.Port}}" }
                  work: { json: { url: {{server.Url()}}, path: done }, within: 10m }
                  strict: { http: { url: {{server.Url()}}, status: [204, 5xx] } }
            """);
        Assert.True(loaded.Plan is not null, string.Join('\n', loaded.Errors));
        var outcomes = new List<Outcome>();
        foreach (var probe in loaded.Plan.Probes)
            outcomes.Add((await probe!.TryAsync()).Outcome);
        Assert.Equal([Outcome.Pass, Outcome.Pass, Outcome.Pass, Outcome.Fail], outcomes);
        Assert.IsType<HttpProbe>(loaded.Plan.Probes[0]);
    }

    [Theory]
    [InlineData("http: { url: 'http://a/', status: 2000 }", "2000")]
    [InlineData("http: { url: 'http://a/', address: 'b:x' }", "b:x")]
    [InlineData("tcp: nonsense", "nonsense")]
    [InlineData("json: { url: 'http://a/', path: 'a..b' }", "a..b")]
    public void What_makes_no_sense_is_refused_with_what_was_found(string check, string found)
    {
        var loaded = Load($$"""
            targets:
              web:
                checks:
                  it: { {{check}} }
            """);
        Assert.Null(loaded.Plan);
        Assert.Contains(loaded.Errors, error => error.ToString().Contains(found, StringComparison.Ordinal));
    }
}
