using System.Runtime.CompilerServices;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;

namespace Hale.Running;

/// <summary>
/// One attempt of one check, from the moment it is taken off the agenda until its probe has ended. Attempts are pooled: one
/// that was not cancelled is used again with its token source and its continuation.
/// </summary>
#pragma warning disable CA1001 // Its token source never has a timer or a wait handle, so there is nothing to free, and a probe that was left behind may still look at it.
internal sealed class Attempt : IThreadPoolWorkItem
#pragma warning restore CA1001
{
    private readonly ProbeScheduler scheduler;
    private readonly CancellationTokenSource cancel = new();
    private readonly Action end;
    private ValueTaskAwaiter<ProbeResult> awaiter;
    private int stage;
    private long deadline;

    public Attempt(ProbeScheduler scheduler)
    {
        this.scheduler = scheduler;
        end = End;
    }

    /// <summary>Where an attempt stands. It only moves forward.</summary>
    private enum Stage
    {
        /// <summary>Waits for a thread.</summary>
        Waiting,

        /// <summary>Its probe runs.</summary>
        Running,

        /// <summary>Its probe was told to stop.</summary>
        Overdue,

        /// <summary>Its probe has ended, and the result counts.</summary>
        Ended,

        /// <summary>The result does not count any more, whenever it comes.</summary>
        LeftBehind,
    }

    /// <summary>What comes of an attempt whose deadline has passed.</summary>
    public enum Expiry
    {
        /// <summary>It ended in the same moment.</summary>
        None,

        /// <summary>Its probe is to be told to stop.</summary>
        Cancel,

        /// <summary>Its probe did not stop: it was left behind.</summary>
        LeaveBehind,

        /// <summary>It never got a thread: it was left behind without having begun.</summary>
        NeverBegan,
    }

    /// <summary>What the scheduler kept by check when the attempt was begun.</summary>
    public ProbeTable Table { get; private set; } = null!;

    /// <summary>Index of the check, in the numbers of <see cref="Table"/>.</summary>
    public int Check { get; private set; }

    /// <summary>The probe.</summary>
    public IProbe Probe { get; private set; } = null!;

    /// <summary>What the probe may know.</summary>
    public ProbeContext Context { get; private set; } = null!;

    /// <summary>When the check was due.</summary>
    public Instant Due { get; private set; }

    /// <summary>When the probe began.</summary>
    public Instant StartedAt { get; private set; }

    /// <summary>Who waits for this very attempt; null for nobody.</summary>
    public List<Round>? Rounds { get; set; }

    /// <summary>Place in the table of attempts under way.</summary>
    public int Place { get; set; }

    /// <summary>When the sweep has to look at this attempt.</summary>
    public Instant Deadline
    {
        get => new(Volatile.Read(ref deadline));
        set => Volatile.Write(ref deadline, value.Ticks);
    }

    /// <summary>Makes the attempt ready to be executed.</summary>
    public void Prepare(ProbeTable table, int check, ProbeContext context, Instant due, List<Round>? rounds)
    {
        (Table, Check, Probe, Context, Due, Rounds) = (table, check, table.Plan.Probes[check]!, context, due, rounds);
        stage = (int)Stage.Waiting;
    }

    /// <summary>Whether the attempt may be used again; resets it if so.</summary>
    public bool TryReset()
    {
        // One that waits to be used again must not keep an old plan.
        (Rounds, Table, Probe, Context) = (null, null!, null!, null!);
        return cancel.TryReset();
    }

    /// <summary>Calls the probe, on the calling thread.</summary>
    public void Execute()
    {
        if (!Move(Stage.Waiting, Stage.Running))
        {
            scheduler.EndedLate(this);
            return;
        }
        StartedAt = scheduler.Begun(this);
        try
        {
#pragma warning disable CA2012 // Awaited by hand, once, in End: an async method here would allocate its state machine per attempt.
            awaiter = Probe.ProbeAsync(Context, cancel.Token).GetAwaiter();
#pragma warning restore CA2012
        }
        catch (Exception error)
        {
            End(OfException(error));
            return;
        }
        if (awaiter.IsCompleted)
            End();
        else
            awaiter.UnsafeOnCompleted(end);
    }

    /// <summary>The deadline has passed. Called by the sweep alone.</summary>
    public Expiry Expire()
    {
        if (Move(Stage.Running, Stage.Overdue))
            return Expiry.Cancel;
        if (Move(Stage.Overdue, Stage.LeftBehind))
            return Expiry.LeaveBehind;
        return Move(Stage.Waiting, Stage.LeftBehind) ? Expiry.NeverBegan : Expiry.None;
    }

    /// <summary>
    /// Tells the probe to stop, on the thread pool: what a probe registered on its token is as little to be trusted as the probe.
    /// </summary>
    public void Cancel() => ThreadPool.UnsafeQueueUserWorkItem(static source =>
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException)
        {
            // The probe's own clean-up failed; its attempt ends, or is left behind, as any other.
        }
    }, cancel, preferLocal: false);

    private void End()
    {
        ProbeResult result;
        try
        {
            result = awaiter.GetResult();
        }
        catch (Exception error)
        {
            result = OfException(error);
        }
        awaiter = default;
        End(result);
    }

    private void End(ProbeResult result)
    {
        if (Move(Stage.Running, Stage.Ended))
            scheduler.Ended(this, result, reusable: true);
        else if (Move(Stage.Overdue, Stage.Ended))
            scheduler.Ended(this, result, reusable: false);
        else
            scheduler.EndedLate(this);
    }

    private bool Move(Stage from, Stage to) => Interlocked.CompareExchange(ref stage, (int)to, (int)from) == (int)from;

    private ProbeResult OfException(Exception error)
    {
        if (error is OperationCanceledException && cancel.IsCancellationRequested)
            return ProbeResult.Inconclusive($"the probe did not end within its time-out of {Duration.Format(Context.Timeout)} and was stopped");
        var message = error.Message.ReplaceLineEndings(" ");
        return ProbeResult.Inconclusive($"the probe failed: {error.GetType().Name}: {(message.Length > 300 ? message[..300] : message)}");
    }

    void IThreadPoolWorkItem.Execute() => Execute();
}
