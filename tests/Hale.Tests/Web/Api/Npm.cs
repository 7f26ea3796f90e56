using System.Diagnostics;

namespace Hale.Tests.Web.Api;

/// <summary>Tools from npm, at the versions of the lock file beside them.</summary>
internal static class Npm
{
    /// <summary>Installs what the lock file names, once; null when it is there, otherwise why not.</summary>
    public static async Task<string?> InstallAsync(string folder, CancellationToken cancel)
    {
        if (Directory.Exists(Path.Combine(folder, "node_modules")))
            return null;
        try
        {
            var (exitCode, output) = await RunAsync(folder, "npm", ["ci", "--ignore-scripts"], cancel);
            return exitCode == 0 ? null : output;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Runs a program in the folder; its exit code and everything it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, string program, string[] arguments, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(cancel);
        var output = await process.StandardOutput.ReadToEndAsync(cancel) + await error;
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, output);
    }
}
