using System.Diagnostics;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Packaging;

/// <summary>
/// A Docker of our own, in a network namespace of its own so that the machine's network stays as it is, with an image of a small Debian that boots
/// systemd. Made once for all packaging tests, gone afterwards. Where none can run, the tests are skipped with the reason.
/// </summary>
public sealed class ContainerEngine : IAsyncLifetime
{
    /// <summary>The image.</summary>
    public const string Debian = "hale-test/debian";

    private static readonly string[] Tools = ["dockerd", "docker", "mmdebstrap", "ip", "nsenter", "dpkg-deb"];

    private readonly string network = $"hale-{Environment.ProcessId}";
    private Process? daemon;
    private string? trouble;

    /// <summary>A folder for what the tests build; containers see it as <c>/packages</c>.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("hale-docker-").FullName;

    /// <summary>The program and its packages, published once: <c>artifacts/dist</c>.</summary>
    public static string Published => Path.Combine(Checkout.Root, "artifacts", "dist");

    private string Socket => $"unix://{Folder}/docker.sock";

    public async ValueTask InitializeAsync()
    {
        trouble = Environment.UserName != "root" ? "a container engine of our own needs root"
            : Array.Find(Tools, tool => !Shell.Has(tool)) is { } missing ? $"{missing} is not installed"
            : await StartAsync();
        if (trouble is not null)
            return;
        await Shell.MustAsync("deploy/publish.sh", "image");
    }

    /// <summary>Skips the test where no container can run.</summary>
    public void Require() => Assert.SkipWhen(trouble is not null, trouble ?? "");

    /// <summary>Runs <c>docker</c>.</summary>
    internal Task<CommandResult> TryAsync(params string[] arguments) => Shell.RunAsync("docker", ["-H", Socket, .. arguments]);

    /// <summary>Runs <c>docker</c>, which must succeed; its output without the last line break.</summary>
    public async Task<string> DockerAsync(params string[] arguments)
    {
        var result = await TryAsync(arguments);
        Assert.True(result.ExitCode == 0, $"docker {string.Join(' ', arguments)}: {result}");
        return result.Output.TrimEnd();
    }

    public async ValueTask DisposeAsync()
    {
        if (daemon is { HasExited: false })
        {
            var containers = (await TryAsync("ps", "-aq")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (containers.Length > 0)
                await TryAsync(["rm", "-f", "-v", .. containers]);
            RealProcesses.Signal(daemon.Id, RealProcesses.Terminate);
            await daemon.WaitForExitAsync().WaitAsync(Until.Limit);
        }
        daemon?.Dispose();
        if (File.Exists($"/run/netns/{network}"))
            await Shell.RunAsync("ip", "netns", "delete", network);
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Null when everything runs; otherwise why not.</summary>
    private async Task<string?> StartAsync()
    {
        var rootfs = Path.Combine(Checkout.Root, "artifacts", "debian-rootfs.tar");
        if (await Shell.RunAsync("eng/debian-rootfs.sh", rootfs) is { ExitCode: not 0 } made)
            return $"no Debian could be made: {LastLine(made.Error)}";
        foreach (var arguments in new string[][] { ["netns", "add", network], ["-n", network, "link", "set", "lo", "up"] })
        {
            if (await Shell.RunAsync("ip", arguments) is { ExitCode: not 0 } refused)
                return $"no network namespace could be made: {LastLine(refused.Error)}";
        }
        // Not "ip netns exec": it mounts /sys anew, and the control groups below it would be gone.
        daemon = Process.Start("/bin/sh",
        [
            "-c", "exec nsenter --net=/run/netns/$0 dockerd -H $1 --data-root $2/data --exec-root $2/exec --pidfile $2/docker.pid --bip 10.90.0.1/24 "
                + "--default-address-pool base=10.91.0.0/16,size=24 >$2/docker.log 2>&1 </dev/null",
            network, Socket, Folder,
        ]);
        var watch = Stopwatch.StartNew();
        while ((await TryAsync("version")).ExitCode != 0)
        {
            if (daemon.HasExited || watch.Elapsed > Until.Limit)
                return $"dockerd does not run here: {LastLine(await File.ReadAllTextAsync(Path.Combine(Folder, "docker.log")))}";
            await Task.Delay(100);
        }
        await DockerAsync("import", rootfs, Debian);
        return await TryAsync("run", "--rm", Debian, "true") is { ExitCode: not 0 } trial ? $"a container does not run here: {LastLine(trial.Error)}" : null;
    }

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];
}

/// <summary>The classes that share the engine; they run one after another.</summary>
[CollectionDefinition(nameof(ContainerEngine))]
public sealed class ContainerCollection : ICollectionFixture<ContainerEngine>;
