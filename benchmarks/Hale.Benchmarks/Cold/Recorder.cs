using System.Diagnostics;

namespace Hale.Benchmarks.Cold;

/// <summary>The sample recorder, with a runtime environment in a folder of its own.</summary>
internal sealed class Recorder(string program, string folder)
{
    private readonly string runtime = Path.Combine(folder, "runtime");

    /// <summary>Writes the runtime environment.</summary>
    public void Make(string megabytes)
    {
        using var process = Process.Start(program, ["make", runtime, megabytes]);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} make ended with {process.ExitCode}");
    }

    /// <summary>Starts it, waits for its first recorded byte, ends it; milliseconds from the start to that byte.</summary>
    public async Task<double> StartAsync(TimeSpan patience)
    {
        var into = Directory.CreateDirectory(Path.Combine(folder, "recordings")).FullName;
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, ["record", runtime, into, Path.Combine(folder, "ocap.pid")]) { RedirectStandardOutput = true })!;
        try
        {
            while (!Directory.EnumerateFiles(into, "*.mcap").Any(path => new FileInfo(path).Length > 0))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(started) > patience)
                    throw new InvalidOperationException("the recorder recorded nothing");
                await Task.Delay(1);
            }
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            Directory.Delete(into, recursive: true);
        }
    }
}
