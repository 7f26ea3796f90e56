using Hale.Processes;

namespace Hale.Cli.Verbs;

/// <summary><c>hale demo</c></summary>
internal static class DemoVerb
{
    private const string Resources = "demo/";

    // The folder goes when the story ends, also when it is interrupted: then the script ends first, after its own clean-up.
    private const string RunAndClean = """trap : INT TERM; bash "$0/demo.sh"; code=$?; rm -rf -- "$0"; exit $code""";

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static Verb Create(Surroundings surroundings) => new Verb(
        "demo",
        "Run a real orchestrator under Hale, break it in every way, and tell the story",
        ("hale demo", "takes about a minute, leaves nothing behind"))
        .With("""
            Everything happens in a folder of its own among the temporary files. Needs bash,
            sqlite3 and jq.
            """)
        .Does(surroundings, _ =>
        {
            if (!OperatingSystem.IsLinux())
                throw new CommandException(ExitCode.Unknown, "The demo needs Linux.");
            var folder = Directory.CreateTempSubdirectory("hale-").FullName;
            foreach (var name in typeof(DemoVerb).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal)))
                Extract(name, Path.Combine(folder, name[Resources.Length..]));
            var trouble = Handover.To(
                ["bash", "-c", RunAndClean, folder],
                new Dictionary<string, string> { ["HALE"] = ThisCommand(folder) });
            Directory.Delete(folder, recursive: true);
            throw new CommandException(ExitCode.Unknown, $"The demo cannot run: {trouble}");
        });

    private static void Extract(string resource, string path)
    {
        using (var content = typeof(DemoVerb).Assembly.GetManifestResourceStream(resource)!)
        using (var file = File.Create(path))
            content.CopyTo(file);
        if (OperatingSystem.IsLinux() && path.EndsWith(".sh", StringComparison.Ordinal))
            File.SetUnixFileMode(path, Executable);
    }

    // Started as "dotnet hale.dll", the path of the process is that of dotnet: the script is then given a small command to call.
    private static string ThisCommand(string folder)
    {
        var process = Environment.ProcessPath ?? "hale";
        if (Path.GetFileNameWithoutExtension(process) != "dotnet")
            return process;
        var wrapper = Path.Combine(folder, "hale");
        File.WriteAllText(wrapper, $"#!/bin/sh\nexec \"{process}\" \"{Path.Combine(AppContext.BaseDirectory, "hale.dll")}\" \"$@\"\n");
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(wrapper, Executable);
        return wrapper;
    }
}
