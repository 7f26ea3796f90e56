using Hale.Containers;
using Hale.SystemTests.Containers;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Probes;

/// <summary>A Docker of our own.</summary>
internal static partial class Stages
{
    /// <summary>Docker with a web server as the container <c>web</c>, which carries the label <c>app=shop</c> and has run for longer than a second.</summary>
    private static async Task<Stage> Docker(HaleRun run)
    {
        var (engine, trouble) = await OwnEngine.StartAsync();
        Assert.SkipWhen(engine is null, trouble ?? "");
        using var api = new ContainerEngine(EngineAddress.Parse(engine.Host));
        await api.Images.ImportAsync(TestEngine.Httpd, SmallImage.Tar(SmallImage.Site), ["CMD [\"/bin/httpd\",\"-f\",\"-p\",\"80\",\"-h\",\"/www\"]"]);
        var made = await api.Containers.CreateAsync("web", new() { Image = TestEngine.Httpd, Labels = new Dictionary<string, string> { ["app"] = "shop" } });
        await api.Containers.StartAsync(made.Id);
        run.Environment["DOCKER_HOST"] = engine.Host;
        var started = await api.Containers.InspectAsync(made.Id);
        await Until.TrueAsync(() => "the container had not run for a second", () => DateTimeOffset.UtcNow - started.State.StartedAt > TimeSpan.FromSeconds(1));
        return new(new Dictionary<string, string> { ["172.17.0.2"] = started.NetworkSettings.Networks["bridge"].IPAddress }, engine);
    }
}
