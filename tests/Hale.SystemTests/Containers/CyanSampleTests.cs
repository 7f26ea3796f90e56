using Hale.Containers;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Containers;

/// <summary>The sample with containers does what it shows.</summary>
[Collection(nameof(DockerEngine))]
public sealed class CyanSampleTests(DockerEngine engine, ITestOutputHelper output)
{
    // Many containers on a machine that does other things as well.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task The_demo_of_containers_makes_an_archive_breaks_the_group_and_leaves_nothing()
    {
        engine.Require();
        var result = await RunAsync(Path.Combine(Checkout.Root, "demo"), "containers");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("7 members are ready", result.Output, StringComparison.Ordinal);
        Assert.Contains(".ignore, LICENSE, MANIFEST, README.md, src/hello.sh: as it should be", result.Output, StringComparison.Ordinal);
        Assert.Contains("the merger says: merger", result.Output, StringComparison.Ordinal);
        Assert.Contains("exited with code 3", result.Output, StringComparison.Ordinal);
        Assert.Contains("There is no such group.", result.Output, StringComparison.Ordinal);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task Everything_that_can_be_broken_ends_within_its_bound_with_the_reason_named()
    {
        engine.Require();
        var result = await RunAsync(Checkout.Cyan, "break", "all");

        output.WriteLine(result.Output);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.InRange(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 20, 100);
        await NothingIsLeftAsync();
    }

    private async Task NothingIsLeftAsync()
    {
        var ours = EngineFilter.All.Label("hale.session");
        Assert.Empty(await engine.Api.Containers.ListAsync(ours, cancel: TestContext.Current.CancellationToken));
        Assert.Empty(await engine.Api.Networks.ListAsync(ours, TestContext.Current.CancellationToken));
        Assert.Empty(await engine.Api.Volumes.ListAsync(ours, TestContext.Current.CancellationToken));
    }

    private async Task<CommandResult> RunAsync(string program, params string[] arguments)
    {
        await using var run = new HaleRun("targets: {}");
        run.Environment["DOCKER_HOST"] = engine.Host;
        run.Environment["HALE"] = Checkout.Hale;
        run.Environment["CYAN"] = Checkout.Cyan;
        return await run.CommandAsync(Limit, program, arguments);
    }
}
