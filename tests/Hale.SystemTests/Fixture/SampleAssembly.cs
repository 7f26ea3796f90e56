using System.Diagnostics;

namespace Hale.SystemTests.Fixture;

/// <summary>The assembly of <c>samples/adding-a-probe</c>, built once, outside of the checkout, against the Hale that was built beside these tests.</summary>
public sealed class SampleAssembly : IAsyncLifetime
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static string? built;

    private string folder = "";

    /// <summary>Where its sources lie.</summary>
    public static string Source { get; } = Path.Combine(Checkout.Root, "samples", "adding-a-probe");

    /// <summary>Copies it, with what belongs to it.</summary>
    public void CopyTo(string place)
    {
        Directory.CreateDirectory(place);
        foreach (var file in Directory.EnumerateFiles(folder))
            File.Copy(file, Path.Combine(place, Path.GetFileName(file)));
    }

    public async ValueTask InitializeAsync()
    {
        await Gate.WaitAsync();
        try
        {
            folder = built ??= await BuildAsync();
        }
        finally
        {
            Gate.Release();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<string> BuildAsync()
    {
        // Below artifacts/, so that it is found by the clean-up of a checkout; its own props files keep those of Hale away.
        var folder = Path.Combine(Checkout.Root, "artifacts", "samples", "adding-a-probe");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Source))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        var start = new ProcessStartInfo("dotnet", ["build", "-c", "Release", "-nologo", "-v", "quiet", $"-p:HaleFolder={Path.GetDirectoryName(Checkout.BuiltHale())}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Build servers outlive the build and would keep the pipes open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.ArgumentList.Add("-p:UseSharedCompilation=false");
        using var build = Process.Start(start)!;
        var output = build.StandardOutput.ReadToEndAsync();
        var error = build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        return build.ExitCode == 0
            ? Path.Combine(folder, "bin", "Release", "net10.0")
            : throw new InvalidOperationException($"samples/adding-a-probe does not build:\n{await output}\n{await error}");
    }
}
