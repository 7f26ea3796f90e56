using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hale.Cli;
using Hale.Cli.Verbs;
using Hale.Doctoring;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class DoctorTests
{
    private static readonly Finding Good = Finding.Ok("a", "fine");
    private static readonly Finding Spare = Finding.Missing("b", "none", "little", null, isNeeded: false);
    private static readonly Finding Broken = Finding.Missing("c", "none", "everything", null, isNeeded: true);
    private static readonly Finding Dark = Finding.Unknown("d", "who knows", isNeeded: true);

    [Fact]
    public void Only_what_is_needed_decides_the_exit_code()
    {
        Assert.Equal(ExitCode.Good, DoctorVerb.ExitCodeOf([Good, Spare, Finding.Unknown("e", "?")]));
        Assert.Equal(ExitCode.Bad, DoctorVerb.ExitCodeOf([Dark, Good, Broken]));
        Assert.Equal(ExitCode.Unknown, DoctorVerb.ExitCodeOf([Good, Dark]));
    }

    [Fact]
    public async Task A_sound_configuration_on_this_machine_is_good()
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync("doctor");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Matches("(?m)^ok +configuration +.*: 1 targets, 1 checks$", result.Out);
        Assert.Matches("(?m)^missing +daemon +none runs here", result.Out);
        Assert.Contains("fix:   hale run", result.Out);
        Assert.EndsWith("Nothing that the configuration needs is missing.\n", result.Out);
    }

    [Fact]
    public async Task A_running_Hale_is_asked_how_it_is()
    {
        await using var cli = await new CliFixture().ServeAsync();
        Assert.Matches("(?m)^ok +daemon +hale .* runs since .* and watches [0-9]+ targets", (await cli.RunAsync("doctor")).Out);

        cli.Daemon.Figures = cli.Daemon.Figures with { JournalTrouble = "the disk is full" };
        var result = await cli.RunAsync("doctor");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches("(?m)^missing +daemon +.*the disk is full", result.Out);
    }

    [Fact]
    public async Task A_wrong_configuration_is_told_with_the_command_that_shows_all_of_it()
    {
        await using var cli = new CliFixture();
        await File.WriteAllTextAsync(cli.Config, "targets:\n  web: { chekcs: {} }\n", TestContext.Current.CancellationToken);
        var result = await cli.RunAsync("doctor");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches("(?m)^missing +configuration +.*nothing is watched here.*, and 1 more$", result.Out);
        Assert.Contains($"hale config check {cli.Config}", result.Out);
    }

    [Fact]
    public async Task A_port_that_somebody_else_has_keeps_Hale_from_starting()
    {
        await using var cli = new CliFixture();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var yaml = (await File.ReadAllTextAsync(cli.Config, TestContext.Current.CancellationToken)).Replace("off", $"\"{taken.LocalEndpoint}\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(cli.Config, yaml, TestContext.Current.CancellationToken);
        var result = await cli.RunAsync("doctor", "--json");
        Assert.Equal(1, result.ExitCode);
        using var report = JsonDocument.Parse(result.Out);
        var port = report.RootElement.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("subject").GetString() == "port");
        Assert.Equal("missing", port.GetProperty("standing").GetString());
        Assert.True(port.GetProperty("needed").GetBoolean());
        Assert.Contains("in use", port.GetProperty("detail").GetString());
    }
}
