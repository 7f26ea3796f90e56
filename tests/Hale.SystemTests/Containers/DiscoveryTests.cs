using Hale.Containers;
using Hale.Core.Model;
using Hale.SystemTests.Fixture;
using Hale.Web.Contract;

namespace Hale.SystemTests.Containers;

/// <summary>Targets that are made of containers which come and go.</summary>
[Collection(nameof(DockerEngine))]
public sealed class DiscoveryTests(DockerEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Containers_come_and_go_and_so_do_their_targets()
    {
        engine.Require();
        var label = engine.Unique("shop");
        var (one, two) = (engine.Unique("one"), engine.Unique("two"));
        await RunAsync(one, label);
        await using var run = new HaleRun(Shop(label, ""));
        run.Environment["DOCKER_HOST"] = engine.Host;
        await run.StartAsync();

        var first = await run.UntilAsync($"shop.{one}", "ok", target => target.Health == Health.Ok);
        await RunAsync(two, label);
        var second = await run.UntilAsync($"shop.{two}", "ok", target => target.Health == Health.Ok);
        await engine.Api.Containers.KillAsync(one, cancel: Cancel);
        var ended = await run.UntilAsync($"shop.{one}", "impaired", target => target.Health == Health.Impaired);
        await engine.RemoveAsync(one);
        await Until.TrueAsync(() => "the target had not gone with its container", async () => (await StatusAsync(run)).All(target => target.Name != $"shop.{one}"));
        var left = await StatusAsync(run);
        await engine.RemoveAsync(two);

        Assert.Equal(2, first.Checks.Count);
        Assert.Equal(Health.Ok, second.Checks.Single(check => check.Name == "home").Health);
        Assert.Contains("exit code 137", ended.Reason, StringComparison.Ordinal);
        Assert.Equal([$"shop.{two}", "still"], left.Select(target => target.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_engine_that_is_not_there_yet_is_waited_for_and_one_that_is_gone_takes_no_target_along()
    {
        engine.Require();
        var label = engine.Unique("late");
        var name = engine.Unique("late");
        await RunAsync(name, label);
        var path = Path.Combine(engine.Folder, $"{name}.sock");
        await using var run = new HaleRun(Shop(label, $", engine: \"unix://{path}\""));
        await run.StartAsync();
        var before = await StatusAsync(run);

        await using (SocketProxy.Start(path, Path.Combine(engine.Folder, "engine.sock")))
            await run.UntilAsync($"shop.{name}", "found", target => target.Health == Health.Ok);
        // The proxy is gone, and somebody has the configuration read again: what is there cannot be told.
        File.Delete(path);
        run.Write("hale.yaml", run.Read("hale.yaml") + "# changed\n");
        var reloaded = await run.HaleAsync("reload");
        var after = await StatusAsync(run);
        await engine.RemoveAsync(name);

        Assert.Equal("still", Assert.Single(before).Name);
        Assert.True(reloaded.ExitCode == 0, reloaded.ToString());
        Assert.Contains(after, target => target.Name == $"shop.{name}");
    }

    [Fact]
    public async Task What_is_wrong_with_such_an_entry_is_found_before_there_is_a_container()
    {
        engine.Require();
        await using var run = new HaleRun("targets:\n  shop:\n    each_container: { label: hale.none }\n    checks:\n      home: { htpp: \"http://${container.address}/\" }\n");
        run.Environment["DOCKER_HOST"] = engine.Host;

        var result = await run.HaleAsync("config", "check");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("htpp", result.Output + result.Error, StringComparison.Ordinal);
    }

    private Task<string> RunAsync(string name, string label) =>
        engine.RunAsync(new ContainerRecipe { Image = TestEngine.Httpd, Labels = new Dictionary<string, string> { ["app"] = label } }, name);

    private static string Shop(string label, string at) => $$"""
        defaults: { every: 200ms }
        targets:
          still: { checks: { disk: { path: /, fail: 100% } } }
          shop:
            each_container: { label: app={{label}}{{at}} }
            checks:
              container: { container: "${container.name}"{{at}} }
              home: { http: "http://${container.address}/" }
        """;

    private static async Task<IReadOnlyList<TargetDto>> StatusAsync(HaleRun run) => (await run.StatusAsync()).Targets;
}
