using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Hale.Native.Windows;
using Hale.Processes;
using Hale.Warming.Plans;
using Hale.Warming.Stopping;

namespace Hale.Warming.Lives;

/// <summary>
/// A life on Windows: a console of its own, so that Ctrl+C reaches it and not us, and a job that knows and ends everything that it starts, also when we end.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsLife : IRehearsedLife
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan HelperWithin = TimeSpan.FromSeconds(5);

    private readonly Process process;
    private readonly JobObject job;

    private WindowsLife(Process process, JobObject job, OutputLines lines)
    {
        (this.process, this.job) = (process, job);
        Exited = EndAsync(lines);
    }

    /// <inheritdoc/>
    public int Pid => process.Id;

    /// <inheritdoc/>
    public Task<ProcessExit> Exited { get; }

    /// <summary>Starts it. Returns the life, or one line on why not.</summary>
    /// <param name="spec">What to start.</param>
    /// <param name="lines">Gets its output; not closed.</param>
    public static (WindowsLife? Life, string? Trouble) Start(RehearsedSpec spec, OutputLines lines)
    {
        if (JobObject.Create(out var error) is not { } job)
            return (null, $"cannot start {spec.Command[0]}: no job is to be had: {new Win32Exception(error).Message}");
        var start = new ProcessStartInfo(spec.Command[0], spec.Command[1..])
        {
            WorkingDirectory = spec.Directory,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in spec.Environment)
            start.Environment[name] = value;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Exception trouble) when (trouble is Win32Exception or InvalidOperationException)
        {
            job.Dispose();
            return (null, $"cannot start {spec.Command[0]}: {trouble.Message.ReplaceLineEndings(" ")}");
        }
        // What it starts between its start and this moment stays outside; programs take longer than that to begin.
        error = job.Add(process.SafeHandle);
        process.StandardInput.Close();
        if (error == 0)
            return (new WindowsLife(process, job, lines), null);
        process.Kill(entireProcessTree: true);
        process.Dispose();
        job.Dispose();
        return (null, $"{spec.Command[0]} was started and ended again, as it cannot be put into a job: {new Win32Exception(error).Message}");
    }

    /// <inheritdoc/>
    public string? AskToStop(StopSpec stop)
    {
        if (Exited.IsCompleted)
            return null;
        try
        {
            var target = new ConsoleTarget(process.Id, process.StartTime.ToFileTimeUtc());
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "hale.exe"), ["interrupt", target.ToString()]) { CreateNoWindow = true, RedirectStandardError = true };
            using var helper = Process.Start(start)!;
            var said = helper.StandardError.ReadToEndAsync();
            if (!helper.WaitForExit(HelperWithin))
            {
                helper.Kill();
                return $"Ctrl+C was not sent within {HelperWithin.TotalSeconds:0} s";
            }
            return helper.ExitCode == 0 || process.HasExited ? null : $"Ctrl+C was not sent: {OneLine.Of(said.GetAwaiter().GetResult(), 300)}";
        }
        catch (Exception trouble) when (trouble is Win32Exception or InvalidOperationException)
        {
            return process.HasExited ? null : $"Ctrl+C was not sent: {trouble.Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Living()
    {
        var named = Array.ConvertAll(job.Members(), pid => string.Create(CultureInfo.InvariantCulture, $"{NameOf(pid) ?? "process"} ({pid})"));
        return named.Length == 0 && job.Living() is > 0 and var count ? [$"{count} processes"] : named;
    }

    /// <inheritdoc/>
    public int CountOf(string program) => job.Members().Count(pid => string.Equals(NameOf(pid), Path.GetFileNameWithoutExtension(program), StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> KillAsync(CancellationToken cancel)
    {
        var killed = Living();
        while (Living().Count > 0)
        {
            _ = job.Terminate();
            await Task.Delay(LookAgain, cancel);
        }
        return killed;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Closing the job ends what is left in it.
        job.Dispose();
        _ = await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None));
        process.Dispose();
    }

    private static string? NameOf(int pid)
    {
        try
        {
            using var one = Process.GetProcessById(pid);
            return one.ProcessName;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<ProcessExit> EndAsync(OutputLines lines)
    {
        var output = Task.WhenAll(process.StandardOutput.BaseStream.CopyToAsync(lines), process.StandardError.BaseStream.CopyToAsync(lines));
        await process.WaitForExitAsync(CancellationToken.None);
        _ = await Task.WhenAny(output, Task.Delay(Drain, CancellationToken.None));
        lines.End();
        return new ProcessExit(IsKnown: true, process.ExitCode, 0, false);
    }
}
