namespace Hale.SystemTests.Packaging;

/// <summary>The scripts that build and install.</summary>
public sealed class ScriptTests
{
    [Fact]
    public async Task Shellcheck_has_no_complaint()
    {
        var result = await Shell.RunAsync(
            "shellcheck", "-x", "deploy/publish.sh", "deploy/deb/build.sh", "deploy/deb/postinst", "deploy/deb/prerm", "deploy/deb/postrm", "eng/debian-rootfs.sh",
            "src/Hale.Cli/Completing/hale.bash");

        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
