namespace Hale.Core.Model;

/// <summary>Something that happened. The world is a fold over facts, and the journal keeps them.</summary>
/// <param name="At">When it reached Hale.</param>
public abstract record Fact(Instant At);

/// <summary>A probe came back, or a target pushed.</summary>
public sealed record Observed(Instant At, Observation Observation) : Fact(At);

/// <summary>A target with lives began one.</summary>
/// <param name="At">When it reached Hale.</param>
/// <param name="Target">Index of the target.</param>
/// <param name="Incarnation">The new life.</param>
/// <param name="BeganAt">When it began, on the steady line.</param>
/// <param name="Adopted">It was running already when Hale came (again).</param>
public sealed record LifeBegan(Instant At, int Target, Incarnation Incarnation, Instant BeganAt, bool Adopted) : Fact(At);

/// <summary>A life ended.</summary>
/// <param name="At">When it reached Hale.</param>
/// <param name="Target">Index of the target.</param>
/// <param name="Incarnation">The life that ended.</param>
/// <param name="How">One line: exit code or signal, out-of-memory kill, last output.</param>
/// <param name="Unwatched">It ended while Hale was not running (a reboot, say): beginning a new one is a start, not a remedy.</param>
public sealed record LifeEnded(Instant At, int Target, Incarnation Incarnation, string How, bool Unwatched = false) : Fact(At);

/// <summary>The plan wants this, and it has been written down.</summary>
public sealed record IntentOpened(Instant At, Intent Intent) : Fact(At);

/// <summary>An intent came to an end.</summary>
/// <param name="At">When it reached Hale.</param>
/// <param name="Intent">Its number.</param>
/// <param name="Target">Index of the target.</param>
/// <param name="Outcome">How.</param>
/// <param name="Detail">One line for a person.</param>
public sealed record IntentClosed(Instant At, long Intent, int Target, RemedyOutcome Outcome, string Detail) : Fact(At);

/// <summary>What a person can order.</summary>
public enum Order : byte
{
    /// <summary>Heal nothing here until resumed.</summary>
    Pause,

    /// <summary>End a pause, a hand-over to a person, a rejection: the ladder starts again.</summary>
    Resume,

    /// <summary>End the supervised process and keep it down.</summary>
    Stop,

    /// <summary>Start the supervised process (again), past every gate.</summary>
    Start,

    /// <summary>Restart the supervised process now, past every gate.</summary>
    Restart,

    /// <summary>Let the remedy that is waiting be carried out.</summary>
    Approve,

    /// <summary>Refuse the remedy that is waiting, for this episode.</summary>
    Reject,

    /// <summary>Somebody knows that it is bad: it is not told again while it is no worse.</summary>
    Acknowledge,
}

/// <summary>A person ordered something.</summary>
/// <param name="At">When it reached Hale.</param>
/// <param name="Order">What.</param>
/// <param name="Target">Index of the target.</param>
/// <param name="By">Who, as far as Hale can tell.</param>
/// <param name="Why">Their reason; may be empty.</param>
/// <param name="Until">For a pause: when it ends by itself; <see cref="Instant.Distant"/> for not at all.</param>
public sealed record Ordered(Instant At, Order Order, int Target, string By, string Why, Instant Until) : Fact(At);

/// <summary>Hale has a reason to doubt what it sees: until <paramref name="Until"/> no failure counts and nothing is healed.</summary>
/// <param name="At">When it reached Hale.</param>
/// <param name="Reason">One line: its own loop stalled, the clock jumped, descriptors ran out, most targets failed at once.</param>
/// <param name="Until">When the doubt ends unless it is raised again.</param>
public sealed record DoubtRaised(Instant At, string Reason, Instant Until) : Fact(At);

/// <summary>Hale started on this world; evidence from before is judged by its age.</summary>
public sealed record EngineStarted(Instant At) : Fact(At);

/// <summary>
/// The configuration was replaced while Hale ran, and state moved to it by name. Facts before it name targets and checks by the old indices, this
/// one and those after it by the new.
/// </summary>
/// <param name="At">When it reached Hale.</param>
/// <param name="Anew">Indices of the checks that look at something else than before: what was seen says nothing about that.</param>
/// <param name="Summary">What changed, in one line.</param>
public sealed record Reconfigured(Instant At, int[] Anew, string Summary) : Fact(At);

/// <summary>What the store keeps of an alarm's metric from before the alarm: data stored before an alarm was made count for it, as in CloudWatch.</summary>
/// <param name="At">When it reached Hale.</param>
/// <param name="Alarm">Index of the alarm.</param>
/// <param name="Pieces">What was kept, in any order; at least one.</param>
public sealed record DatapointsRecalled(Instant At, int Alarm, Recalled[] Pieces) : Fact(At);

/// <summary>Kept samples of one stretch of time, no longer than the grain of the alarm; or a single sample.</summary>
/// <param name="At">Its beginning.</param>
/// <param name="Count">How many samples; at least 1.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
public readonly record struct Recalled(Instant At, int Count, double Sum, double Minimum, double Maximum);

/// <summary>The journal cannot be written, or can be again.</summary>
/// <param name="At">When it reached Hale.</param>
/// <param name="Trouble">Why it cannot be; null when it can.</param>
public sealed record JournalChanged(Instant At, string? Trouble) : Fact(At);

/// <summary>Time passed: evidence may have gone stale, a doubt, a pause or a verification may be over.</summary>
public sealed record Ticked(Instant At) : Fact(At);
