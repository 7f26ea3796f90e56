using System.Buffers;
using System.Globalization;
using System.Text;
using Hale.Native;

namespace Hale.Processes;

/// <summary>Reads the kernel's table of processes, <c>/proc</c>. Every read is limited in size.</summary>
public static class ProcessTable
{
    // Fields of stat are numbers, and the name is at most 16 bytes (64 for a kernel worker).
    private const int StatMax = 1024;

    // An environment may fill a quarter of the stack's limit, usually 2 MB of 8 MB (execve(2)).
    private const int EnvironmentMax = 2 << 20;
    private const int EnvironmentUsual = 16 << 10;

    private const string Root = "/proc";

    // Between the moment that execve(2) takes a process over and the one that its arguments can be read. Microseconds, unless it is preempted there.
    private static readonly TimeSpan Exec = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether processes of others are hidden from us (<c>/proc</c> mounted with <c>hidepid</c>): then not seeing a process proves nothing.
    /// Process 1 always exists, so not seeing that one is the proof.
    /// </summary>
    public static bool IsBlind => Read(1, out _) != ProcRead.Ok;

    /// <summary>Reads about one process.</summary>
    public static ProcRead Read(int pid, out ProcessStat stat)
    {
        Span<byte> buffer = stackalloc byte[StatMax];
        stat = default;
        var read = ProcFile.Read($"{Root}/{pid}/stat", buffer, out var length);
        if (read != ProcRead.Ok)
            return read;
        if (ProcessStat.Parse(buffer[..length]) is not { } parsed)
            return ProcRead.Failed;
        stat = parsed;
        return ProcRead.Ok;
    }

    /// <summary>Whether exactly this process lives. A zombie does not.</summary>
    public static bool IsAlive(ProcessIdentity identity) =>
        Read(identity.Pid, out var stat) == ProcRead.Ok && stat.Identity == identity && !stat.IsDead;

    /// <summary>The numbers of all processes that we can see, at about the same time.</summary>
    public static IEnumerable<int> Pids()
    {
        foreach (var path in Directory.EnumerateDirectories(Root))
        {
            if (int.TryParse(path.AsSpan(Root.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                yield return pid;
        }
    }

    /// <summary>
    /// Whether the arguments of a process, program included, are exactly these. Nothing is read beyond the length that could match,
    /// and nothing is matched as text: a process that merely mentions another one's name is not that one.
    /// <see cref="ProcRead.Failed"/> for a process so young that it is in the middle of exec: the kernel shows its arguments a moment later.
    /// </summary>
    public static ProcRead HasArguments(int pid, IReadOnlyList<string> argv, out bool same)
    {
        var expected = argv.Sum(argument => Encoding.UTF8.GetByteCount(argument) + 1);
        var wanted = new byte[expected];
        var next = 0;
        foreach (var argument in argv)
            next += Encoding.UTF8.GetBytes(argument, wanted.AsSpan(next)) + 1;
        var buffer = ArrayPool<byte>.Shared.Rent(expected + 1);
        try
        {
            var read = ProcFile.Read($"{Root}/{pid}/cmdline", buffer.AsSpan(0, expected + 1), out var length);
            same = read == ProcRead.Ok && wanted.AsSpan().SequenceEqual(buffer.AsSpan(0, length));
            return read == ProcRead.Ok && length == 0 && IsBeginning(pid) ? ProcRead.Failed : read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Kernel threads and zombies have no arguments for good; others may have wiped theirs, but not in their first moment.
    private static bool IsBeginning(int pid) =>
        Read(pid, out var stat) == ProcRead.Ok && stat is { IsKernelThread: false, IsDead: false } && Age(stat.Identity) < Exec;

    /// <summary>
    /// The value of a variable in the environment that a process began with; null when it has none of that name.
    /// <see cref="ProcRead.Failed"/> for an empty environment: a kernel thread, a zombie, or a process in the middle of exec.
    /// </summary>
    public static ProcRead Variable(int pid, string name, out string? value)
    {
        value = null;
        for (var size = EnvironmentUsual; ; size = EnvironmentMax)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(size);
            try
            {
                var read = ProcFile.Read($"{Root}/{pid}/environ", buffer.AsSpan(0, size), out var length);
                if (read != ProcRead.Ok)
                    return read;
                value = Find(buffer.AsSpan(0, length), name);
                if (value is not null || length < size || size == EnvironmentMax)
                    return length == 0 ? ProcRead.Failed : ProcRead.Ok;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>The effective user that a process runs as.</summary>
    public static ProcRead User(int pid, out uint user)
    {
        Span<byte> buffer = stackalloc byte[2048];
        user = 0;
        var read = ProcFile.Read($"{Root}/{pid}/status", buffer, out var length);
        if (read != ProcRead.Ok)
            return read;
        // "Uid:\treal\teffective\tsaved\tfile system"
        var text = Encoding.UTF8.GetString(buffer[..length]);
        var start = text.IndexOf("\nUid:\t", StringComparison.Ordinal);
        if (start < 0)
            return ProcRead.Failed;
        var fields = text[(start + 6)..].Split(['\t', '\n'], 3);
        return fields.Length == 3 && uint.TryParse(fields[1], CultureInfo.InvariantCulture, out user) ? ProcRead.Ok : ProcRead.Failed;
    }

    /// <summary>How long ago a process began.</summary>
    public static TimeSpan Age(ProcessIdentity identity)
    {
        var age = Machine.SinceBoot - TimeSpan.FromSeconds((double)identity.StartTicks / Machine.TicksPerSecond);
        return age < TimeSpan.Zero ? TimeSpan.Zero : age;
    }

    /// <summary>How a zombie ended; null if it is none (any more) or we may not look.</summary>
    internal static unsafe WaitStatus? StatusOfZombie(ProcessIdentity identity)
    {
        if (Read(identity.Pid, out var stat) != ProcRead.Ok || stat.Identity != identity || stat.State != 'Z')
            return null;
        if (stat.ExitStatus != 0)
            return WaitStatus.FromWait(stat.ExitStatus);
        // Zero is "exited with code 0" or "you may not know". The link to the program tells: for a zombie it leads nowhere,
        // but only to those who may know is that said.
        byte unused;
        var mayKnow = Files.ReadLink($"{Root}/{identity.Pid}/exe", &unused, 1) >= 0 || Errno.Last == Errno.NoEntry;
        return mayKnow && Read(identity.Pid, out var again) == ProcRead.Ok && again.Identity == identity ? WaitStatus.FromWait(0) : null;
    }

    private static string? Find(ReadOnlySpan<byte> environment, string name)
    {
        var prefix = Encoding.UTF8.GetBytes(name + "=");
        while (!environment.IsEmpty)
        {
            var end = environment.IndexOf((byte)0);
            var variable = end < 0 ? environment : environment[..end];
            if (variable.StartsWith(prefix))
                return Encoding.UTF8.GetString(variable[prefix.Length..]);
            environment = end < 0 ? default : environment[(end + 1)..];
        }
        return null;
    }
}
