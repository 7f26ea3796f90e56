namespace Hale.SystemTests.Packaging;

/// <summary>Hale as a service of a real systemd, installed from its own package.</summary>
[Collection(nameof(ContainerEngine))]
public sealed class SystemdServiceTests(ContainerEngine engine)
{
    private const string Worker = """
        hale: { state: /var/lib/hale }
        targets:
          worker:
            process: [sleep, infinity]
        defaults: { every: 500ms, timeout: 5s }
        """;

    private const string WorkerPid = "pgrep -fx 'sleep infinity'";

    [Fact]
    public async Task The_service_is_enabled_and_active_and_says_what_it_watches()
    {
        await using var machine = await SystemdMachine.InstallAsync(engine);

        Assert.Equal("enabled", await machine.ShellAsync("systemctl is-enabled hale"));
        var status = await machine.ShellAsync("systemctl status --no-pager hale");
        Assert.Contains("Active: active (running)", status);
        Assert.Contains("Status: \"watching 1 target\"", status);
        Assert.Equal("30s", await machine.ShellAsync("systemctl show --value -p WatchdogUSec hale"));
        await machine.UntilAsync("hale status", text => text.Contains("1 target: 1 ok", StringComparison.Ordinal));
        Assert.Equal("alive", await machine.ShellAsync("hale ping"));
        var doctor = await machine.ShellAsync("hale doctor");
        Assert.Matches("(?m)^ok +systemd +version", doctor);
        Assert.Matches("(?m)^ok +port +127.0.0.1:7411 is the running Hale's", doctor);
        Assert.Equal("", await machine.ShellAsync("journalctl -q -u hale -p warning -o cat | grep -v cgroup || true"));
    }

    [Fact]
    public async Task A_hung_Hale_is_started_anew_and_what_it_supervises_keeps_its_process()
    {
        await using var machine = await SystemdMachine.InstallAsync(engine);
        // The period of the unit is too long for a test; all else stays as it is shipped.
        await machine.ShellAsync("mkdir -p /etc/systemd/system/hale.service.d && printf '[Service]\\nWatchdogSec=3s\\n' >/etc/systemd/system/hale.service.d/test.conf && systemctl daemon-reload");
        await machine.ConfigureAsync(Worker);
        await machine.ShellAsync("systemctl restart hale");
        var worker = await machine.UntilAsync(WorkerPid, pid => pid.Length > 0);
        var hale = await machine.ShellAsync("systemctl show --value -p MainPID hale");
        // It is petted while it lives: longer than the period, and nothing happens.
        await machine.ShellAsync("sleep 5");
        Assert.Equal("0", await machine.ShellAsync("systemctl show --value -p NRestarts hale"));

        await machine.ShellAsync($"kill -STOP {hale}");

        await machine.PropertyAsync("hale", "MainPID", pid => pid != hale && pid != "0");
        await machine.PropertyAsync("hale", "ActiveState", state => state == "active");
        Assert.Contains("Watchdog timeout", await machine.ShellAsync("journalctl -q -u hale -o cat"));
        Assert.Equal(worker, await machine.ShellAsync(WorkerPid));
        await machine.UntilAsync("hale status worker", text => text.Contains("1 target: 1 ok", StringComparison.Ordinal));
        Assert.Equal(worker, await machine.ShellAsync(WorkerPid));
    }

    [Fact]
    public async Task Neither_a_restart_nor_a_kill_of_the_service_touches_a_supervised_process()
    {
        await using var machine = await SystemdMachine.InstallAsync(engine);
        await machine.ConfigureAsync(Worker);
        await machine.ShellAsync("systemctl restart hale");
        var worker = await machine.UntilAsync(WorkerPid, pid => pid.Length > 0);
        await machine.UntilAsync("hale status worker", text => text.Contains("1 target: 1 ok", StringComparison.Ordinal));

        await machine.ShellAsync("systemctl restart hale");
        await machine.UntilAsync("hale status worker", text => text.Contains("1 target: 1 ok", StringComparison.Ordinal));
        Assert.Equal(worker, await machine.ShellAsync(WorkerPid));

        var hale = await machine.ShellAsync("systemctl show --value -p MainPID hale");
        await machine.ShellAsync($"kill -KILL {hale}");
        await machine.PropertyAsync("hale", "MainPID", pid => pid != hale && pid != "0");
        await machine.UntilAsync("hale status worker", text => text.Contains("1 target: 1 ok", StringComparison.Ordinal));
        Assert.Equal(worker, await machine.ShellAsync(WorkerPid));

        await machine.ShellAsync("hale stop --all && systemctl stop hale");
        await machine.UntilAsync($"{WorkerPid} || echo none", pid => pid == "none");
    }

    [Fact]
    public async Task A_reload_uses_the_new_configuration_and_a_wrong_one_leaves_the_old()
    {
        await using var machine = await SystemdMachine.InstallAsync(engine);
        var hale = await machine.ShellAsync("systemctl show --value -p MainPID hale");
        await machine.ConfigureAsync(Worker);

        await machine.ShellAsync("systemctl reload hale");
        await machine.UntilAsync("hale status worker", text => text.Contains("1 target: 1 ok", StringComparison.Ordinal));
        var worker = await machine.ShellAsync(WorkerPid);

        await machine.ConfigureAsync("targets: { web: { chekcs: {} } }\nhale: { state: /var/lib/hale }");
        Assert.NotEqual(0, (await machine.TryAsync("systemctl reload hale")).ExitCode);
        Assert.Contains("did you mean \"checks\"?", await machine.ShellAsync("journalctl -q -u hale -o cat"));
        await machine.UntilAsync("hale status worker", text => text.Contains("1 target: 1 ok", StringComparison.Ordinal));

        Assert.Equal("active", await machine.ShellAsync("systemctl is-active hale"));
        Assert.Equal(hale, await machine.ShellAsync("systemctl show --value -p MainPID hale"));
        Assert.Equal(worker, await machine.ShellAsync(WorkerPid));
    }

    [Fact]
    public async Task A_wrong_configuration_is_told_and_not_tried_again_and_again()
    {
        await using var machine = await SystemdMachine.InstallAsync(engine);
        await machine.ConfigureAsync("targets: { web: { chekcs: {} } }");

        Assert.NotEqual(0, (await machine.TryAsync("systemctl restart hale")).ExitCode);

        Assert.Equal("failed", await machine.ShellAsync("systemctl show --value -p ActiveState hale"));
        Assert.Equal("2", await machine.ShellAsync("systemctl show --value -p ExecMainStatus hale"));
        Assert.Equal("0", await machine.ShellAsync("systemctl show --value -p NRestarts hale"));
        Assert.Contains("did you mean \"checks\"?", await machine.ShellAsync("journalctl -q -u hale -o cat"));
    }

    [Fact]
    public async Task A_unit_that_fails_is_seen_and_restarted_within_the_bounds()
    {
        await using var machine = await SystemdMachine.InstallAsync(engine);
        await machine.ShellAsync("""
            printf '[Service]\nExecStart=/bin/sleep 1d\n' >/etc/systemd/system/frail.service
            systemctl daemon-reload && systemctl start frail
            """);
        await machine.ConfigureAsync("""
            hale: { state: /var/lib/hale }
            targets:
              frail:
                checks:
                  unit: { systemd: frail }
                heal:
                  - systemd_restart: frail
              unknown:
                checks:
                  unit: { systemd: no-such-unit }
            defaults: { every: 500ms, timeout: 5s, fall: 1 }
            """);
        await machine.ShellAsync("systemctl restart hale");
        await machine.UntilAsync("hale status frail", text => text.Contains("frail is active (running)", StringComparison.Ordinal));
        await machine.UntilAsync("hale status unknown", text => text.Contains("systemd knows no unit no-such-unit", StringComparison.Ordinal));
        var first = await machine.ShellAsync("systemctl show --value -p MainPID frail");

        await machine.ShellAsync("systemctl kill --signal=KILL frail");

        await machine.PropertyAsync("frail", "MainPID", pid => pid != first && pid != "0");
        await machine.UntilAsync("hale explain frail", text => text.Contains("helped", StringComparison.Ordinal));
        var history = await machine.ShellAsync("hale history --target frail");
        Assert.Contains("frail is failed (failed), result signal", history);
        Assert.Contains("systemd_restart", history);
        await machine.UntilAsync("systemctl status --no-pager hale", text => text.Contains("watching 2 targets, 1 impaired", StringComparison.Ordinal));
    }
}
