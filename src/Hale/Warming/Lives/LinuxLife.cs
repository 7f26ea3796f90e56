using Hale.Native;
using Hale.Probes;
using Hale.Processes;
using Hale.Readiness;
using Hale.Warming.Plans;

namespace Hale.Warming.Lives;

/// <summary>A life on Linux: a session of its own, held by its pidfd, its tree known by <see cref="CommandTree"/>.</summary>
internal sealed class LinuxLife : IRehearsedLife
{
    // What was written before the end is in the pipe by then; something in the background that holds the pipe open costs this much and no more.
    private static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    private readonly ProcessHandle process;
    private readonly CommandTree tree;
    private readonly OutputLines lines;
    private readonly OutputRelay relay;
    private readonly TaskCompletionSource<ProcessExit> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LinuxLife(ProcessHandle process, CommandTree tree, OutputLines lines, OutputRelay relay)
    {
        (this.process, this.tree, this.lines, this.relay) = (process, tree, lines, relay);
        Exited = EndAsync();
    }

    /// <inheritdoc/>
    public int Pid => process.Identity.Pid;

    /// <inheritdoc/>
    public Task<ProcessExit> Exited { get; }

    /// <summary>Starts it. Returns the life, or one line on why not.</summary>
    /// <param name="spec">What to start.</param>
    /// <param name="marker">Stands in its environment.</param>
    /// <param name="adopts">See <see cref="CommandTree"/>.</param>
    /// <param name="lines">Gets its output; not closed.</param>
    public static (LinuxLife? Life, string? Trouble) Start(RehearsedSpec spec, LifeMarker marker, bool adopts, OutputLines lines)
    {
        if (Files.Pipe() is not { } pipe)
            return (null, $"cannot start {spec.Command[0]}: {Errno.Describe(Errno.Last)}");
        var variables = new Dictionary<string, string>(spec.Environment) { [LifeMarker.Variable] = marker.ToString() };
        // One pipe for both streams, so that the last words stand in the order in which they were said.
        var (process, trouble) = Launch.Start(spec.Command, Launch.EnvironmentWith(variables), spec.Directory, pipe.Write, pipe.Write);
        pipe.Write.Dispose();
        if (process is null)
        {
            pipe.Read.Dispose();
            return (null, trouble);
        }
        var life = new LinuxLife(process, new CommandTree(process.Identity, marker, adopts), lines, new OutputRelay(pipe.Read, lines));
        if (ProcessWatcher.Shared.TryWatch(process, life.exited.SetResult))
            return (life, null);
        Pidfd.Abort(process.Identity.Pid);
        life.exited.SetResult(ProcessExit.Unknown);
        life.relay.Dispose();
        return (null, $"{spec.Command[0]} was started and ended again, as it cannot be watched");
    }

    /// <inheritdoc/>
    public string? AskToStop(StopSpec stop)
    {
        if (stop.PidFile is { } path && !exited.Task.IsCompleted)
        {
            var (distrust, trusted) = TrustedPid(path);
            if (trusted is not { } member)
                return $"{distrust}; the signal went to the command instead{Failure(Signal(stop))}";
            using var named = ProcessHandle.Open(member);
            return named?.Signal(stop.Signal) is null or 0 or Errno.NoProcess ? null : $"process {member.Pid} cannot be signalled";
        }
        return Signal(stop) is { } trouble ? $"it cannot be signalled: {trouble}" : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Living() => [.. tree.Living().Select(CommandTree.Shown)];

    /// <inheritdoc/>
    public int CountOf(string program) => tree.Living().Count(stat => CommandTree.Runs(stat, program));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> KillAsync(CancellationToken cancel)
    {
        var killed = new Dictionary<int, string>();
        while (tree.Living() is { Count: > 0 } living)
        {
            foreach (var stat in living)
            {
                if (!killed.ContainsKey(stat.Identity.Pid))
                    killed[stat.Identity.Pid] = CommandTree.Shown(stat);
            }
            process.SignalGroup(Signals.Kill);
            Signal(living, Signals.Kill);
            await Task.Delay(LookAgain, cancel);
        }
        return [.. killed.Values];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!exited.Task.IsCompleted)
        {
            process.SignalGroup(Signals.Kill);
            process.Signal(Signals.Kill);
            _ = await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None));
        }
        tree.Reap();
        relay.Dispose();
        // One that does not die (uninterruptible wait) stays watched.
        if (exited.Task.IsCompleted)
            process.Dispose();
    }

    // Null when it was sent, or nobody is left to get it.
    private string? Signal(StopSpec stop)
    {
        if (exited.Task.IsCompleted)
        {
            // It has gone before what it started: that gets the signal, each of it.
            Signal(tree.Living(), stop.Signal);
            return null;
        }
        var failure = stop.ToProcess ? process.Signal(stop.Signal) : process.SignalGroup(stop.Signal);
        return failure is 0 or Errno.NoProcess ? null : Errno.Describe(failure);
    }

    private static void Signal(List<ProcessStat> members, int signal)
    {
        foreach (var stat in members)
        {
            using var member = ProcessHandle.Open(stat.Identity);
            member?.Signal(signal);
        }
    }

    private (string? Distrust, ProcessIdentity? Member) TrustedPid(string path)
    {
        var (file, trouble) = PidFile.Read(path);
        if (file is not { } read)
            return (trouble!.Evidence, null);
        var member = tree.Living().Find(stat => stat.Identity.Pid == read.Pid);
        if (member.Identity.Pid == 0)
            return ($"pid file {path} names process {read.Pid}, which does not belong to this rehearsal", null);
        return read.IsOlderThan(DateTimeOffset.UtcNow - ProcessTable.Age(member.Identity))
            ? ($"pid file {path} is older than process {read.Pid}, whose number it holds", null)
            : (null, member.Identity);
    }

    private static string Failure(string? trouble) => trouble is null ? "" : $", and could not be sent: {trouble}";

    private async Task<ProcessExit> EndAsync()
    {
        var exit = await exited.Task;
        _ = await Task.WhenAny(relay.End, Task.Delay(Drain, CancellationToken.None));
        lines.End();
        return exit;
    }
}
