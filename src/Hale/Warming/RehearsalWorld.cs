using Hale.Native;
using Hale.Processes;
using Hale.Running;
using Hale.Warming.Lives;
using Hale.Warming.Plans;

namespace Hale.Warming;

/// <summary>
/// What the rehearsals of one plan have in common: the lock that makes them the only ones, and the marker by which their processes are known, also to the
/// next <c>hale warm</c> when this one was killed.
/// </summary>
internal sealed class RehearsalWorld : IDisposable
{
    private const string MarkedAs = "warm";

    // What an earlier warm-up left behind is asked to end for so long.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly StateDirectory state;
    private readonly bool adopts;

    private RehearsalWorld(StateDirectory state, SteadyClock clock, bool adopts) => (this.state, Clock, this.adopts) = (state, clock, adopts);

    /// <summary>The steady line.</summary>
    public SteadyClock Clock { get; }

    /// <summary>Folder of what must outlive this program.</summary>
    public string Folder => state.Path;

    /// <summary>Takes the lock.</summary>
    /// <param name="plan">Whose.</param>
    /// <param name="time">The clock.</param>
    /// <param name="adopts">This program does nothing else: orphans are taken in (<see cref="CommandTree"/>).</param>
    /// <exception cref="IOException">Another program rehearses the same plan (the message names it), or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created or written.</exception>
    public static RehearsalWorld Open(WarmPlan plan, TimeProvider time, bool adopts)
    {
        var folder = Path.Combine(plan.State, "warm", Processes.FileName.For(Path.GetFileName(plan.File)));
        var state = StateDirectory.Open(folder);
        return new(state, new SteadyClock(time), adopts && Subreaper.TryBecome());
    }

    /// <summary>Ends what an earlier warm-up of the plan left behind, when it was killed. Returns what does not end, or null.</summary>
    public async Task<string?> EndLeftoversAsync(CancellationToken cancel)
    {
        var relatives = new Relatives(state.Id, MarkedAs);
        var found = relatives.All();
        Relatives.Signal(found, Signals.Terminate);
        Relatives.Signal(found, Signals.Continue);
        for (var until = Clock.Now + Grace; found.Count > 0 && Clock.Now < until; found = relatives.All())
            await Task.Delay(LookAgain, Clock.Time, cancel);
        if (found.Count > 0)
            found = Relatives.Kill(relatives.All);
        return found is [var one, ..] ? $"process {one.Stat.Identity.Pid} of an earlier rehearsal does not die, not even of SIGKILL" : null;
    }

    /// <summary>Begins a life. Returns it, or one line on why not.</summary>
    public (IRehearsedLife? Life, string? Trouble) Start(RehearsedSpec spec, OutputLines lines)
    {
        // A number that no earlier life had, whoever began it: they follow each other under the lock.
        var marker = new LifeMarker(state.Id, MarkedAs, Math.Max(0, Clock.Now.Ticks));
        return LinuxLife.Start(spec, marker, adopts, lines);
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
