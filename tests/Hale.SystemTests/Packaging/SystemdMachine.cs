using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Packaging;

/// <summary>A container in which a real systemd is process 1, as on a small server.</summary>
internal sealed class SystemdMachine : IAsyncDisposable
{
    private readonly ContainerEngine engine;
    private readonly string container;

    private SystemdMachine(ContainerEngine engine, string container)
    {
        this.engine = engine;
        this.container = container;
    }

    /// <summary>Boots one; skips the test where that is not possible.</summary>
    public static async Task<SystemdMachine> BootAsync(ContainerEngine engine)
    {
        engine.Require();
        // systemd mounts and arranges control groups, and wants to see those of its container as the top.
        var container = await engine.DockerAsync(
            "run", "-d", "--cgroupns=private", "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined",
            "--tmpfs", "/run", "--tmpfs", "/run/lock", "--tmpfs", "/tmp", "-v", $"{engine.Folder}:/packages:ro", "-v", $"{Checkout.Root}:/checkout:ro", ContainerEngine.Debian, "/lib/systemd/systemd");
        var machine = new SystemdMachine(engine, container);
        for (var state = ""; state is not ("running" or "degraded");)
        {
            var isUp = await engine.DockerAsync("inspect", "-f", "{{.State.Running}}", container) == "true";
            Assert.SkipUnless(isUp, $"systemd does not boot in a container here: {(await engine.TryAsync("logs", container)).Output}");
            state = (await machine.TryAsync("systemctl is-system-running")).Output.Trim();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        return machine;
    }

    /// <summary>Builds the package in a version, once; what the machine sees as <c>/packages/hale_VERSION_amd64.deb</c>.</summary>
    public static async Task<string> BuildAsync(ContainerEngine engine, string version, string compression = "none")
    {
        engine.Require();
        var package = $"/packages/hale_{version}_amd64.deb";
        if (File.Exists(Path.Combine(engine.Folder, Path.GetFileName(package))))
            return package;
        var environment = new Dictionary<string, string> { ["HALE_DEB_VERSION"] = version, ["HALE_DEB_COMPRESSION"] = compression };
        var built = await Shell.RunAsync(environment, "deploy/deb/build.sh", Path.Combine(ContainerEngine.Published, "linux-x64"), engine.Folder);
        Assert.True(built.ExitCode == 0, built.ToString());
        return package;
    }

    /// <summary>Boots one and installs the package.</summary>
    public static async Task<SystemdMachine> InstallAsync(ContainerEngine engine)
    {
        var machine = await BootAsync(engine);
        await machine.ShellAsync($"dpkg -i {await BuildAsync(engine, "0.0.1")}");
        return machine;
    }

    /// <summary>Runs a shell command in it.</summary>
    public Task<CommandResult> TryAsync(string script) => engine.TryAsync("exec", container, "sh", "-c", script);

    /// <summary>Runs a shell command in it, which must succeed; its output without the last line break.</summary>
    public async Task<string> ShellAsync(string script)
    {
        var result = await TryAsync(script);
        Assert.True(result.ExitCode == 0, $"{script}: {result}");
        return result.Output.TrimEnd();
    }

    /// <summary>Waits until a command prints what is wanted.</summary>
    public async Task<string> UntilAsync(string script, Func<string, bool> condition)
    {
        CommandResult? last = null;
        await Until.TrueAsync(() => $"{script} had not come to what was wanted, but: {last}", async () => condition((last = await TryAsync(script)).Output.Trim()));
        return last!.Output.Trim();
    }

    /// <summary>Waits until a property of a unit is as wanted.</summary>
    public Task<string> PropertyAsync(string unit, string property, Func<string, bool> condition) =>
        UntilAsync($"systemctl show --value -p {property} {unit}", condition);

    /// <summary>The configuration of the service; Hale is not told.</summary>
    public async Task ConfigureAsync(string yaml) => await ShellAsync($"cat >/etc/hale/hale.yaml <<'END'\n{yaml}\nEND");

    public async ValueTask DisposeAsync() => await engine.TryAsync("rm", "-f", "-v", container);
}
