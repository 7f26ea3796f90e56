using System.Diagnostics;

namespace Hale.SystemTests.Fixture;

/// <summary>A container engine of our own: <c>eng/container-engine.sh</c> in a folder of its own, and the engine's own command beside it.</summary>
internal sealed class OwnEngine : IAsyncDisposable
{
    private readonly Process script;
    private readonly Task<string> said;

    private OwnEngine(Process script, Task<string> said, string folder) => (this.script, this.said, Folder) = (script, said, folder);

    /// <summary>The folder; what is put there can be mounted in containers.</summary>
    public string Folder { get; }

    /// <summary>What <c>DOCKER_HOST</c> is for it.</summary>
    public string Host => $"unix://{Folder}/engine.sock";

    /// <summary>Where this machine reaches ports that containers publish.</summary>
    public string PortsAddress => File.ReadAllText(Path.Combine(Folder, "address")).Trim();

    /// <summary>The process of the engine.</summary>
    public int Pid => int.Parse(File.ReadAllText(Path.Combine(Folder, "engine.pid")), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts one.</summary>
    /// <returns>The engine, or why there is none.</returns>
    public static async Task<(OwnEngine? Engine, string? Trouble)> StartAsync(bool podman = false)
    {
        var folder = Directory.CreateTempSubdirectory("hale-engine-").FullName;
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "eng", "container-engine.sh"), podman ? ["--podman", folder] : [folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var script = Process.Start(start)!;
        script.StandardInput.Close();
        var engine = new OwnEngine(script, script.StandardError.ReadToEndAsync(), folder);
        var line = await script.StandardOutput.ReadLineAsync().WaitAsync(2 * Until.Limit);
        if (line is not null)
            return (engine, null);
        await script.WaitForExitAsync().WaitAsync(Until.Limit);
        var trouble = (await engine.said).TrimEnd();
        await engine.DisposeAsync();
        return (null, trouble.Length > 0 ? trouble : $"eng/container-engine.sh ended with exit code {script.ExitCode} and without a word");
    }

    /// <summary>Kills the engine as a crash would; it is not started anew before <see cref="Revive"/>. Containers may die with it or not.</summary>
    public async Task KillAsync()
    {
        var pid = Pid;
        await File.WriteAllTextAsync(Path.Combine(Folder, "hold"), "");
        RealProcesses.Signal(pid, RealProcesses.Kill);
        await Until.TrueAsync(() => $"the engine, {RealProcesses.CommandOf(pid)}, had not ended", () => !RealProcesses.IsAlive(pid));
    }

    /// <summary>Lets a killed engine be started anew.</summary>
    public void Revive() => File.Delete(Path.Combine(Folder, "hold"));

    public async ValueTask DisposeAsync()
    {
        if (!script.HasExited)
        {
            RealProcesses.Signal(script.Id, RealProcesses.Terminate);
            await script.WaitForExitAsync().WaitAsync(Until.Limit);
        }
        script.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
