using System.Text.Json;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>What <c>hale doctor</c> says on this machine, to root and to somebody without any privilege.</summary>
public sealed class DoctorTests
{
    private const string Configuration = """
        targets:
          worker:
            process: [sleep, 1d]
        """;

    [Fact]
    public async Task A_machine_on_which_Hale_runs_has_nothing_missing_that_it_needs()
    {
        await using var run = new HaleRun(Configuration);
        await run.StartAsync();
        var result = await run.HaleAsync("doctor", "--json");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("ok", Standing(result, "daemon"));
        Assert.Equal("ok", Standing(result, "processes"));
        Assert.Equal("ok", Standing(result, "state folder"));
    }

    [Fact]
    public async Task Nobody_is_told_what_it_may_not_and_how_to_allow_it()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can become somebody else");
        await using var run = new HaleRun(Configuration);
        OpenToAll(run.Folder);
        // Where the checkout lies may be closed to others.
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Checkout.Hale)!))
            File.Copy(file, run.At(Path.GetFileName(file)));

        var result = await AsNobodyAsync(run);

        // The folder beside the configuration is root's: that is what keeps Hale from starting here.
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Equal("missing", Standing(result, "state folder"));
        Assert.Equal("limited", Standing(result, "user"));
        Assert.Equal("ok", Standing(result, "processes"));

        Directory.CreateDirectory(run.At(".hale"));
        OpenToAll(run.At(".hale"));
        result = await AsNobodyAsync(run);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("ok", Standing(result, "state folder"));
    }

    private static Task<CommandResult> AsNobodyAsync(HaleRun run) => run.CommandAsync(
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", run.At("hale"), "doctor", "--json", "-c", run.At("hale.yaml"));

    private static void OpenToAll(string folder)
    {
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(folder, folder.EndsWith(".hale", StringComparison.Ordinal) ? (UnixFileMode)0b111_111_111 : (UnixFileMode)0b111_101_101);
    }

    private static string? Standing(CommandResult result, string subject)
    {
        using var report = JsonDocument.Parse(result.Output);
        return report.RootElement.GetProperty("findings").EnumerateArray().First(finding => finding.GetProperty("subject").GetString() == subject).GetProperty("standing").GetString();
    }
}
