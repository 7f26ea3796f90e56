namespace Hale.SystemTests.Fixture;

/// <summary>Where things lie in the checkout that these tests were built from.</summary>
internal static class Checkout
{
    /// <summary>The top folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The executable under test: the one built beside these tests, unless <c>HALE_EXECUTABLE</c> names another (a published one).</summary>
    public static string Hale { get; } = Environment.GetEnvironmentVariable("HALE_EXECUTABLE") ?? BuiltHale();

    /// <summary>The sample application in ASP.NET.</summary>
    public static string Shop { get; } = Path.Combine(Root, "artifacts", "bin", "Hale.Samples.AspNet", Configuration, "Hale.Samples.AspNet");

    /// <summary>The sample orchestrator.</summary>
    public static string Orchestrator { get; } = Path.Combine(Root, "samples", "orchestrator");

    /// <summary>The program of the sample with containers.</summary>
    public static string Cyan { get; } = Path.Combine(Root, "artifacts", "bin", "Hale.Samples.Cyan", Configuration, "cyan");

    /// <summary>The program of the benchmarks.</summary>
    public static string Benchmarks { get; } = Path.Combine(Root, "artifacts", "bin", "Hale.Benchmarks", Configuration, "Hale.Benchmarks");

    /// <summary>The sample recorder: its folder, and the program that was built beside these tests.</summary>
    public static string Ocap { get; } = Path.Combine(Root, "samples", "ocap");

    /// <inheritdoc cref="Ocap"/>
    public static string OcapRecorder { get; } = Path.Combine(Root, "artifacts", "bin", "Hale.Samples.Ocap", Configuration, "ocap-recorder");

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hale.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below a checkout of Hale.");
        return folder;
    }

    // artifacts/bin/Hale.SystemTests/<configuration>/ stands beside artifacts/bin/Hale.Cli/<configuration>/hale.
    internal static string BuiltHale() => Path.Combine(Root, "artifacts", "bin", "Hale.Cli", Configuration, "hale");

    private static string Configuration => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
}
