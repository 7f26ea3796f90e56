using Hale.Config;
using Hale.Doctoring;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Doctoring;

/// <summary>The examinations of this very machine, whatever it is like.</summary>
public sealed class ExaminationsTests
{
    [Fact]
    public async Task Everything_is_examined_and_what_is_not_ok_says_why_and_what_it_costs()
    {
        var findings = await ExamineAsync("targets: { web: { process: [sleep, 1d] } }");

        foreach (var subject in new[] { "user", "kernel", "open files", "inotify", "icmp", "control groups", "core dumps", "clock", "names", "systemd", "containers", "sqlite", "state folder", "processes" })
            Assert.Contains(findings, finding => finding.Subject == subject);
        Assert.All(findings, finding => Assert.NotEmpty(finding.Detail));
        Assert.All(findings.Where(finding => finding.Standing is Standing.Limited or Standing.Missing), finding => Assert.NotNull(finding.Cost));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_missing_and_needed()
    {
        var findings = await ExamineAsync("""
            targets:
              good: { process: [sleep, 1d] }
              gone: { process: [no-such-program-anywhere] }
              lost: { process: { command: [sleep, 1d], directory: /no/such/folder } }
            """);

        var processes = findings.Where(finding => finding.Subject == "processes").ToArray();
        Assert.Equal([Standing.Missing, Standing.Missing, Standing.Ok], processes.Select(finding => finding.Standing));
        Assert.All(processes[..2], finding => Assert.True(finding.IsNeeded));
        Assert.Contains("gone: no-such-program-anywhere", processes[0].Detail, StringComparison.Ordinal);
        Assert.Contains("lost: there is no folder /no/such/folder", processes[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_check_asks_for_is_not_needed()
    {
        Assert.SkipWhen(Directory.Exists("/run/systemd/system"), "systemd runs here");

        Assert.False(Of("systemd", await ExamineAsync("targets: { a: { checks: { d: { disk: / } } } }")).IsNeeded);
        Assert.True(Of("systemd", await ExamineAsync("targets: { a: { checks: { u: { systemd: nginx } } } }")).IsNeeded);
        Assert.True(Of("systemd", await ExamineAsync("targets: { a: { checks: { d: { disk: / } }, heal: [{ systemd_restart: nginx }] } }")).IsNeeded);
    }

    [Fact]
    public async Task Without_a_configuration_the_machine_is_examined_all_the_same()
    {
        var findings = await Examinations.RunAsync(new Patient(), TestContext.Current.CancellationToken);

        Assert.Equal(Standing.Ok, Of("sqlite", findings).Standing);
        Assert.DoesNotContain(findings, finding => finding.IsNeeded && finding.Standing != Standing.Ok);
    }

    private static Finding Of(string subject, IReadOnlyList<Finding> findings) => Assert.Single(findings, finding => finding.Subject == subject);

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(string yaml)
    {
        using var scratch = new Scratch();
        var result = new SpecLoader().LoadText(yaml, "hale.yaml", scratch.Path, _ => null);
        Assert.True(result.Plan is not null, string.Join('\n', result.Errors));
        return await Examinations.RunAsync(new Patient { Plan = result.Plan }, TestContext.Current.CancellationToken);
    }
}
