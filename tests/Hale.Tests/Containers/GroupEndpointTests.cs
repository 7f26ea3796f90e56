using System.Net;
using System.Net.Http.Json;
using Hale.Config;
using Hale.Testing;
using Hale.Tests.Web;
using Hale.Web.Contract;
using Xunit;

namespace Hale.Tests.Containers;

/// <summary>Groups over HTTP where no engine is needed to answer; those that do stand among the system tests.</summary>
public sealed class GroupEndpointTests : IDisposable
{
    private readonly Scratch scratch = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Write(string name, string text)
    {
        File.WriteAllText(scratch[name], text);
        return scratch[name];
    }

    private static async Task<(HttpStatusCode Status, string Detail)> AskAsync(WebFixture web, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await web.Socket.SendAsync(request, Cancel);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync(WireJson.Default.ProblemDto, Cancel))!.Detail);
    }

    [Theory]
    [InlineData("GET", "/api/v1/groups")]
    [InlineData("POST", "/api/v1/groups/job/up")]
    [InlineData("POST", "/api/v1/groups/down?session=x")]
    [InlineData("POST", "/api/v1/groups/collect")]
    public async Task Without_a_word_about_containers_in_the_configuration_there_are_no_groups(string method, string path)
    {
        await using var web = await WebFixture.StartAsync();
        var (status, detail) = await AskAsync(web, new HttpMethod(method), path);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("hale: { containers: {} }", detail);
    }

    [Theory]
    [InlineData("GET", "/api/v1/groups", HttpStatusCode.BadGateway, "there is no such socket")]
    [InlineData("POST", "/api/v1/groups/good/up", HttpStatusCode.BadGateway, "there is no such socket")]
    [InlineData("POST", "/api/v1/groups/collect", HttpStatusCode.BadGateway, "there is no such socket")]
    [InlineData("POST", "/api/v1/groups/down?session=x", HttpStatusCode.BadGateway, "there is no such socket")]
    [InlineData("POST", "/api/v1/groups/goood/up", HttpStatusCode.NotFound, "Did you mean 'good'?")]
    [InlineData("POST", "/api/v1/groups/bad/up", HttpStatusCode.UnprocessableEntity, "members.web.image: missing")]
    [InlineData("POST", "/api/v1/groups/down", HttpStatusCode.BadRequest, "Without one, none is")]
    [InlineData("POST", "/api/v1/groups/down?session=%20", HttpStatusCode.BadRequest, "A session is a text")]
    [InlineData("POST", "/api/v1/groups/good/up?sesion=x", HttpStatusCode.BadRequest, "Unknown parameter 'sesion'")]
    public async Task What_cannot_be_done_is_refused_with_its_reason(string method, string path, HttpStatusCode expected, string words)
    {
        var spec = new DaemonContainersSpec
        {
            Engine = "unix:///nowhere/engine.sock",
            Groups = [Write("good.yaml", "members: { web: { image: web } }"), Write("bad.yaml", "members: { web: { port: 80 } }")],
        };
        await using var web = await WebFixture.StartAsync(change: daemon => daemon with { Containers = spec });
        var (status, detail) = await AskAsync(web, new HttpMethod(method), path);
        Assert.Equal(expected, status);
        Assert.Contains(words, detail);
    }

    [Theory]
    [InlineData("engine: nowhere", "hale.containers.engine: nowhere is no address of an engine")]
    [InlineData("collect: 0s", "\"0s\" is too short")]
    [InlineData("groups: [a/job.yaml, b/job.yml]", "two files would be called \"job\"")]
    [InlineData("colect: 5m", "did you mean \"collect\"?")]
    public void The_section_of_the_configuration_is_checked(string keys, string words)
    {
        var result = new SpecLoader().LoadText($"hale: {{ containers: {{ {keys} }} }}\ntargets: {{ disk: {{ checks: {{ disk: {{ path: / }} }} }} }}", "hale.yaml", "/srv", _ => null);
        Assert.Contains(words, string.Join('\n', result.Errors));
    }

    public void Dispose() => scratch.Dispose();
}
