using System.Globalization;
using Hale.Cli.Output;
using Hale.Config;
using Hale.Core.Warming;
using Hale.Sessions;
using Hale.Warming;
using Hale.Warming.Prefetch;

namespace Hale.Cli.Warming;

/// <summary>Shows how a warm-up goes: plain lines as things happen, on a terminal with a living line below them; nothing beside JSON.</summary>
internal sealed class WarmScreen : IDisposable
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter error;
    private readonly bool isSilent;
    private readonly TimeProvider time;
    private readonly ITimer? timer;
    private readonly Lock drawing = new();
    private WarmProgress? last;
    private PrefetchProgress? reading;
    private long stageSince;
    private bool ended;

    private WarmScreen(Call call, bool isLive)
    {
        error = call.Surroundings.Error;
        time = call.Surroundings.Time;
        isSilent = call.WantsJson;
        timer = isLive ? time.CreateTimer(_ => Draw(), null, Frame, Frame) : null;
    }

    /// <summary>The one that fits.</summary>
    public static WarmScreen For(Call call) =>
        new(call, call.Surroundings.IsErrorTerminal && !call.WantsJson && call.Surroundings.Environment("TERM") != "dumb");

    /// <summary>Something has changed.</summary>
    public void Tell(WarmProgress progress)
    {
        lock (drawing)
        {
            var isNew = last is null || last.Number != progress.Number || last.Stage != progress.Stage;
            last = progress;
            if (!isNew || isSilent)
                return;
            stageSince = time.GetTimestamp();
            if (progress.Result is { } result)
                Line($"rehearsal {progress.Number}: {Told(result)}");
            else if (progress.Stage is RehearsalStage.Start)
                Line($"rehearsal {progress.Number} of {(progress.Limit == 1 ? "1" : $"at most {progress.Limit}")}: started");
        }
    }

    /// <summary>Files are read ahead.</summary>
    public void Tell(PrefetchProgress progress)
    {
        lock (drawing)
            reading = progress;
    }

    /// <summary>Something was done beside the rehearsals.</summary>
    public void Tell(string notice)
    {
        lock (drawing)
        {
            reading = null;
            if (!isSilent)
                Line(notice);
        }
    }

    /// <summary>The warm-up is over.</summary>
    public void End(WarmReport report)
    {
        lock (drawing)
        {
            ended = true;
            if (isSilent)
                return;
            if (timer is not null)
                error.Write(Terminal.Clear);
            if (report.Verdict.End == WarmEnd.Failed && report.Tail.Count > 0)
            {
                Line("the last that it wrote:");
                foreach (var line in report.Tail)
                    error.WriteLine($"  {Safe.Line(line)}");
            }
            if (report.Reported is { End: not ReportEnd.Delivered } reported && report.Rehearsals.Count > 0)
                Line($"{(reported.End == ReportEnd.Refused ? "the session does not take the verdict" : "the verdict was not delivered")}: {reported.Reason}");
        }
    }

    public void Dispose() => timer?.Dispose();

    private static string Told(RehearsalResult result)
    {
        var parts = new List<string>();
        if (result.TimeToEvidence is { } took)
            parts.Add($"evidence after {WarmUp.Shown(took)}");
        if (result.End != RehearsalEnd.Proved)
            parts.Add($"{WarmUp.NameOf(result.Stage)}: {result.Reason}");
        parts.AddRange(result.Further);
        if (result.Ending is { } ending && !result.Reason.Contains(ending, StringComparison.Ordinal))
            parts.Add(ending);
        if (result.Cleaning is { } cleaning)
            parts.Add(cleaning);
        return string.Join("; ", parts);
    }

    private void Line(string text)
    {
        if (timer is not null)
            error.Write(Terminal.Clear);
        error.WriteLine($"hale: {Safe.Line(text)}");
    }

    private void Draw()
    {
        lock (drawing)
        {
            if (!ended && reading is { } read)
                Terminal.Redraw(error, $"reading ahead: {read.Files} files, {ByteSize.Format(read.Bytes)}");
            if (ended || last is not { Result: null } now)
                return;
            var evidence = now.Stage == RehearsalStage.Evidence && now.Wanted > 1 ? $" [{now.Held} of {now.Wanted}]" : "";
            var seconds = time.GetElapsedTime(stageSince).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            Terminal.Redraw(error, Safe.Line($"rehearsal {now.Number}: {WarmUp.NameOf(now.Stage)} {seconds} s{evidence}{(now.Waiting is null ? "" : $" {now.Waiting}")}"));
        }
    }
}
