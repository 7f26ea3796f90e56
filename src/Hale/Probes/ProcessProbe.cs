using Hale.Config;
using Hale.Core.Model;
using Hale.Native;
using Hale.Processes;

namespace Hale.Probes;

/// <summary>
/// Looks for processes that Hale does not own: by pid file, or by their exact arguments. A zombie is dead, and not being allowed to look
/// is not the same as absence.
/// </summary>
public sealed class ProcessProbe : IBlockingProbe
{
    private readonly string? pidFile;
    private readonly string[] argv;
    private readonly string? user;
    private readonly long min;

    private ProcessProbe(Settings settings)
    {
        argv = settings.List("argv");
        user = settings.Text("user");
        min = settings.Integer("min") ?? 1;
        pidFile = settings.Text("pid_file");
        if (pidFile is null && argv.Length == 0)
            throw new SettingsException("argv", "a process is found by pid_file, by argv, or by both; neither is written");
        if (pidFile is not null && min > 1)
            throw new SettingsException("min", "a pid file names one process, so min above 1 can never be reached");
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "process",
        "Passes while a process that Hale does not own is alive; fails when it is proved to be absent.",
        [
            new Key("pid_file", KeyType.Path, "File in which the process has written its number. A process that began after the file was written has the number of one that died, and does not count."),
            new Key("argv", KeyType.Command, "The exact arguments, program first, as `/proc/PID/cmdline` shows them. With pid_file: the process must have these arguments as well, which then decide instead of its age."),
            new Key("user", KeyType.Text, "Count only processes that run as this user, by name or number."),
            new Key("min", KeyType.Integer, "Processes that there must be at least.") { Default = "1", Min = 1 },
        ],
        settings => new ProcessProbe(settings))
    {
        Measures =
        [
            new("count", Unit.Count, "Processes that were found."),
            new("age", Unit.Seconds, "How long the oldest of them has lived."),
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        uint? userId = null;
        if (user is not null && (userId = uint.TryParse(user, out var number) ? number : Users.IdOf(user)) is null)
            return ValueTask.FromResult(ProbeResult.Inconclusive($"this machine knows no user {user}"));
        return ValueTask.FromResult(pidFile is null ? Search(userId, context.Time, cancel) : LookAt(pidFile, userId, context.Time));
    }

    private ProbeResult LookAt(string path, uint? userId, TimeProvider time)
    {
        var (file, trouble) = PidFile.Read(path);
        if (file is not { Pid: var pid })
            return trouble!;
        var read = ProcessTable.Read(pid, out var stat);
        if (read == ProcRead.Gone)
            return ProcessTable.IsBlind ? Hidden($"process {pid} of {path} cannot be seen") : ProbeResult.Fail($"process {pid} of {path} does not exist");
        if (read != ProcRead.Ok)
            return Hidden($"process {pid} of {path} cannot be read");
        if (stat.IsDead)
            return ProbeResult.Fail($"process {pid} of {path} is dead (zombie)");

        var age = ProcessTable.Age(stat.Identity);
        var startedAt = time.GetUtcNow() - age;
        if (argv.Length > 0)
        {
            read = ProcessTable.HasArguments(pid, argv, out var same);
            if (read != ProcRead.Ok)
                return Hidden($"the arguments of process {pid} cannot be read");
            if (!same)
                return ProbeResult.Fail($"process {pid} of {path} is another program: its arguments are not those of {argv[0]}");
        }
        else if (file.Value.IsOlderThan(startedAt))
        {
            return ProbeResult.Fail($"process {pid} began at {startedAt:u}, after {path} was written at {file.Value.WrittenAt:u}: the number has passed on to another process");
        }
        if (userId is { } wanted)
        {
            read = ProcessTable.User(pid, out var actual);
            if (read != ProcRead.Ok)
                return Hidden($"the user of process {pid} cannot be read");
            if (actual != wanted)
                return ProbeResult.Fail($"process {pid} of {path} runs as user {actual}, not {user}");
        }
        return ProbeResult.Pass($"process {pid} is alive since {startedAt:u}", new("count", 1, Unit.Count), new("age", age.TotalSeconds, Unit.Seconds));
    }

    private ProbeResult Search(uint? userId, TimeProvider time, CancellationToken cancel)
    {
        var found = new List<ProcessIdentity>();
        var unread = new List<int>();
        foreach (var pid in ProcessTable.Pids())
        {
            cancel.ThrowIfCancellationRequested();
            if (Look(pid, userId, found) is ProcRead.Denied or ProcRead.Failed)
                unread.Add(pid);
        }
        // What was in the middle of exec has arguments by now.
        var hidden = unread.Count(pid => Look(pid, userId, found) is ProcRead.Denied or ProcRead.Failed);

        var count = new Measurement("count", found.Count, Unit.Count);
        if (found.Count >= min)
        {
            var oldest = found.MinBy(one => one.StartTicks);
            var age = ProcessTable.Age(oldest);
            var what = found.Count == 1 ? "process" : $"{found.Count} processes, the oldest";
            return ProbeResult.Pass($"{what} {oldest.Pid} is alive since {time.GetUtcNow() - age:u}", count, new("age", age.TotalSeconds, Unit.Seconds));
        }
        var evidence = $"{found.Count} of at least {min} processes with the arguments of {argv[0]}{(user is null ? "" : $" run as {user}")}";
        if (hidden > 0)
            return Hidden($"{evidence}, and {hidden} could not be read");
        return ProcessTable.IsBlind ? Hidden(evidence) : ProbeResult.Fail(evidence, count);
    }

    private ProcRead Look(int pid, uint? userId, List<ProcessIdentity> found)
    {
        var read = ProcessTable.HasArguments(pid, argv, out var same);
        if (read != ProcRead.Ok || !same)
            return read;
        if (userId is not null)
        {
            read = ProcessTable.User(pid, out var actual);
            if (read != ProcRead.Ok || actual != userId)
                return read;
        }
        read = ProcessTable.Read(pid, out var stat);
        if (read == ProcRead.Ok && !stat.IsDead)
            found.Add(stat.Identity);
        return read;
    }

    private static ProbeResult Hidden(string evidence) =>
        ProbeResult.Inconclusive(ProcessTable.IsBlind ? evidence + "; /proc hides the processes of other users (hidepid)" : evidence);
}
