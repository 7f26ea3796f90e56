using System.Globalization;
using Hale.Cli.Output;
using Hale.Core.Model;
using Hale.Readiness;

namespace Hale.Cli.Waiting;

/// <summary>Shows how the wait goes: a living line on a terminal, plain lines elsewhere, nothing when that is wanted.</summary>
internal abstract class WaitProgress : IDisposable
{
    /// <summary>The one that fits.</summary>
    public static WaitProgress For(Call call, WaitRequest request, bool sharesScreen)
    {
        var surroundings = call.Surroundings;
        if (request.IsQuiet || call.WantsJson)
            return new Silent(surroundings.Error, tellsFailure: !call.WantsJson);
        // A line that is drawn over and over would be torn by the output of the command.
        return surroundings.IsErrorTerminal && !sharesScreen && surroundings.Environment("TERM") != "dumb"
            ? new LiveLine(surroundings.Error, surroundings.Time, request)
            : new Lines(surroundings.Error, request);
    }

    /// <summary>An attempt has ended.</summary>
    public abstract void Tell(ReadyProgress progress);

    /// <summary>The wait is over; null when it was interrupted.</summary>
    public abstract void End(ReadyReport? report);

    public virtual void Dispose()
    {
    }

    /// <summary>How it ended, in a line.</summary>
    protected static string Ending(ReadyReport? report) => report switch
    {
        null => "interrupted, not ready",
        { IsReady: true } => $"ready after {Seconds(report.Took)}",
        _ => report.ToString(),
    };

    protected static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.00}s");

    private sealed class Silent(TextWriter error, bool tellsFailure) : WaitProgress
    {
        public override void Tell(ReadyProgress progress)
        {
        }

        public override void End(ReadyReport? report)
        {
            if (tellsFailure && report is { IsReady: false })
                error.WriteLine($"hale: {Safe.Line(Ending(report))}");
        }
    }

    /// <summary>A line when a target says something new, but not more than one each second for it: some say something new each time.</summary>
    private sealed class Lines(TextWriter error, WaitRequest request) : WaitProgress
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

        private readonly Dictionary<string, (TimeSpan At, Outcome Outcome, string Evidence)> last = [];

        public override void Tell(ReadyProgress progress)
        {
            if (last.TryGetValue(progress.Target, out var before)
                && (before.Evidence == progress.Evidence || (before.Outcome == progress.Outcome && progress.Elapsed - before.At < Pause)))
                return;
            last[progress.Target] = (progress.Elapsed, progress.Outcome, progress.Evidence);
            // The first success of the only target is told by the end.
            if (!progress.IsReady || request.Targets.Count > 1)
                error.WriteLine($"hale: {Seconds(progress.Elapsed)} {Safe.Line($"{progress.Target}: {(progress.IsReady ? "ready: " : "")}{progress.Evidence}")}");
        }

        public override void End(ReadyReport? report) => error.WriteLine($"hale: {Safe.Line(Ending(report))}");
    }

    /// <summary>One line that is drawn again ten times a second, and is gone in the end.</summary>
    private sealed class LiveLine : WaitProgress
    {
        private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

        private readonly TextWriter error;
        private readonly TimeProvider time;
        private readonly long started;
        private readonly Lock drawing = new();
        private readonly Dictionary<string, ReadyProgress> last = [];
        private readonly WaitRequest request;
        private readonly ITimer timer;
        private bool ended;

        public LiveLine(TextWriter error, TimeProvider time, WaitRequest request)
        {
            (this.error, this.time, this.request) = (error, time, request);
            started = time.GetTimestamp();
            // What is ready at once does not flicker.
            timer = time.CreateTimer(_ => Draw(), null, Frame, Frame);
        }

        public override void Tell(ReadyProgress progress)
        {
            lock (drawing)
                last[progress.Target] = progress;
        }

        public override void End(ReadyReport? report)
        {
            lock (drawing)
            {
                ended = true;
                error.Write(Terminal.Clear);
                error.WriteLine($"hale: {Safe.Line(Ending(report))}");
            }
        }

        public override void Dispose()
        {
            timer.Dispose();
            base.Dispose();
        }

        private void Draw()
        {
            lock (drawing)
            {
                if (ended)
                    return;
                var ready = last.Values.Count(progress => progress.IsReady);
                var open = request.Targets.FirstOrDefault(target => !(last.TryGetValue(target.Name, out var progress) && progress.IsReady))?.Name ?? "";
                var seen = last.TryGetValue(open, out var one) ? one.Evidence : "trying";
                var count = request.Targets.Count > 1 ? $" [{ready} of {request.Targets.Count} ready]" : "";
                Terminal.Redraw(error, Safe.Line($"waiting {Seconds(time.GetElapsedTime(started))}{count} {open}: {seen}"));
            }
        }
    }
}
