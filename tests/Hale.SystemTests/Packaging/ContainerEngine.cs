using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Packaging;

/// <summary>
/// A Docker of our own with an image of a small Debian that boots systemd. Made once for all packaging tests, gone afterwards. Where none can run, the
/// tests are skipped with the reason.
/// </summary>
public sealed class ContainerEngine : IAsyncLifetime
{
    /// <summary>The image.</summary>
    public const string Debian = "hale-test/debian";

    private static readonly string[] Tools = ["docker", "mmdebstrap", "dpkg-deb"];

    private OwnEngine? engine;
    private string? trouble;

    /// <summary>A folder for what the tests build; containers see it as <c>/packages</c>.</summary>
    public string Folder => engine!.Folder;

    /// <summary>The program and its packages, published once: <c>artifacts/dist</c>.</summary>
    public static string Published => Path.Combine(Checkout.Root, "artifacts", "dist");

    public async ValueTask InitializeAsync()
    {
        trouble = Array.Find(Tools, tool => !Shell.Has(tool)) is { } missing ? $"{missing} is not installed" : await StartAsync();
        if (trouble is not null)
            return;
        await Shell.MustAsync("deploy/publish.sh", "image");
    }

    /// <summary>Skips the test where no container can run.</summary>
    public void Require() => Assert.SkipWhen(trouble is not null, trouble ?? "");

    /// <summary>Runs <c>docker</c>.</summary>
    internal Task<CommandResult> TryAsync(params string[] arguments) => Shell.RunAsync("docker", ["-H", engine!.Host, .. arguments]);

    /// <summary>Runs <c>docker</c>, which must succeed; its output without the last line break.</summary>
    public async Task<string> DockerAsync(params string[] arguments)
    {
        var result = await TryAsync(arguments);
        Assert.True(result.ExitCode == 0, $"docker {string.Join(' ', arguments)}: {result}");
        return result.Output.TrimEnd();
    }

    public async ValueTask DisposeAsync()
    {
        if (engine is not null)
            await engine.DisposeAsync();
    }

    /// <summary>Null when everything runs; otherwise why not.</summary>
    private async Task<string?> StartAsync()
    {
        var rootfs = Path.Combine(Checkout.Root, "artifacts", "debian-rootfs.tar");
        if (await Shell.RunAsync("eng/debian-rootfs.sh", rootfs) is { ExitCode: not 0 } made)
            return $"no Debian could be made: {LastLine(made.Error)}";
        (engine, var reason) = await OwnEngine.StartAsync();
        if (engine is null)
            return reason;
        await DockerAsync("import", rootfs, Debian);
        return await TryAsync("run", "--rm", Debian, "true") is { ExitCode: not 0 } trial ? $"a container does not run here: {LastLine(trial.Error)}" : null;
    }

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];
}

/// <summary>The classes that share the engine; they run one after another.</summary>
[CollectionDefinition(nameof(ContainerEngine))]
public sealed class ContainerCollection : ICollectionFixture<ContainerEngine>;
