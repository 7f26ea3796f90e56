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

    private readonly IDisposable held;
    private readonly string id;
    private readonly bool adopts;

    private RehearsalWorld(IDisposable held, string id, SteadyClock clock, bool adopts) => (this.held, this.id, Clock, this.adopts) = (held, id, clock, adopts);

    /// <summary>The steady line.</summary>
    public SteadyClock Clock { get; }

    /// <summary>Takes the lock.</summary>
    /// <param name="plan">Whose.</param>
    /// <param name="time">The clock.</param>
    /// <param name="adopts">This program does nothing else: orphans are taken in (<see cref="CommandTree"/>).</param>
    /// <exception cref="IOException">Another program rehearses the same plan (the message names it), or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created or written.</exception>
    public static RehearsalWorld Open(WarmPlan plan, TimeProvider time, bool adopts)
    {
        var folder = Path.Combine(plan.State, "warm", Processes.FileName.For(Path.GetFileName(plan.File)));
        if (OperatingSystem.IsLinux())
        {
            var state = StateDirectory.Open(folder);
            return new(state, state.Id, new SteadyClock(time), adopts && Subreaper.TryBecome());
        }
        // The system itself refuses a second one.
        Directory.CreateDirectory(folder);
        return new(new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), "", new SteadyClock(time), false);
    }

    /// <summary>Ends what an earlier warm-up of the plan left behind, when it was killed. Returns what does not end, or null.</summary>
    public async Task<string?> EndLeftoversAsync(CancellationToken cancel)
    {
        // On Windows their job has ended them together with the program that held it.
        if (!OperatingSystem.IsLinux())
            return null;
        var relatives = new Relatives(id, MarkedAs);
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
        if (OperatingSystem.IsWindows())
            return WindowsLife.Start(spec, lines);
        // A number that no earlier life had, whoever began it: they follow each other under the lock.
        var marker = new LifeMarker(id, MarkedAs, Math.Max(0, Clock.Now.Ticks));
        return LinuxLife.Start(spec, marker, adopts, lines);
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();
}
