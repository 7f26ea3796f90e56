namespace Hale.Telling;

/// <summary>What has become of a notice to one channel.</summary>
public enum NoticeState : byte
{
    /// <summary>It is tried until it is delivered or given up.</summary>
    Pending,

    /// <summary>The channel took it, and <see cref="OutboxRow.Proof"/> says how that is known.</summary>
    Delivered,

    /// <summary>It was given up: it stays here for a person, who can have it tried again.</summary>
    Dead,
}

/// <summary>A notice to one channel, as the journal keeps it.</summary>
public sealed record OutboxRow
{
    /// <summary>Grows with time; the order in which a channel is told of a subject.</summary>
    public required long Id { get; init; }

    /// <summary>Names the notice to its receiver: the same with each repetition, and never given to another.</summary>
    public required string Key { get; init; }

    /// <summary>Name of the channel.</summary>
    public required string Channel { get; init; }

    /// <summary><c>problem</c>, <c>reminder</c>, <c>resolved</c>, or <c>note</c> for what Hale says of its own notices.</summary>
    public required string Kind { get; init; }

    /// <summary>Names of its subjects, joined by blanks.</summary>
    public required string Subjects { get; init; }

    /// <summary>The <see cref="Letter"/> as JSON.</summary>
    public required string Body { get; init; }

    /// <summary>What it says, in one line.</summary>
    public string Title => Deliverer.LetterOf(this) is { } letter ? LetterText.Title(letter) : Subjects;

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on its age counts: <see cref="CreatedAt"/>, or when a person had it tried again.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What has become of it.</summary>
    public NoticeState State { get; init; }

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; init; }

    /// <summary>When it is tried next.</summary>
    public DateTimeOffset NextAt { get; init; }

    /// <summary>Why the last attempt failed; null where none has.</summary>
    public string? LastError { get; init; }

    /// <summary>When it was delivered or given up.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it is known that it was delivered: a status and the beginning of the answer, an exit code, a place in a file.</summary>
    public string? Proof { get; init; }
}
