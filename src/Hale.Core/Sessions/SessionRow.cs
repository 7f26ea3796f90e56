namespace Hale.Core.Sessions;

/// <summary>A session as it stands in a store. Every write makes a new version of it.</summary>
/// <param name="Id">Which session it is; whoever knows it may ask at the door.</param>
/// <param name="Participants">Who takes part, each in a role of its own; at least one.</param>
public sealed record SessionRow(string Id, IReadOnlyList<Participant> Participants)
{
    /// <summary>Most participants of one session: 16.</summary>
    public const int MostParticipants = 16;

    /// <summary>Counts the writes, from 1; 0 for a row that another program made and Hale has not written yet.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Where it stands as a whole.</summary>
    public SessionStatus Status { get; init; }

    /// <summary>When it was created; null when nobody has said.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last written by Hale; null when it was not.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>When the first participant was let in; null before.</summary>
    public DateTimeOffset? AdmittedAt { get; init; }

    /// <summary>Why it is over; null while it is not.</summary>
    public string? EndReason { get; init; }

    /// <summary>The participant of a role; null when there is none. Roles are compared letter by letter.</summary>
    public Participant? Of(string role) => Participants.FirstOrDefault(each => each.Role == role);

    /// <summary>A session that is planned.</summary>
    /// <exception cref="ArgumentException">The id or a role is not fit to be one; the message says why.</exception>
    public static SessionRow Plan(string id, IReadOnlyList<string> roles, DateTimeOffset now)
    {
        if (SessionText.WhyNoId(id) is { } wrongId)
            throw new ArgumentException(wrongId);
        if (roles.Count is 0 or > MostParticipants)
            throw new ArgumentException($"A session has 1 to {MostParticipants} participants, not {roles.Count}.");
        foreach (var role in roles)
        {
            if (SessionText.WhyNoRole(role) is { } wrongRole)
                throw new ArgumentException(wrongRole);
        }
        if (roles.Distinct(StringComparer.OrdinalIgnoreCase).Count() < roles.Count)
            throw new ArgumentException("Two participants have one role. Give each a role of its own.");
        return new SessionRow(id, [.. roles.Select(role => new Participant(role))]) { CreatedAt = now, UpdatedAt = now };
    }
}
