using Hale.Native;
using Hale.Processes;

namespace Hale.Readiness;

/// <summary>
/// A command that runs while something waits for what it serves. Its output is passed on as it comes; it has this program's input, and a
/// session of its own, so that signals reach it once, from here.
/// </summary>
public sealed class ForegroundCommand : IAsyncDisposable
{
    // What was written before the end is in the pipe by then; a process in the background that holds the pipe open costs this much and no more.
    private static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(2);

    private readonly string name;
    private readonly ProcessHandle process;
    private readonly OutputRelay output;
    private readonly OutputRelay error;
    private readonly TaskCompletionSource<ProcessExit> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ForegroundCommand(string name, ProcessHandle process, OutputRelay output, OutputRelay error)
    {
        (this.name, this.process, this.output, this.error) = (name, process, output, error);
        Exited = EndAsync();
        Death = DeathAsync();
    }

    /// <summary>The number of its process.</summary>
    public int Pid => process.Identity.Pid;

    /// <summary>Completes at its end, when its output has been passed on.</summary>
    public Task<ProcessExit> Exited { get; }

    /// <summary>Completes at its end with one line on it: exit code or signal, and the last line of its output.</summary>
    public Task<string> Death { get; }

    /// <summary>Starts it. Returns the command, or one line on why not with the exit code that a shell gives: 127 not found, 126 not executable.</summary>
    /// <param name="command">Program and arguments; a name without a slash is looked for in PATH.</param>
    /// <param name="output">Gets its standard output; not closed.</param>
    /// <param name="error">Gets its standard error; not closed.</param>
    public static (ForegroundCommand? Command, string? Trouble, int ExitCode) Start(string[] command, Stream output, Stream error)
    {
        if (Files.Pipe() is not { } outputs || Files.Pipe() is not { } errors)
            return (null, $"cannot start {command[0]}: {Errno.Describe(Errno.Last)}", Handover.NotExecutable);
        var (process, trouble) = Launch.Start(command, Launch.EnvironmentWith([]), null, outputs.Write, errors.Write, keepsInput: true);
        outputs.Write.Dispose();
        errors.Write.Dispose();
        var (outputRelay, errorRelay) = (new OutputRelay(outputs.Read, output), new OutputRelay(errors.Read, error));
        if (process is null)
            return (null, trouble, Handover.CodeOf(command[0]));
        var started = new ForegroundCommand(command[0], process, outputRelay, errorRelay);
        if (ProcessWatcher.Shared.TryWatch(process, started.exited.SetResult))
            return (started, null, 0);
        Pidfd.Abort(process.Identity.Pid);
        return (null, $"{command[0]} was started and ended again, as it cannot be watched", Handover.NotExecutable);
    }

    /// <summary>Sends a signal to the command and what it has started in its process group.</summary>
    public void Signal(int signal) => process.SignalGroup(signal);

    /// <summary>Asks it to end with a signal, and kills its process group when it does not within <paramref name="grace"/>, or when <paramref name="now"/> is cancelled.</summary>
    public async Task StopAsync(int signal, TimeSpan grace, CancellationToken now)
    {
        Signal(signal);
        try
        {
            await exited.Task.WaitAsync(grace, now);
        }
        catch (Exception reason) when (reason is TimeoutException or OperationCanceledException)
        {
            // It has had its time.
        }
        // Also what it left behind in its group.
        Signal(Signals.Kill);
        _ = await Task.WhenAny(Exited, Task.Delay(Dying, CancellationToken.None));
    }

    /// <summary>Kills it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!exited.Task.IsCompleted)
            await StopAsync(Signals.Kill, Dying, CancellationToken.None);
        output.Dispose();
        error.Dispose();
        // One that does not die (uninterruptible wait) stays watched.
        if (exited.Task.IsCompleted)
            process.Dispose();
    }

    private async Task<ProcessExit> EndAsync()
    {
        var exit = await exited.Task;
        _ = await Task.WhenAny(Task.WhenAll(output.End, error.End), Task.Delay(Drain, CancellationToken.None));
        return exit;
    }

    private async Task<string> DeathAsync()
    {
        var exit = await Exited;
        var last = error.LastLine ?? output.LastLine;
        return $"{name} (process {Pid}) {exit}{(last is null ? ", without output" : $"; its last output: {last}")}";
    }
}
