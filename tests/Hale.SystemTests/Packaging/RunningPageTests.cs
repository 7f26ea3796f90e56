using System.Text.RegularExpressions;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Packaging;

/// <summary>What docs/running.md shows is done in a machine with a real systemd.</summary>
[Collection(nameof(ContainerEngine))]
public sealed partial class RunningPageTests(ContainerEngine engine)
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "running.md"));

    [Fact]
    public async Task Installed_by_hand_it_runs_as_from_the_package()
    {
        await using var machine = await SystemdMachine.BootAsync(engine);

        // As shown, but for sudo, which root has no need of.
        await machine.ShellAsync("set -e; cd /checkout\n" + Block("By hand, with systemd").Replace("sudo ", "", StringComparison.Ordinal));

        await machine.UntilAsync("hale status", text => text.Contains("1 target: 1 ok", StringComparison.Ordinal));
        Assert.Equal("enabled", await machine.ShellAsync("systemctl is-enabled hale"));
    }

    [Fact]
    public async Task With_a_user_of_its_own_it_watches_and_owns_processes_and_the_doctor_tells_what_is_lost()
    {
        await using var machine = await SystemdMachine.InstallAsync(engine);
        await machine.ConfigureAsync("hale: { state: /var/lib/hale }\ntargets: { worker: { process: [sleep, infinity] } }\ndefaults: { every: 500ms, timeout: 5s }");
        await machine.ShellAsync($"useradd --system hale && mkdir -p /etc/systemd/system/hale.service.d && cat >/etc/systemd/system/hale.service.d/user.conf <<'END'\n{Block("Which user")}\nEND");

        await machine.ShellAsync("systemctl daemon-reload && systemctl restart hale");

        await machine.UntilAsync("setpriv --reuid=hale --regid=hale --clear-groups hale status worker", text => text.Contains("1 target: 1 ok", StringComparison.Ordinal));
        Assert.Equal("hale", await machine.ShellAsync("stat -c %U /proc/$(pgrep -fx 'sleep infinity')"));
        var doctor = await machine.ShellAsync("setpriv --reuid=hale --regid=hale --clear-groups hale doctor");
        Assert.Matches("(?m)^limited +user +hale .*without CAP_KILL", doctor);
        Assert.Matches("(?m)^ok +state folder", doctor);
    }

    [Fact]
    public async Task Every_line_of_the_doctor_stands_in_the_page()
    {
        await using var run = new HaleRun("targets: { worker: { process: [sleep, 1d] } }");
        var doctor = await run.HaleAsync("doctor");
        var table = Page[Page.IndexOf("| line |", StringComparison.Ordinal)..];
        var subjects = Subject().Matches(doctor.Output).Select(line => line.Groups[1].Value).Distinct().ToList();
        Assert.True(subjects.Count > 10, doctor.ToString());
        Assert.All(subjects, subject => Assert.Matches($"(?m)^\\|.*\\b{subject}\\b.*\\|", table));
    }

    /// <summary>The first code block after a heading.</summary>
    private static string Block(string heading)
    {
        var after = Page[Page.IndexOf($"### {heading}\n", StringComparison.Ordinal)..];
        return CodeBlock().Match(after).Groups[1].Value;
    }

    [GeneratedRegex("```[a-z]+\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("(?m)^(?:ok|limited|missing|unknown) +([a-z]+(?: [a-z]+)?)  ")]
    private static partial Regex Subject();
}
