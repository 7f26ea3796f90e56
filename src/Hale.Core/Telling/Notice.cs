using System.Globalization;
using Hale.Core.Model;

namespace Hale.Core.Telling;

/// <summary>What a notice says.</summary>
public enum NoticeKind : byte
{
    /// <summary>Something is bad, or bad in another way than was told last.</summary>
    Problem,

    /// <summary>It is still bad, as was told.</summary>
    Reminder,

    /// <summary>What was told is over.</summary>
    Resolved,
}

/// <summary>What a subject of notices is.</summary>
public enum SubjectKind : byte
{
    /// <summary>A target.</summary>
    Target,

    /// <summary>An alarm.</summary>
    Alarm,

    /// <summary>Hale itself.</summary>
    Hale,
}

/// <summary>One subject of a notice.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">Its name.</param>
/// <param name="Incident">Names the incident: the same from its first Problem to its Resolved, and never given to another.</param>
/// <param name="Condition">How it stands.</param>
/// <param name="Since">When it became bad; for what is well, too.</param>
/// <param name="Text">One line for a person: what is the matter, or how it is well again.</param>
/// <param name="Round">How many notices on this incident this channel has got with this one.</param>
/// <param name="Hidden">Targets that depend on it, of which nothing can be said while it is bad and nothing is told.</param>
public sealed record NoticeItem(SubjectKind Kind, string Subject, string Incident, Condition Condition, Instant Since, string Text, int Round, int Hidden = 0);

/// <summary>Something to tell one channel.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Channel">Index of the channel.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Items">What it is about: one or more subjects.</param>
public sealed record Notice(NoticeKind Kind, int Channel, Instant At, NoticeItem[] Items)
{
    /// <summary>
    /// Names the notice to its channel, so that a receiver can tell a repetition: a subject gets no second notice of the same round in the
    /// same incident.
    /// </summary>
    public string Key(string channel) => string.Create(CultureInfo.InvariantCulture, $"{channel}:{Items[0].Incident}:{Items[0].Round}");
}
