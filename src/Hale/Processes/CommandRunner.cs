using Hale.Native;

namespace Hale.Processes;

/// <summary>
/// Runs commands to their end. Each has a session of its own, no input, limited output and a hard limit in time, after which its whole
/// process group is killed. A command that leaves a background process behind is done when itself is done.
/// </summary>
public sealed class CommandRunner(ProcessWatcher watcher)
{
    // Output that was written before the exit is in the pipe already, so reading it takes no longer than a busy machine makes us wait for the
    // processor. A background child that keeps the pipe open costs this much and no more.
    private static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(250);

    // A process in an uninterruptible wait (a dead NFS server) does not even die of SIGKILL; nobody waits longer for that than this.
    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(2);

    // Apart from the watcher's thread, so that a flood of output never delays the news of a death.
    private static readonly Lazy<Poller> OutputPoller = new(() => new Poller("hale-output"));

    private static readonly Lazy<CommandRunner> SharedRunner = new(() => new CommandRunner(ProcessWatcher.Shared));

    /// <summary>One for the whole program, on <see cref="ProcessWatcher.Shared"/>.</summary>
    public static CommandRunner Shared => SharedRunner.Value;

    /// <summary>Runs a command. Cancelling kills its process group.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="time">The clock of the time-out.</param>
    /// <param name="cancel">Ends the wait and the command.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<CommandResult> RunAsync(Command command, TimeProvider time, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        if (OpenPipes() is not { } pipes)
            return CouldNotStart($"cannot start {command.Argv.FirstOrDefault()}: {Errno.Describe(Errno.Last)}");

        using var output = new OutputCapture(OutputPoller.Value, pipes.Output.Read, command.OutputLimit);
        using var error = new OutputCapture(OutputPoller.Value, pipes.Error.Read, command.OutputLimit);
        var (process, failure) = Launch.Start(
            command.Argv, Launch.EnvironmentWith(command.Environment), command.Directory, pipes.Output.Write, pipes.Error.Write);
        pipes.Output.Write.Dispose();
        pipes.Error.Write.Dispose();
        if (process is null)
            return CouldNotStart(failure!);

        var exited = new TaskCompletionSource<ProcessExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!watcher.TryWatch(process, exited.SetResult))
        {
            Pidfd.Abort(process.Identity.Pid);
            process.Dispose();
            return CouldNotStart($"{command.Argv[0]} was started and ended again, as it cannot be watched");
        }

        ProcessExit exit;
        try
        {
            exit = await exited.Task.WaitAsync(command.Timeout, time, cancel);
        }
        catch (Exception reason) when (reason is TimeoutException or OperationCanceledException)
        {
            process.SignalGroup(Signals.Kill);
            var died = await Task.WhenAny(exited.Task, Task.Delay(Dying, CancellationToken.None)) == exited.Task;
            // One that does not die stays watched, and its handle is closed when the watch lets go of it.
            if (died)
                process.Dispose();
            if (reason is OperationCanceledException)
                throw;
            return Result(CommandEnd.TimedOut, $"timed out after {command.Timeout.TotalSeconds:0.###} s; its process group was " +
                (died ? "killed" : "sent SIGKILL, but does not die (uninterruptible wait)"));
        }
        process.Dispose();
        _ = await Task.WhenAny(Task.WhenAll(output.End, error.End), Task.Delay(Drain, CancellationToken.None));
        return exit switch
        {
            { IsKnown: false } => Result(CommandEnd.Lost, exit.ToString()),
            { Signal: 0 } => Result(CommandEnd.Exited, exit.ToString()) with { ExitCode = exit.Code },
            _ => Result(CommandEnd.Signaled, exit.ToString()) with { Signal = exit.Signal },
        };

        CommandResult Result(CommandEnd end, string summary) => new()
        {
            End = end,
            Summary = summary,
            Output = output.Text,
            Error = error.Text,
            IsTruncated = output.IsTruncated || error.IsTruncated,
            Took = time.GetElapsedTime(started),
        };
    }

    private static ((Descriptor Read, Descriptor Write) Output, (Descriptor Read, Descriptor Write) Error)? OpenPipes()
    {
        if (Files.Pipe() is not { } output)
            return null;
        if (Files.Pipe() is { } error)
            return (output, error);
        output.Read.Dispose();
        output.Write.Dispose();
        return null;
    }

    private static CommandResult CouldNotStart(string why) => new() { End = CommandEnd.CouldNotStart, Summary = why };
}
