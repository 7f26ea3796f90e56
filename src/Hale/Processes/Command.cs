namespace Hale.Processes;

/// <summary>A command that is run to its end.</summary>
public sealed record Command
{
    /// <summary>Program and arguments; no shell in between. A name without a slash is looked for in PATH.</summary>
    public required string[] Argv { get; init; }

    /// <summary>Working directory, absolute; null for Hale's own.</summary>
    public string? Directory { get; init; }

    /// <summary>Variables added to Hale's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>After this time the whole process group is killed. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes kept of standard output, and of standard error; the rest is read and dropped. Default 64 KiB.</summary>
    public int OutputLimit { get; init; } = 64 << 10;
}

/// <summary>How a command came to its end.</summary>
public enum CommandEnd : byte
{
    /// <summary>It exited by itself: <see cref="CommandResult.ExitCode"/>.</summary>
    Exited,

    /// <summary>A signal that was not ours ended it: <see cref="CommandResult.Signal"/>.</summary>
    Signaled,

    /// <summary>It took too long, and its process group was killed.</summary>
    TimedOut,

    /// <summary>It ended, and nobody knows how: something else in this program has reaped it.</summary>
    Lost,

    /// <summary>It never ran: not found, not executable, no such directory, no more processes.</summary>
    CouldNotStart,
}

/// <summary>What came of a command.</summary>
public sealed record CommandResult
{
    /// <summary>How it came to its end.</summary>
    public required CommandEnd End { get; init; }

    /// <summary>One line on the end, for a person: <c>exited with code 2</c>, <c>cannot start x: No such file or directory (ENOENT)</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>Exit code, where it exited by itself; otherwise -1.</summary>
    public int ExitCode { get; init; } = -1;

    /// <summary>The signal that ended it; 0 for none.</summary>
    public int Signal { get; init; }

    /// <summary>Standard output, as UTF-8; what is not valid UTF-8 is replaced.</summary>
    public string Output { get; init; } = "";

    /// <summary>Standard error, likewise.</summary>
    public string Error { get; init; } = "";

    /// <summary>There was more of either than is kept.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>Time from start to end.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>It ran and exited with code 0.</summary>
    public bool IsSuccess => End == CommandEnd.Exited && ExitCode == 0;
}
