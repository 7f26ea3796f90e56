using System.Globalization;

namespace Hale.Containers;

/// <summary>Which part of a container's log is wanted.</summary>
public sealed record ContainerLogQuery
{
    /// <summary>The last lines, of both streams together (Docker counts before it leaves one out); null for all.</summary>
    public int? Tail { get; init; } = 100;

    /// <summary>Only what was logged at this moment or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what was logged before this moment.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether what it wrote to its standard output is wanted.</summary>
    public bool Output { get; init; } = true;

    /// <summary>Whether what it wrote to its standard error is wanted.</summary>
    public bool Error { get; init; } = true;

    /// <summary>The most bytes that are read; what is behind them is left out, and <see cref="ContainerLog.IsCut"/> says so.</summary>
    public int LargestBytes { get; init; } = 4 << 20;

    /// <summary>The longest line in bytes; what is longer is cut.</summary>
    public int LineBytes { get; init; } = 16 << 10;

    /// <summary>Whether the container has a terminal, so that its log is one stream; null to ask the engine.</summary>
    public bool? IsTerminal { get; init; }

    internal string ToUrl(bool follow) => EngineCall.Url(
        "/logs",
        ("stdout", Output ? "true" : null),
        ("stderr", Error ? "true" : null),
        ("timestamps", "true"),
        ("follow", follow ? "true" : null),
        ("tail", Tail is { } lines ? lines.ToString(CultureInfo.InvariantCulture) : "all"),
        ("since", EngineTime.Write(Since)),
        ("until", EngineTime.Write(Until)));
}

/// <summary>A part of a container's log.</summary>
/// <param name="Lines">Oldest first.</param>
/// <param name="IsCut">Whether there was more than the query's limit of bytes.</param>
public sealed record ContainerLog(IReadOnlyList<ContainerLogLine> Lines, bool IsCut);

/// <summary>A line of a container's log.</summary>
/// <param name="At">When the engine read it; null where it does not say.</param>
/// <param name="IsError">Whether it came from standard error; with a terminal, all is output.</param>
/// <param name="Text">The line without its break. Bytes that are no UTF-8 are replaced.</param>
public readonly record struct ContainerLogLine(DateTimeOffset? At, bool IsError, string Text);
