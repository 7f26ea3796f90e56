using Hale.Core.Model;
using Hale.Core.Warming;

namespace Hale.Core.Tests.Warming;

/// <summary>Plays a rehearsal by hand: time moves when a test says so.</summary>
internal sealed class Stage
{
    public static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public static readonly RehearsalSpec Two = new([new("files"), new("port")]) { CleanWithin = TimeSpan.FromSeconds(30) };

    public Stage(RehearsalSpec spec) => Rehearsal = new(spec, Start);

    public Rehearsal Rehearsal { get; }

    public Instant Now { get; private set; } = Start;

    /// <summary>What it wants now, without waiting.</summary>
    public RehearsalMove Move => Rehearsal.Next(Now).Move;

    public RehearsalResult Result => Rehearsal.Result ?? throw new InvalidOperationException($"it is not over but at {Rehearsal.Stage}");

    public Stage After(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    /// <summary>Lets time pass to the deadline of the present stage, and asks.</summary>
    public RehearsalMove AtDeadline()
    {
        Now = Rehearsal.Next(Now).At;
        return Move;
    }

    /// <summary>Prepared and started.</summary>
    public Stage Running()
    {
        Assert.Equal(RehearsalMove.Prepare, Move);
        Rehearsal.Prepared(After(0.1).Now);
        Assert.Equal(RehearsalMove.Start, Move);
        Rehearsal.Started(Now);
        Assert.Equal(RehearsalMove.Look, Move);
        return this;
    }

    public Stage Saw(int index, Outcome outcome = Outcome.Pass, string? seen = null)
    {
        Rehearsal.Saw(index, Now, Now, outcome, seen ?? $"it came to {outcome}");
        return this;
    }

    /// <summary>Running, with all evidence after so many seconds.</summary>
    public Stage Proved(double seconds = 3)
    {
        Running().After(seconds);
        for (var i = 0; i < Rehearsal.Evidence.Count; i++)
            Saw(i);
        return this;
    }

    /// <summary>From the request to stop to the end.</summary>
    public Stage StoppedWell()
    {
        Assert.Equal(RehearsalMove.Stop, Move);
        Rehearsal.Asked();
        Rehearsal.Exited(After(0.5).Now, "it exited with code 0");
        Rehearsal.Gone(Now);
        if (Move == RehearsalMove.Clean)
            Rehearsal.Cleaned(After(0.1).Now, "removed 2 files");
        Assert.Equal(RehearsalMove.End, Move);
        return this;
    }
}
