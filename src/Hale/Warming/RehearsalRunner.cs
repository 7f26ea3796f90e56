using System.Collections.Concurrent;
using Hale.Core.Model;
using Hale.Core.Warming;
using Hale.Native;
using Hale.Processes;
using Hale.Readiness;
using Hale.Running;
using Hale.Warming.Cleaning;
using Hale.Warming.Evidence;
using Hale.Warming.Lives;
using Hale.Warming.Plans;

namespace Hale.Warming;

/// <summary>
/// Carries out what a <see cref="Rehearsal"/> decides: starts, looks, stops, kills and cleans, each as a task of its own so that what hangs holds up nobody, and tells
/// the rehearsal what came of it.
/// </summary>
internal sealed class RehearsalRunner : IDisposable
{
    private const int HangUp = 1, Interrupt = 2, Terminate = 15;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    // How often the tree is looked at, so that those are known whose parent ends later.
    private static readonly TimeSpan TreeEvery = TimeSpan.FromMilliseconds(500);

    private readonly WarmPlan plan;
    private readonly RehearsalWorld world;
    private readonly SteadyClock clock;
    private readonly Rehearsal rehearsal;
    private readonly OutputLines lines = new();
    private readonly IRehearsalClean? clean;
    private readonly IEvidence[] evidence;
    private readonly EvidenceWatch[] watches;

    // Bounded by the number of looks that can be under way, and a few events of the life.
    private readonly ConcurrentQueue<Action> heard = new();
    private readonly SemaphoreSlim signal = new(0);
    private readonly CancellationTokenSource lookingEnds = new();
    private readonly CancellationTokenSource askingEnds = new();
    private readonly CancellationTokenSource ends = new();
    private readonly List<Task> tasks = [];
    private IRehearsedLife? life;
    private Task lifeWatch = Task.CompletedTask;

    public RehearsalRunner(WarmPlan plan, RehearsalWorld world)
    {
        (this.plan, this.world) = (plan, world);
        clock = world.Clock;
        rehearsal = new Rehearsal(plan.Rehearsal, clock.Now);
        clean = plan.Clean is not { } spec ? null : FileNative.IsSupported ? new CreatedFilesClean(spec, clock.Time) : new CreatedFilesByName(spec, clock.Time);
        evidence = [.. plan.Evidence.Select(Create)];
        watches = [.. evidence.Select((each, i) => new EvidenceWatch(each, clock, (beganAt, now, result) =>
            Tell(() => rehearsal.Saw(i, beganAt, now, result.Outcome, result.Evidence))))];
    }

    /// <summary>The last lines that the command has written.</summary>
    public IReadOnlyList<string> Tail => lines.Tail;

    /// <summary>Runs it to its end.</summary>
    /// <param name="progress">Told whenever something has changed; must be short and must not throw.</param>
    /// <param name="interrupt">Ends it: stopped and cleaned up as ever.</param>
    /// <param name="again">Impatience: killed rather than asked.</param>
    public async Task<RehearsalResult> RunAsync(Action<Rehearsal> progress, CancellationToken interrupt, CancellationToken again)
    {
        await using var first = interrupt.Register(() => Tell(() => rehearsal.Interrupt(clock.Now)));
        await using var second = again.Register(() => Tell(() => rehearsal.Interrupt(clock.Now)));
        try
        {
            while (true)
            {
                while (heard.TryDequeue(out var tell))
                    tell();
                var step = rehearsal.Next(clock.Now);
                progress(rehearsal);
                if (step.Move == RehearsalMove.End)
                    break;
                if (step.Move == RehearsalMove.Wait)
                    await PauseAsync(step.At);
                else
                    Begin(step);
            }
        }
        finally
        {
            await lookingEnds.CancelAsync();
            await askingEnds.CancelAsync();
            await ends.CancelAsync();
            if (life is not null)
                await life.DisposeAsync();
            // Each has an owner here; what hangs in the kernel is left behind.
            _ = await Task.WhenAny(Task.WhenAll([.. tasks, lifeWatch]), Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
        }
        return await ExplainedAsync(rehearsal.Result!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var watch in watches)
            watch.Dispose();
        lines.Dispose();
    }

    private void Begin(RehearsalStep step)
    {
        if (step.Move is RehearsalMove.Stop or RehearsalMove.Kill)
            lookingEnds.Cancel();
        if (step.Move == RehearsalMove.Kill)
            askingEnds.Cancel();
        tasks.Add(step.Move switch
        {
            RehearsalMove.Prepare => Task.Run(PrepareAsync),
            RehearsalMove.Start => Task.Run(Start),
            RehearsalMove.Look => Task.Run(() => LookAsync(step.At)),
            RehearsalMove.Stop => Task.Run(StopAsync),
            RehearsalMove.Kill => Task.Run(KillAsync),
            _ => Task.Run(Clean),
        });
    }

    private async Task PrepareAsync()
    {
        try
        {
            var trouble = await world.EndLeftoversAsync(ends.Token) ?? clean?.Remember(ends.Token);
            foreach (var each in evidence)
                trouble ??= await each.PrepareAsync(ends.Token);
            Tell(() => rehearsal.Prepared(clock.Now, trouble));
        }
        catch (Exception trouble) when (!ends.IsCancellationRequested)
        {
            Tell(() => rehearsal.Failed(clock.Now, trouble.Message.ReplaceLineEndings(" ")));
        }
    }

    private void Start()
    {
        var beganAt = clock.Now;
        var (started, trouble) = world.Start(plan.Rehearsed, lines);
        if (started is null)
        {
            Tell(() => rehearsal.Failed(clock.Now, trouble!));
            return;
        }
        Tell(() =>
        {
            life = started;
            rehearsal.Started(beganAt);
            lifeWatch = WatchLifeAsync(started);
        });
    }

    private async Task WatchLifeAsync(IRehearsedLife started)
    {
        var exit = await started.Exited;
        var program = Path.GetFileName(plan.Rehearsed.Command[0]);
        var last = lines.Tail is [.., var line] ? $"; its last output: {line}" : ", without output";
        Tell(() => rehearsal.Exited(clock.Now, $"{program} {exit}{last}", IsCrash(exit)));
    }

    private bool IsCrash(ProcessExit exit) => exit.Signal != 0 && exit.Signal != plan.Stop.Signal && exit.Signal is not (HangUp or Interrupt or Terminate);

    private async Task LookAsync(Instant deadline)
    {
        for (var i = 0; i < evidence.Length; i++)
            evidence[i].Begin(life!, watches[i].Hasten);
        await Task.WhenAll(watches.Select(watch => watch.RunAsync(deadline, lookingEnds.Token)).Append(KnowTreeAsync()));
    }

    private async Task KnowTreeAsync()
    {
        while (!lookingEnds.IsCancellationRequested)
        {
            life!.Living();
            await Task.Delay(TreeEvery, clock.Time, lookingEnds.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StopAsync()
    {
        var stopping = life!;
        try
        {
            stopping.Living();
            if (!stopping.Exited.IsCompleted)
                Tell(rehearsal.Asked);
            if (await AskAsync(stopping) is { } trouble)
                Tell(() => rehearsal.Failed(clock.Now, trouble));
            for (var politeTo = !stopping.Exited.IsCompleted; ; await Task.Delay(LookAgain, clock.Time, askingEnds.Token))
            {
                // Its end is told before that nothing is left of it.
                if (!lifeWatch.IsCompleted)
                    continue;
                var isGone = stopping.Living().Count == 0;
                // What is gone because it was killed is told by who killed it.
                askingEnds.Token.ThrowIfCancellationRequested();
                if (isGone)
                {
                    Tell(() => rehearsal.Gone(clock.Now));
                    return;
                }
                // What had left its group has not been asked yet.
                if (politeTo)
                    stopping.AskToStop(plan.Stop);
                politeTo = false;
            }
        }
        catch (OperationCanceledException)
        {
            // It had its time, and is being killed.
        }
    }

    private async Task<string?> AskAsync(IRehearsedLife stopping)
    {
        if (plan.Stop.Command.Length == 0 || stopping.Exited.IsCompleted)
            return stopping.AskToStop(plan.Stop);
        var result = await CommandRunner.Shared.RunAsync(
            new()
            {
                Argv = plan.Stop.Command,
                Directory = plan.Rehearsed.Directory,
                Environment = new Dictionary<string, string>(plan.Rehearsed.Environment) { ["HALE_PID"] = stopping.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture) },
                Timeout = plan.Stop.CommandWithin,
            },
            clock.Time, askingEnds.Token);
        if (result.IsSuccess)
            return null;
        var words = OneLine.Of(result.Error.Trim().Length > 0 ? result.Error.Trim() : result.Output.Trim(), 300);
        return $"the stop command {result.Summary}{(words.Length > 0 ? $": {words}" : "")}";
    }

    private async Task KillAsync()
    {
        // A start that hangs has no life yet; what comes of it is found by its marker before the next one.
        if (life is not { } killing)
            return;
        try
        {
            var killed = await killing.KillAsync(ends.Token);
            Tell(() => rehearsal.Gone(clock.Now, killed.Count switch { 0 => null, 1 => killed[0], _ => $"{string.Join(", ", killed.Take(5))}{(killed.Count > 5 ? $" and {killed.Count - 5} more" : "")}" }));
        }
        catch (OperationCanceledException)
        {
            // Given up: the rehearsal has said so.
        }
    }

    private void Clean()
    {
        try
        {
            var result = clean!.Remove(ends.Token);
            Tell(() =>
            {
                if (result.Trouble is { } trouble)
                    rehearsal.Failed(clock.Now, trouble);
                else
                    rehearsal.Cleaned(clock.Now, result.Summary);
            });
        }
        catch (Exception trouble) when (!ends.IsCancellationRequested)
        {
            Tell(() => rehearsal.Failed(clock.Now, trouble.Message.ReplaceLineEndings(" ")));
        }
    }

    private IEvidence Create(EvidenceItem item) => item switch
    {
        FilesItem files => new FilesEvidence(files),
        OutputItem output => new OutputEvidence(output, lines),
        ProcessItem process => new ProcessEvidence(process),
        LogItem log => new ProbeEvidence(log.Name, new LogLineProbe(log.File, log.Pattern, fromStart: false), false, null, clock.Time),
        ProbeItem probe => new ProbeEvidence(probe.Name, probe.Create(), probe.MustNotHoldBefore, probe.Endpoint, clock.Time),
        _ => throw new ArgumentOutOfRangeException(nameof(item), item.Name, "no such evidence"),
    };

    // Most refusals that last are a wrong port or a wrong address.
    private async Task<RehearsalResult> ExplainedAsync(RehearsalResult result)
    {
        if (result.End != RehearsalEnd.Failed || result.Stage != RehearsalStage.Evidence)
            return result;
        for (var i = 0; i < evidence.Length; i++)
        {
            if (evidence[i] is ProbeEvidence probe && !rehearsal.Evidence[i].Holds && await probe.ExplainAsync(rehearsal.Evidence[i].Seen) is { } hint)
                return result with { Reason = $"{result.Reason}; {hint}" };
        }
        return result;
    }

    private void Tell(Action what)
    {
        heard.Enqueue(what);
        signal.Release();
    }

    private async Task PauseAsync(Instant until)
    {
        var wait = until - clock.Now;
        await using var timer = clock.Time.CreateTimer(
            _ => signal.Release(), null, wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        await signal.WaitAsync();
    }
}
