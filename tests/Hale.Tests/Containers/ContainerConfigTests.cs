using Hale.Config;
using Xunit;

namespace Hale.Tests.Containers;

public class ContainerConfigTests
{
    [Theory]
    [InlineData("checks: { disk: { path: /, fail: 90% } }, heal: [{ container_restart: web }]", "no check here judges one")]
    [InlineData("checks: { container: { health: heed } }", "write one of container and label")]
    [InlineData("checks: { container: { container: web, label: app } }", "write one of container and label")]
    [InlineData("checks: { container: { label: =x } }", "a label has a name")]
    [InlineData("checks: { container: { container: web, engine: ssh://host } }", "ssh -L")]
    [InlineData("checks: { log: { container_log: web } }", "write one of appears, absent and count")]
    [InlineData("checks: { log: { container_log: { container: web, appears: x } } }", "within")]
    [InlineData("each_container: { engine: tcp://127.0.0.1:1 }, checks: { container: web }", "label")]
    public void What_is_wrong_is_said(string target, string said)
    {
        var result = Load(target);

        Assert.Null(result.Plan);
        Assert.Contains(result.Errors, error => error.ToString().Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void An_entry_for_containers_of_an_engine_that_is_not_there_is_a_warning_and_no_target()
    {
        var result = Load("each_container: { label: app, engine: unix:///no/such.sock }, checks: { container: \"${container.name}\", home: { http: \"http://${container.address}/\" } }");

        Assert.Empty(result.Errors);
        Assert.Empty(result.Plan!.World.Targets);
        Assert.Equal("shop", Assert.Single(result.Plan.Discoveries).Entry);
        Assert.Contains("there is no such socket", Assert.Single(result.Warnings).ToString(), StringComparison.Ordinal);
    }

    private static LoadResult Load(string target) => new SpecLoader().LoadText($"targets: {{ shop: {{ {target} }} }}", "hale.yaml", "/srv", _ => null);
}
