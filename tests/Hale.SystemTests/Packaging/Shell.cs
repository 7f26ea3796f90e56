using System.Diagnostics;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Packaging;

/// <summary>Runs commands that build and install; slow ones, so the limit is wide.</summary>
internal static class Shell
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs a command to its end. A program with a slash is one of the checkout.</summary>
    public static async Task<CommandResult> RunAsync(IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program.Contains('/', StringComparison.Ordinal) ? Path.Combine(Checkout.Root, program) : program, arguments)
        {
            WorkingDirectory = Checkout.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limit);
        return new(process.ExitCode, await output, await error);
    }

    /// <inheritdoc cref="RunAsync(IReadOnlyDictionary{string, string}, string, string[])"/>
    public static Task<CommandResult> RunAsync(string program, params string[] arguments) => RunAsync(new Dictionary<string, string>(), program, arguments);

    /// <summary>Runs a command that must succeed; its output.</summary>
    public static async Task<string> MustAsync(string program, params string[] arguments)
    {
        var result = await RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {result}");
        return result.Output;
    }

    /// <summary>Whether there is such a program.</summary>
    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));
}
