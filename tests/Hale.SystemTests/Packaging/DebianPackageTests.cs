using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Packaging;

/// <summary>The Debian package from installation to purge.</summary>
[Collection(nameof(ContainerEngine))]
public sealed class DebianPackageTests(ContainerEngine engine)
{
    private const string WorkerPid = "pgrep -fx 'sleep infinity'";

    [Fact]
    public async Task An_upgrade_keeps_configuration_history_and_processes_and_a_purge_leaves_nothing()
    {
        await using var machine = await SystemdMachine.InstallAsync(engine);
        await machine.ConfigureAsync("hale: { state: /var/lib/hale }\ntargets: { worker: { process: [sleep, infinity] } }\ndefaults: { every: 500ms, timeout: 5s }");
        await machine.ShellAsync("systemctl restart hale");
        var worker = await machine.UntilAsync(WorkerPid, pid => pid.Length > 0);
        await machine.UntilAsync("hale status worker", text => text.Contains("1 target: 1 ok", StringComparison.Ordinal));
        await machine.ShellAsync("hale pause worker --why upgrade");
        var hale = await machine.ShellAsync("systemctl show --value -p MainPID hale");

        // A changed configuration is the administrator's: dpkg asks nothing, as the package's own has not changed.
        await machine.ShellAsync($"dpkg -i {await SystemdMachine.BuildAsync(engine, "0.0.2")}");

        Assert.Equal("0.0.2", await machine.ShellAsync("dpkg-query -W -f '${Version}' hale"));
        Assert.NotEqual(hale, await machine.PropertyAsync("hale", "MainPID", pid => pid != "0"));
        await machine.UntilAsync("hale status worker", text => text.Contains("worker is paused", StringComparison.Ordinal));
        Assert.Equal(worker, await machine.ShellAsync(WorkerPid));
        Assert.Contains("upgrade", await machine.ShellAsync("hale history --target worker"));

        var removed = await machine.TryAsync("dpkg --remove hale");
        Assert.True(removed.ExitCode == 0, removed.ToString());
        Assert.Contains($"keeps running: {worker}", removed.Error);
        await machine.ShellAsync("test -e /etc/hale/hale.yaml && test -e /var/lib/hale/journal.db && ! test -e /usr/bin/hale");
        await machine.ShellAsync("dpkg --purge hale");
        await machine.ShellAsync("! test -e /etc/hale && ! test -e /var/lib/hale && ! test -e /usr/lib/hale && ! systemctl cat hale");
        Assert.Equal(worker, await machine.ShellAsync(WorkerPid));
    }

    [Fact]
    public async Task What_the_package_brings_is_in_its_place()
    {
        await using var machine = await SystemdMachine.InstallAsync(engine);

        await machine.ShellAsync("""
            set -e
            test "$(hale completion bash)" = "$(cat /usr/share/bash-completion/completions/hale)"
            test "$(hale completion zsh)" = "$(cat /usr/share/zsh/vendor-completions/_hale)"
            test "$(hale completion fish)" = "$(cat /usr/share/fish/vendor_completions.d/hale.fish)"
            test "$(stat -c '%a %U' /var/lib/hale /usr/lib/hale/hale /etc/hale/hale.yaml | tr '\n' ' ')" = '700 root 755 root 644 root '
            hale config check
            dpkg --verify hale
            """);
        Assert.Equal("/etc/hale/hale.yaml", await machine.ShellAsync("dpkg-query -W -f '${Conffiles}' hale | awk '{ print $1 }'"));
    }

    [Fact]
    public async Task Lintian_has_no_complaint()
    {
        engine.Require();
        Assert.SkipUnless(Shell.Has("lintian"), "lintian is not installed");
        var package = (await SystemdMachine.BuildAsync(engine, "0.0.3", "gzip")).Replace("/packages", engine.Folder, StringComparison.Ordinal);

        var result = await Shell.RunAsync("lintian", "--allow-root", "--fail-on", "error,warning", package);

        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
