using System.Collections.Concurrent;
using System.Threading.Channels;
using Hale.Config;
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
    private readonly Plan plan;
    private readonly World world;
    private readonly Journal journal;
    private readonly SteadyClock clock;
    private readonly SelfWatch self;
    private readonly Action<Intent> act;
    private readonly Outbox outbox;
    private readonly HistoryText history;
    private readonly Gate?[] saidGate;
    private readonly HashSet<int> touched = [];
    private readonly List<Intent> opened = [];
    private readonly List<TaskCompletionSource> served = [];
    private readonly ConcurrentDictionary<string, long> remedies = new();
    private readonly ConcurrentDictionary<string, long> refusals = new();
    private TaskCompletionSource<Snapshot> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Snapshot current;
    private Instant committedAt;
    private Instant checkpointAt;
    private int waiting;
    private int tickWaiting;
    private long overflow;
    private bool news;

    /// <param name="plan">What is watched.</param>
    /// <param name="world">The world to go on with, already on the specs of the plan.</param>
    /// <param name="journal">Where everything is written.</param>
    /// <param name="clock">The steady line.</param>
    /// <param name="self">The watch over Hale itself.</param>
    /// <param name="act">Carries an intent out; must not block. Called when the intent is on disk.</param>
    /// <param name="deliver">Delivers a notice; must not block. Called when the notice is on disk.</param>
    public Engine(Plan plan, World world, Journal journal, SteadyClock clock, SelfWatch self, Action<Intent> act, Action<OutboxRow> deliver)
    {
        outbox = new Outbox(journal, deliver);
        (this.plan, this.world, this.journal, this.clock, this.self, this.act) = (plan, world, journal, clock, self, act);
        history = new HistoryText(plan.World);
        saidGate = new Gate?[plan.World.Targets.Length];
        current = world.TakeSnapshot();
        committedAt = checkpointAt = clock.Now;
    }

    /// <summary>The latest snapshot.</summary>
    public Snapshot Current => current;

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

    /// <summary>Posts a fact. Never blocks.</summary>
    public void Post(Fact fact)
    {
        if (fact is Observed && Volatile.Read(ref waiting) >= Backlog)
        {
            Interlocked.Increment(ref overflow);
            return;
        }
        Enqueue(new Message(fact, null));
    }

    /// <summary>Takes what an attempt to deliver a notice came to. Never blocks.</summary>
    public void Report(OutboxRow row) => Enqueue(new Message(null, null) { Notice = row });

    /// <summary>Has a dead notice tried again, and completes when that is on disk.</summary>
    public Task RetryAsync(OutboxRow row)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Message(null, done) { Notice = row });
        return done.Task;
    }

    /// <summary>Posts a fact (null: just catches up) and completes when it is on disk and readers can see its effect.</summary>
    public Task PostAsync(Fact? fact)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Message(fact, done));
        return done.Task;
    }

    /// <summary>Adds a line to the history that is about no fact of the world, and completes when it is in the journal.</summary>
    public Task NoteAsync(string kind, string? target, string text)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Message(null, done) { Note = (kind, target, text) });
        return done.Task;
    }

    /// <summary>Posts the passing of time unless one is waiting already.</summary>
    public void PostTick()
    {
        if (Interlocked.Exchange(ref tickWaiting, 1) == 0)
            Enqueue(new Message(new Ticked(clock.Now), null));
    }

    /// <summary>Waits for a snapshot newer than <paramref name="version"/>.</summary>
    public async Task<Snapshot> NextAsync(long version, CancellationToken cancel)
    {
        while (true)
        {
            var pending = Volatile.Read(ref next);
            if (current.Version > version)
                return current;
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
            while (channel.Reader.TryRead(out var message))
                Take(message);
            journal.AppendHistory(clock.Wall, "daemon", null, "Hale stopped", null);
            journal.Commit(clock.Wall, world);
            Publish();
        }
    }

    private void Enqueue(Message message)
    {
        Interlocked.Increment(ref waiting);
        channel.Writer.TryWrite(message);
    }

    private void Take(Message message)
    {
        Interlocked.Decrement(ref waiting);
        // Whatever waited while Hale itself stood still is taken only after the doubt about it.
        if (self.Stalled(clock.Now) is { } stall)
            Fold(stall);
        if (message.Fact is { } fact)
            Fold(fact);
        if (message.Notice is { } notice)
            outbox.Record(notice, world.Spec.Telling.Channels);
        if (message.Note is var (kind, target, text))
            journal.AppendHistory(clock.Wall, kind, target, text, null);
        if (message.Done is { } done)
        {
            served.Add(done);
            news = true;
        }
    }

    private void Fold(Fact fact)
    {
        world.Fold(fact);
        journal.Metrics.Recorder.Record(world);
        journal.Append(fact);
        var wall = clock.Wall;
        if (history.Of(fact) is { } line)
            journal.AppendHistory(wall, line.Kind, line.Target, line.Text, line.Intent);
        foreach (var change in world.Changes)
        {
            var text = history.Of(change);
            journal.AppendHistory(wall, text.Kind, text.Target, text.Text, text.Intent);
            if (change.Target >= 0)
                touched.Add(change.Target);
            news = true;
        }
        outbox.Take(world.Notices, world.Spec, wall);
        switch (fact)
        {
            case Observed { Observation: var observation }:
                touched.Add(plan.World.Checks[observation.Check].Target);
                break;
            case LifeBegan or LifeEnded or Ordered or IntentClosed or EngineStarted or DoubtRaised:
                TouchAll();
                news = true;
                if (fact is IntentClosed closed)
                {
                    journal.AppendOutcome(closed, wall);
                    remedies.AddOrUpdate(closed.Outcome.ToString(), 1, (_, n) => n + 1);
                }
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
        var target = plan.World.Targets[intent.Target];
        journal.AppendIntent(intent, target.Name, HistoryText.RemedyOf(target, intent), clock.Wall);
        var line = history.Of(fact)!.Value;
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
            journal.AppendHistory(clock.Wall, "refusal", plan.World.Targets[t].Name, HistoryText.Of(refusal, plan.World), null);
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
            journal.Prune(clock.Wall, plan.Daemon.KeepObservations, plan.Daemon.KeepHistory);
        }
    }

    private void ActOnOpened()
    {
        foreach (var intent in opened)
        {
            if (journal.Trouble is { } trouble)
                Fold(new IntentClosed(world.Now, intent.Id, intent.Target, RemedyOutcome.Dropped, $"not written down, so not done: {trouble}"));
            else
                act(intent);
        }
        opened.Clear();
    }

    private void Publish()
    {
        if (!news)
            return;
        news = false;
        current = world.TakeSnapshot();
        Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult(current);
        foreach (var done in served)
            done.TrySetResult();
        served.Clear();
    }

    private readonly record struct Message(Fact? Fact, TaskCompletionSource? Done)
    {
        public OutboxRow? Notice { get; init; }

        public (string Kind, string? Target, string Text)? Note { get; init; }
    }
}
