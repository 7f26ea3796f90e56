namespace Hale.Containers;

/// <summary>How long and how much an engine may answer. Whoever calls can end a call earlier by its token.</summary>
public sealed record EngineLimits
{
    /// <summary>To connect, TLS included.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the beginning of a call to the end of its answer, for calls that are answered at once. A busy engine takes seconds to start a container.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For a whole image or archive to be moved.</summary>
    public TimeSpan Transfer { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The largest answer in bytes; a list of 5,000 containers takes 10 MB.</summary>
    public int AnswerBytes { get; init; } = 64 << 20;

    /// <summary>The longest line of a stream (events, progress) in bytes.</summary>
    public int LineBytes { get; init; } = 1 << 20;
}
