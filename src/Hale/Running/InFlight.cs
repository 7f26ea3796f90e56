using Hale.Core.Model;

namespace Hale.Running;

/// <summary>
/// The attempts under way, and the one time at which the next of them may be overdue: time-outs need a single timer
/// however many attempts there are. Not safe for concurrent use.
/// </summary>
internal sealed class InFlight
{
    // A sweep looks at every attempt; this bounds how often that happens.
    private static readonly TimeSpan SweepApart = TimeSpan.FromMilliseconds(10);

    private Attempt[] attempts = new Attempt[64];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>When to sweep next; <see cref="Instant.Distant"/> when nothing is under way.</summary>
    public Instant NextSweep { get; private set; } = Instant.Distant;

    /// <summary>Adds an attempt.</summary>
    public void Add(Attempt attempt)
    {
        if (Count == attempts.Length)
            Array.Resize(ref attempts, 2 * Count);
        attempts[Count] = attempt;
        attempt.Place = Count++;
        NextSweep = Instant.Min(NextSweep, attempt.Deadline);
    }

    /// <summary>Removes an attempt.</summary>
    public void Remove(Attempt attempt)
    {
        var last = attempts[--Count];
        attempts[attempt.Place] = last;
        last.Place = attempt.Place;
        attempts[Count] = null!;
    }

    /// <summary>Gives an attempt a new deadline.</summary>
    public void Postpone(Attempt attempt, Instant until)
    {
        attempt.Deadline = until;
        NextSweep = Instant.Min(NextSweep, until);
    }

    /// <summary>Collects the attempts whose deadline has passed.</summary>
    public void Sweep(Instant now, List<Attempt> overdue)
    {
        var next = Instant.Distant;
        for (var i = 0; i < Count; i++)
        {
            if (attempts[i].Deadline <= now)
                overdue.Add(attempts[i]);
            else
                next = Instant.Min(next, attempts[i].Deadline);
        }
        NextSweep = next == Instant.Distant ? next : Instant.Max(next, now + SweepApart);
    }

    /// <summary>Collects all attempts.</summary>
    public void CopyTo(List<Attempt> all) => all.AddRange(attempts.AsSpan(0, Count));
}
