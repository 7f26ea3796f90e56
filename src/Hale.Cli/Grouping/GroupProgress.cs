using System.Globalization;
using Hale.Cli.Output;
using Hale.Containers.Groups;

namespace Hale.Cli.Grouping;

/// <summary>Shows how a group comes up: living lines on a terminal, plain lines elsewhere, nothing when that is wanted.</summary>
internal abstract class GroupProgress : IDisposable
{
    /// <summary>The one that fits.</summary>
    public static GroupProgress For(Call call, bool isQuiet)
    {
        var surroundings = call.Surroundings;
        return isQuiet || call.WantsJson ? new Silent()
            : surroundings.IsErrorTerminal && surroundings.Environment("TERM") != "dumb" ? new LiveLines(surroundings.Error, surroundings.Time)
            : new Lines(surroundings.Error);
    }

    /// <summary>A step.</summary>
    public abstract void Tell(ContainerGroupProgress step);

    /// <summary>It is over; what is said from now on stands below.</summary>
    public virtual void End()
    {
    }

    public virtual void Dispose()
    {
    }

    protected static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.00}s");

    private static string Line(ContainerGroupProgress step) => Safe.Line(step.Subject.Length == 0 ? step.Text : $"{step.Subject}: {step.Text}");

    private sealed class Silent : GroupProgress
    {
        public override void Tell(ContainerGroupProgress step)
        {
        }
    }

    /// <summary>A line for each step, but not more than one each second for what is waited for.</summary>
    private sealed class Lines(TextWriter error) : GroupProgress
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

        private readonly Dictionary<string, (TimeSpan At, string Text)> last = [];

        public override void Tell(ContainerGroupProgress step)
        {
            if (step.Stage is ContainerGroupStage.NotYet or ContainerGroupStage.Waiting or ContainerGroupStage.Pulling)
            {
                if (last.TryGetValue(step.Subject, out var before) && (before.Text == step.Text || step.Elapsed - before.At < Pause))
                    return;
                last[step.Subject] = (step.Elapsed, step.Text);
            }
            error.WriteLine($"hale: {Seconds(step.Elapsed)} {Line(step)}");
        }
    }

    /// <summary>A line for each subject, drawn again ten times a second; the last state stays.</summary>
    private sealed class LiveLines : GroupProgress
    {
        private const string Clear = "\x1b[K";
        private const int MostLines = 40;

        private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

        private readonly TextWriter error;
        private readonly Lock drawing = new();
        private readonly List<string> order = [];
        private readonly Dictionary<string, ContainerGroupProgress> last = [];
        private readonly ITimer timer;
        private int drawn;
        private bool isChanged;
        private bool isOver;

        public LiveLines(TextWriter error, TimeProvider time)
        {
            this.error = error;
            timer = time.CreateTimer(_ => Draw(), null, Frame, Frame);
        }

        public override void Tell(ContainerGroupProgress step)
        {
            lock (drawing)
            {
                if (!last.ContainsKey(step.Subject))
                    order.Add(step.Subject);
                last[step.Subject] = step;
                isChanged = true;
            }
        }

        public override void End()
        {
            Draw();
            lock (drawing)
                isOver = true;
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
                if (isOver || !isChanged)
                    return;
                isChanged = false;
                var text = new System.Text.StringBuilder(drawn > 0 ? string.Create(CultureInfo.InvariantCulture, $"\x1b[{drawn}A") : "");
                var shown = order.TakeLast(MostLines).ToList();
                foreach (var subject in shown)
                {
                    var step = last[subject];
                    var line = $"{Mark(step.Stage)} {Seconds(step.Elapsed),7} {Line(step)}";
                    text.Append('\r').Append(Terminal.Cut(line)).Append(Clear).Append('\n');
                }
                drawn = shown.Count;
                error.Write(text.ToString());
                error.Flush();
            }
        }

        private static char Mark(ContainerGroupStage stage) => stage switch
        {
            ContainerGroupStage.Ready or ContainerGroupStage.Made => '+',
            ContainerGroupStage.Failed => '!',
            ContainerGroupStage.Removed => '-',
            _ => ' ',
        };
    }
}
