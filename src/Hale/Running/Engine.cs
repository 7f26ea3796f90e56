using System.Collections.Concurrent;
using System.Threading.Channels;
using Hale.Core;
using Hale.Core.Model;
using Hale.Core.Planning;
using Hale.Storage;
using Hale.Telling;

namespace Hale.Running;

/// <summary>
/// The shell's only loop: one reader of one channel. It folds facts into the world, plans what follows, has it written down, and only
/// then lets anybody act or read. Everything else posts facts to it.
/// </summary>
internal sealed class Engine
{
    /// <summary>Observations that may wait; beyond it further ones are dropped and counted. Facts of other kinds are never dropped.</summary>
    private const int Backlog = 65_536;

    /// <summary>Facts taken before the plan is made and readers are served.</summary>
    private const int Batch = 1024;

    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan QuietCommit = TimeSpan.FromSeconds(5);

    private readonly Channel<Message> channel = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Journal journal;
    private readonly SteadyClock clock;
    private readonly SelfWatch self;
    private readonly Action<Intent, Edition> act;
    private readonly Outbox outbox;
    private readonly HashSet<int> touched = [];
    private readonly List<Intent> opened = [];
    private readonly List<TaskCompletionSource> served = [];
    private readonly ConcurrentDictionary<string, long> remedies = new();
    private readonly ConcurrentDictionary<string, long> refusals = new();
    private TaskCompletionSource<Snapshot> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Shown shown;
    private Edition edition;
    private World world;
    private Gate?[] saidGate;
    private Instant committedAt;
    private Instant checkpointAt;
    private int waiting;
    private int tickWaiting;
    private long overflow;
    private bool news;

    /// <param name="edition">What is watched.</param>
    /// <param name="world">The world to go on with, already on the specs of the plan.</param>
    /// <param name="journal">Where everything is written.</param>
    /// <param name="clock">The steady line.</param>
    /// <param name="self">The watch over Hale itself.</param>
    /// <param name="act">Carries out an intent of an edition; must not block. Called when the intent is on disk.</param>
    /// <param name="deliver">Delivers a notice; must not block. Called when the notice is on disk.</param>
    public Engine(Edition edition, World world, Journal journal, SteadyClock clock, SelfWatch self, Action<Intent, Edition> act, Action<OutboxRow> deliver)
    {
        outbox = new Outbox(journal, deliver);
        (this.edition, this.world, this.journal, this.clock, this.self, this.act) = (edition, world, journal, clock, self, act);
        saidGate = new Gate?[edition.Targets.Count];
        shown = new Shown(world.TakeSnapshot(), edition);
        committedAt = checkpointAt = clock.Now;
    }

    /// <summary>The latest snapshot.</summary>
    public Snapshot Current => shown.Snapshot;

    /// <summary>The latest snapshot, and the edition whose numbers it is in.</summary>
    public Shown Shown => shown;

    /// <summary>Facts that wait.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>Observations dropped because too many waited.</summary>
    public long Overflow => Interlocked.Read(ref overflow);

    /// <summary>Intents by how they ended.</summary>
    public IReadOnlyDictionary<string, long> Remedies => remedies;

    /// <summary>Refusals by gate, counted when the gate that refuses changes.</summary>
    public IReadOnlyDictionary<string, long> Refusals => refusals;

    /// <summary>Why the journal cannot be written; null when it can.</summary>
    public string? JournalTrouble => journal.Trouble;

    /// <summary>Writes down the state to go on from. To be called before <see cref="RunAsync"/>.</summary>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public void Checkpoint()
    {
        if (!journal.Commit(clock.Wall, world))
            throw new JournalException(journal.Trouble!);
    }

    /// <summary>Posts an observation in the numbers of an edition. Never blocks.</summary>
    public void Post(Fact fact, Numbering by)
    {
        if (fact is Observed && Volatile.Read(ref waiting) >= Backlog)
        {
            Interlocked.Increment(ref overflow);
            return;
        }
        Enqueue(new Message(fact, by, null));
    }

    /// <summary>Posts a fact that is made when it is taken, in the numbers of the edition that is in force then; null for none. Never blocks.</summary>
    public void Post(Func<Edition, Fact?> make) => Enqueue(new Message(make, null, null));

    /// <summary>Posts how an intent ended. Never blocks.</summary>
    public void Post(Closed closed) => Enqueue(new Message(closed, null, null));

    /// <summary>Posts a fact as above (null: just catches up) and completes when it is on disk and readers can see its effect.</summary>
    public Task PostAsync(Func<Edition, Fact?>? make) => EnqueueAsync(make);

    /// <summary>Goes on with another edition, between two facts. Completes when readers can see it, or when the journal has refused it (<see cref="Swap.Refusal"/>).</summary>
    public Task SwapAsync(Swap swap) => EnqueueAsync(swap);

    /// <summary>Takes what an attempt to deliver a notice came to. Never blocks.</summary>
    public void Report(OutboxRow row) => Enqueue(new Message(row, null, null));

    /// <summary>Has a dead notice tried again, and completes when that is on disk.</summary>
    public Task RetryAsync(OutboxRow row) => EnqueueAsync(row);

    /// <summary>Adds a line to the history that is about no fact of the world, and completes when it is in the journal.</summary>
    public Task NoteAsync(string kind, string? target, string text) => EnqueueAsync(new Note(kind, target, text));

    /// <summary>Posts the passing of time unless one is waiting already.</summary>
    public void PostTick()
    {
        if (Interlocked.Exchange(ref tickWaiting, 1) == 0)
            Enqueue(new Message(new Ticked(clock.Now), null, null));
    }

    /// <summary>Waits for a snapshot newer than <paramref name="version"/>.</summary>
    public async Task<Snapshot> NextAsync(long version, CancellationToken cancel)
    {
        while (true)
        {
            var pending = Volatile.Read(ref next);
            if (Current.Version > version)
                return Current;
            await pending.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Runs until cancelled; then writes down what is left and a checkpoint.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await channel.Reader.WaitToReadAsync(cancel))
            {
                for (var n = 0; n < Batch && channel.Reader.TryRead(out var message); n++)
                    Take(message);
                PlanTouched();
                Commit();
                // Before anybody acts: whoever acts reads the condition again, and must not read an older one than the plan was made on.
                Publish();
                ActOnOpened();
                outbox.HandOver();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Who comes later is told that nobody listens any more.
            channel.Writer.Complete();
            while (channel.Reader.TryRead(out var message))
                Take(message);
            journal.AppendHistory(clock.Wall, "daemon", null, "Hale stopped", null);
            journal.Commit(clock.Wall, world);
            Publish();
        }
    }

    private Task EnqueueAsync(object? body)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Message(body, null, done));
        return done.Task;
    }

    private void Enqueue(Message message)
    {
        Interlocked.Increment(ref waiting);
        if (!channel.Writer.TryWrite(message))
            message.Done?.TrySetCanceled();
    }

    private void Take(Message message)
    {
        Interlocked.Decrement(ref waiting);
        // Whatever waited while Hale itself stood still is taken only after the doubt about it.
        if (self.Stalled(clock.Now) is { } stall)
            Fold(stall);
        switch (message.Body)
        {
            case Observed observed when message.By is { } by && by != edition.Numbers:
                if (by.In(edition.Numbers, observed.Observation.Check) is >= 0 and var check)
                    Fold(new Observed(observed.At, observed.Observation with { Check = check }));
                break;
            case Fact fact:
                Fold(fact);
                break;
            case Func<Edition, Fact?> make:
                if (make(edition) is { } made)
                    Fold(made);
                break;
            case Closed closed:
                Close(closed);
                break;
            case Swap swap:
                GoOnWith(swap);
                break;
            case OutboxRow notice:
                outbox.Record(notice, world.Spec.Telling.Channels);
                break;
            case Note note:
                journal.AppendHistory(clock.Wall, note.Kind, note.Target, note.Text, null);
                break;
        }
        if (message.Done is { } done)
        {
            served.Add(done);
            news = true;
        }
    }

    private void GoOnWith(Swap swap)
    {
        var (before, moved) = (edition, world.MovedTo(swap.Next.Plan.World));
        if (!journal.MoveTo(swap.Kept, world, moved, clock.Wall))
        {
            swap.Refusal = journal.Trouble;
            return;
        }
        checkpointAt = clock.Now;
        var said = saidGate;
        (edition, world, saidGate) = (swap.Next, moved, new Gate?[swap.Next.Targets.Count]);
        foreach (var (name, t) in edition.Targets)
            if (before.Targets.TryGetValue(name, out var old))
                saidGate[t] = said[old];
        touched.Clear();
        before.Numbers.FollowedBy(edition.Numbers, swap.Successors);
        swap.Apply();
        Fold(new Reconfigured(clock.Now, swap.Anew, swap.Summary));
        // A process that was left running when its target went, and is found again now that it is back.
        foreach (var (name, t) in edition.Targets)
            if ((!before.Targets.TryGetValue(name, out var old) || before.Supervisors[old] is null) && edition.Supervisors[t]?.Current is { } process)
                Fold(new LifeBegan(clock.Now, t, process.Incarnation, process.BeganAt, Adopted: true));
    }

    private void Close(Closed closed)
    {
        var now = clock.Now;
        if (edition.Targets.TryGetValue(closed.Target, out var t))
        {
            Fold(new IntentClosed(now, closed.Intent, t, closed.Outcome, closed.Detail));
            return;
        }
        // Its target has left the configuration: nothing is to be judged any more, but what was begun does not stay open.
        Finish(new IntentClosed(now, closed.Intent, -1, closed.Outcome, closed.Detail));
        journal.AppendHistory(clock.Wall, "outcome", closed.Target, $"#{closed.Intent} {closed.Outcome}: {closed.Detail}", closed.Intent);
        news = true;
    }

    private void Finish(IntentClosed closed)
    {
        journal.AppendOutcome(closed, clock.Wall);
        remedies.AddOrUpdate(closed.Outcome.ToString(), 1, (_, n) => n + 1);
    }

    private void Fold(Fact fact)
    {
        world.Fold(fact);
        journal.Metrics.Recorder.Record(world);
        journal.Append(fact);
        var wall = clock.Wall;
        if (edition.History.Of(fact) is { } line)
            journal.AppendHistory(wall, line.Kind, line.Target, line.Text, line.Intent);
        foreach (var change in world.Changes)
        {
            var text = edition.History.Of(change);
            journal.AppendHistory(wall, text.Kind, text.Target, text.Text, text.Intent);
            if (change.Target >= 0)
                touched.Add(change.Target);
            news = true;
        }
        outbox.Take(world.Notices, world.Spec, wall);
        switch (fact)
        {
            case Observed { Observation: var observation }:
                touched.Add(edition.Plan.World.Checks[observation.Check].Target);
                break;
            case LifeBegan or LifeEnded or Ordered or IntentClosed or EngineStarted or DoubtRaised or Reconfigured or DatapointsRecalled:
                TouchAll();
                news = true;
                if (fact is IntentClosed closed)
                    Finish(closed);
                break;
            case Ticked:
                Interlocked.Exchange(ref tickWaiting, 0);
                TouchAll();
                news = true;
                foreach (var doubt in self.Look(world, clock))
                    Fold(doubt);
                break;
        }
    }

    private void TouchAll()
    {
        for (var t = 0; t < world.Targets.Length; t++)
            touched.Add(t);
    }

    private void PlanTouched()
    {
        foreach (var t in touched)
        {
            var (intent, refusal) = Planner.Plan(world, t, journal.NextIntent, world.Now);
            if (intent is not null && journal.Trouble is { } trouble && !journal.Commit(clock.Wall))
            {
                refusal = new Refusal(t, intent.Rung, Gate.Journal, trouble, Instant.Distant);
                intent = null;
            }
            Refuse(t, refusal);
            if (intent is null)
                continue;
            Fold(intent);
            opened.Add(intent);
        }
        touched.Clear();
    }

    private void Fold(Intent intent)
    {
        var fact = new IntentOpened(world.Now, intent);
        world.Fold(fact);
        journal.Append(fact);
        var target = edition.Plan.World.Targets[intent.Target];
        journal.AppendIntent(intent, target.Name, HistoryText.RemedyOf(target, intent), clock.Wall);
        var line = edition.History.Of(fact)!.Value;
        journal.AppendHistory(clock.Wall, line.Kind, line.Target, line.Text, line.Intent);
        news = true;
    }

    private void Refuse(int t, Refusal? refusal)
    {
        var target = world.Targets[t];
        if (target.Refusal == refusal)
            return;
        target.Refusal = refusal;
        world.Touch(t);
        news = true;
        if (saidGate[t] == refusal?.Gate)
            return;
        saidGate[t] = refusal?.Gate;
        if (refusal is null)
            return;
        refusals.AddOrUpdate(refusal.Gate.ToString(), 1, (_, n) => n + 1);
        // That a remedy waits for the one before it is no event, and that a person is needed was said when it came to that.
        if (refusal.Gate is not (Gate.Busy or Gate.NeedsHuman))
            journal.AppendHistory(clock.Wall, "refusal", edition.Plan.World.Targets[t].Name, HistoryText.Of(refusal, edition.Plan.World), null);
    }

    private void Commit()
    {
        var now = clock.Now;
        var checkpoint = now - checkpointAt >= CheckpointEvery || journal.NeedsCheckpoint;
        var due = opened.Count > 0 || served.Count > 0 || outbox.HasNews || journal.HasNews && now - committedAt >= TimeSpan.FromMilliseconds(200)
            || now - committedAt >= QuietCommit || checkpoint;
        if (!due)
            return;
        var written = journal.Commit(clock.Wall, checkpoint ? world : null);
        if (written != (world.JournalTrouble is null))
            Fold(new JournalChanged(world.Now, journal.Trouble));
        if (!written)
            return;
        committedAt = now;
        if (checkpoint)
        {
            checkpointAt = now;
            journal.Prune(clock.Wall, edition.Plan.Daemon.KeepObservations, edition.Plan.Daemon.KeepHistory);
        }
    }

    private void ActOnOpened()
    {
        foreach (var intent in opened)
        {
            if (journal.Trouble is { } trouble)
                Fold(new IntentClosed(world.Now, intent.Id, intent.Target, RemedyOutcome.Dropped, $"not written down, so not done: {trouble}"));
            else
                act(intent, edition);
        }
        opened.Clear();
    }

    private void Publish()
    {
        if (!news)
            return;
        news = false;
        shown = new Shown(world.TakeSnapshot(), edition);
        Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult(Current);
        foreach (var done in served)
            done.TrySetResult();
        served.Clear();
    }

    /// <param name="Body">A fact, something that makes one, the end of an intent, a swap, what became of a notice, a line of history; null for nothing but to catch up.</param>
    /// <param name="By">The numbering that an observation is in.</param>
    /// <param name="Done">Completed when it is on disk and can be seen.</param>
    private readonly record struct Message(object? Body, Numbering? By, TaskCompletionSource? Done);
}
