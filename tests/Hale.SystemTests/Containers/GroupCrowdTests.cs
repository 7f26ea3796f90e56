using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Containers;

/// <summary>
/// Many groups at the same time, by the benchmark of them: a program of its own, so that its connections can be counted. <c>benchmarks/groups/run.sh</c> does
/// it with fifty.
/// </summary>
[Collection(nameof(DockerEngine))]
public sealed class GroupCrowdTests(DockerEngine engine, ITestOutputHelper output)
{
    [Fact]
    public async Task A_crowd_of_groups_becomes_ready_and_leaves_no_container_network_volume_or_connection()
    {
        engine.Require();
        await using var run = new HaleRun("targets: {}");
        run.Environment["DOCKER_HOST"] = engine.Host;
        var result = await run.CommandAsync(4 * Until.Limit, Checkout.Benchmarks, "groups", "4");

        output.WriteLine(result.Output);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("4 ready, 0 failed", result.Output, StringComparison.Ordinal);
        Assert.Contains("left: 0 containers, 0 networks, 0 volumes, 0 sockets", result.Output, StringComparison.Ordinal);
    }
}
