using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Packaging;

/// <summary>The container image. Its base comes from a registry by default; here a Debian of our own stands in its place.</summary>
[Collection(nameof(ContainerEngine))]
public sealed class ImageTests(ContainerEngine engine)
{
    private const string Image = "hale-test/hale";

    [Fact]
    public async Task The_image_runs_is_healthy_and_stops_cleanly()
    {
        await BuildAsync();
        var container = await engine.DockerAsync("run", "-d", "--init", "--health-interval", "1s", Image);
        await Until.TrueAsync(() => "the container had not become healthy", async () =>
            await engine.DockerAsync("inspect", "-f", "{{.State.Health.Status}}", container) == "healthy");
        Assert.Contains("1 target: 1 ok", await engine.DockerAsync("exec", container, "hale", "status"));
        await engine.DockerAsync("stop", "-t", "30", container);
        Assert.Equal("0", await engine.DockerAsync("inspect", "-f", "{{.State.ExitCode}}", container));
        Assert.Contains("Hale has stopped", await engine.DockerAsync("logs", container));
    }

    [Fact]
    public async Task A_Hale_that_hangs_makes_its_container_unhealthy()
    {
        await BuildAsync();
        var container = await engine.DockerAsync("run", "-d", "--init", "--health-interval", "1s", "--health-timeout", "2s", "--health-start-period", "0s", Image);
        await Until.TrueAsync(() => "the container had not become healthy", async () =>
            await engine.DockerAsync("inspect", "-f", "{{.State.Health.Status}}", container) == "healthy");

        await engine.DockerAsync("exec", container, "sh", "-c", "kill -STOP $(pgrep -x hale -o)");

        await Until.TrueAsync(() => "the container had not become unhealthy", async () =>
            await engine.DockerAsync("inspect", "-f", "{{.State.Health.Status}}", container) == "unhealthy");
    }

    private async Task BuildAsync()
    {
        engine.Require();
        await engine.DockerAsync("build", "-t", Image, "--build-arg", $"BASE={ContainerEngine.Debian}", Path.Combine(ContainerEngine.Published, "image"));
    }
}
