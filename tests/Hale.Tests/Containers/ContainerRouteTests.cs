using Hale.Containers;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Containers;

/// <summary>The ways to a port of a container, and which of them is taken.</summary>
public sealed class ContainerRouteTests
{
    private static readonly EngineAddress Local = EngineAddress.Socket("/run/docker.sock");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ContainerDetails On(params (string Network, string Address)[] networks) => new()
    {
        Id = "abc",
        NetworkSettings = new() { Networks = networks.ToDictionary(each => each.Network, each => new ContainerEndpoint { IPAddress = each.Address }) },
    };

    private static ContainerDetails Publishing(ContainerDetails container, string? host, string port) =>
        container with { NetworkSettings = container.NetworkSettings with { Ports = new Dictionary<string, IReadOnlyList<PublishedPort>?> { ["80/tcp"] = [new(host, port)], ["81/tcp"] = null } } };

    [Fact]
    public void Its_own_address_is_that_in_the_network_asked_for_or_in_the_first_that_has_one()
    {
        var container = On(("back", "10.0.1.2"), ("any", ""), ("front", "10.0.0.2"));
        Assert.Equal("10.0.1.2:80", $"{ContainerRoutes.Of(container, 80, null, Local).Own!.Endpoint}");
        Assert.Equal("10.0.0.2:80", $"{ContainerRoutes.Of(container, 80, "front", Local).Own!.Endpoint}");
        Assert.Null(ContainerRoutes.Of(container, 80, "any", Local).Own);
        Assert.Null(ContainerRoutes.Of(container, 80, "none", Local).Own);
    }

    [Theory]
    [InlineData("0.0.0.0", "8080", "unix:///run/docker.sock", "127.0.0.1:8080")]
    [InlineData("", "8080", "tcp://machine:2375", "machine:8080")]
    [InlineData("::", "8080", "tcp://machine:2375", "machine:8080")]
    [InlineData("192.0.2.7", "8080", "unix:///run/docker.sock", "192.0.2.7:8080")]
    [InlineData(null, "", "unix:///run/docker.sock", null)]
    public void A_published_port_is_that_of_the_engines_machine(string? host, string port, string engine, string? at)
    {
        var container = Publishing(On(), host, port);
        Assert.Equal(at, ContainerRoutes.Of(container, 80, null, EngineAddress.Parse(engine)).Published?.Endpoint.ToString());
        Assert.Null(ContainerRoutes.Of(container, 81, null, Local).Published);
        Assert.Null(ContainerRoutes.Of(container, 82, null, Local).Published);
    }

    [Fact]
    public void A_container_in_the_network_of_its_engines_machine_is_asked_there() => Assert.Equal(
        "machine:80",
        $"{ContainerRoutes.Of(On() with { HostConfig = new() { NetworkMode = "host" } }, 80, null, EngineAddress.Parse("tcp://machine:2375")).Own!.Endpoint}");

    [Fact]
    public async Task Its_own_address_is_taken_when_it_can_be_reached_even_if_it_refuses()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        var container = On(("net", "127.0.0.1"));
        var routes = ContainerRoutes.Of(container, port, null, Local) with { Published = new(new("127.0.0.1", 1), IsPublished: true, "published") };
        Assert.Same(routes.Own, await routes.ChooseAsync(Local, isHere: true, Eventually.Limit, TimeProvider.System, Cancel));
    }

    [Fact]
    public async Task A_published_port_is_taken_where_its_own_address_cannot_be_reached_and_that_is_said()
    {
        // An address that is for documentation only, and belongs to nobody (RFC 5737).
        var routes = ContainerRoutes.Of(Publishing(On(("net", "192.0.2.1")), "127.0.0.1", "8080"), 80, null, Local);
        var route = await routes.ChooseAsync(Local, isHere: false, TimeSpan.FromSeconds(1), TimeProvider.System, Cancel);
        Assert.Equal((true, "127.0.0.1:8080", "published at 127.0.0.1:8080, since its own address 192.0.2.1 is not reached from here"), (route!.IsPublished, $"{route.Endpoint}", route.Words));
    }

    [Fact]
    public async Task Of_an_engine_without_root_the_published_port_is_taken()
    {
        var engine = EngineAddress.Socket("/run/user/1000/podman/podman.sock");
        var routes = ContainerRoutes.Of(Publishing(On(("net", "127.0.0.1")), "", "8080"), 80, null, engine);
        Assert.True((await routes.ChooseAsync(engine, isHere: true, Eventually.Limit, TimeProvider.System, Cancel))!.IsPublished);
    }

    [Fact]
    public async Task A_connection_that_a_proxy_takes_and_closes_at_once_is_no_evidence()
    {
        await using var closing = LoopbackServer.Start(_ => Task.CompletedTask);
        await using var open = LoopbackServer.Start(visit => visit.HangAsync());
        await using var speaking = LoopbackServer.Start(visit => visit.WriteAsync("hello"));
        using var refusing = LoopbackServer.Refusing(out var port);
        Assert.Equal(Outcome.Fail, await ProbeAsync(closing.Port));
        Assert.Equal(Outcome.Pass, await ProbeAsync(open.Port, TimeSpan.FromMilliseconds(50)));
        Assert.Equal(Outcome.Pass, await ProbeAsync(speaking.Port));
        Assert.Equal(Outcome.Fail, await ProbeAsync(port));
    }

    private static async Task<Outcome> ProbeAsync(int port, TimeSpan? staysOpen = null) =>
        (await new PublishedPortProbe(new("127.0.0.1", port), staysOpen ?? Eventually.Limit).ProbeAsync(new("web", "ready", Incarnation.None, null, Eventually.Limit, TimeProvider.System), Cancel)).Outcome;
}
