using Hale.Core.Model;

namespace Hale.Core.Warming;

/// <summary>Where a rehearsal stands, in the order in which it goes through.</summary>
public enum RehearsalStage : byte
{
    /// <summary>What is there already is looked at, so that it is not taken for evidence, nor removed.</summary>
    Prepare,

    /// <summary>The command is started.</summary>
    Start,

    /// <summary>The evidence is waited for.</summary>
    Evidence,

    /// <summary>It goes on for a while, with the evidence.</summary>
    Hold,

    /// <summary>It has been asked to end.</summary>
    Stop,

    /// <summary>What did not end is killed.</summary>
    Kill,

    /// <summary>What it created is removed.</summary>
    Clean,

    /// <summary>It is over.</summary>
    Done,
}

/// <summary>What a rehearsal wants to be done now.</summary>
public enum RehearsalMove : byte
{
    /// <summary>Nothing before <see cref="RehearsalStep.At"/>, unless something is told.</summary>
    Wait,

    /// <summary>Look at what is there, then tell <see cref="Rehearsal.Prepared"/>.</summary>
    Prepare,

    /// <summary>Start the command, then tell <see cref="Rehearsal.Started"/> or <see cref="Rehearsal.Failed"/>.</summary>
    Start,

    /// <summary>Look for the evidence, again and again, and tell <see cref="Rehearsal.Saw"/> each time; until the next move.</summary>
    Look,

    /// <summary>Ask it to end, then tell <see cref="Rehearsal.Asked"/>; and <see cref="Rehearsal.Gone"/> once nothing is left of it.</summary>
    Stop,

    /// <summary>Kill what is left of it, then tell <see cref="Rehearsal.Gone"/>.</summary>
    Kill,

    /// <summary>Remove what it created, then tell <see cref="Rehearsal.Cleaned"/> or <see cref="Rehearsal.Failed"/>.</summary>
    Clean,

    /// <summary>Nothing any more: there is a result.</summary>
    End,
}

/// <summary>One step of a rehearsal.</summary>
/// <param name="Move">What is to be done. Told once for each stage; afterwards the answer is <see cref="RehearsalMove.Wait"/>.</param>
/// <param name="At">The deadline of the present stage: when to ask again at the latest.</param>
public readonly record struct RehearsalStep(RehearsalMove Move, Instant At);
