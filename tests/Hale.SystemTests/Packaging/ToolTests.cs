using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Packaging;

/// <summary>Hale as a .NET tool.</summary>
public sealed class ToolTests
{
    [Fact]
    public async Task The_tool_installs_from_its_package_and_checks()
    {
        await Shell.MustAsync("deploy/publish.sh", "tool");
        await using var run = new HaleRun("targets: { host: { checks: { disk: { path: / } } } }");
        // A cache of its own, so that the package is the one just built whatever was installed under this version before.
        run.Environment["NUGET_PACKAGES"] = run.At("packages");
        run.Environment["DOTNET_ROOT"] = DotnetRoot();
        var dist = Path.Combine(Checkout.Root, "artifacts", "dist");
        run.Write("nuget.config", $"<configuration><packageSources><clear /><add key=\"dist\" value=\"{dist}\" /></packageSources></configuration>");

        var installed = await run.CommandAsync("dotnet", "tool", "install", "Hale.Tool", "--tool-path", run.At("tools"), "--configfile", run.At("nuget.config"));

        Assert.True(installed.ExitCode == 0, installed.ToString());
        var version = await run.CommandAsync(run.At("tools/hale"), "version");
        Assert.True(version.ExitCode == 0, version.ToString());
        Assert.Matches("^hale [0-9]+[.][0-9]+[.][0-9]+ ", version.Output);
        var check = await run.CommandAsync(run.At("tools/hale"), "check");
        Assert.True(check.ExitCode == 0, check.ToString());
        Assert.Contains("1 target: 1 ok", check.Output);
    }

    /// <summary>Of the runtime that runs this: ROOT/shared/Microsoft.NETCore.App/VERSION.</summary>
    private static string DotnetRoot() => Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);
}
