using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;
using Hale.Probes.Log;

namespace Hale.Probes;

/// <summary>
/// <c>log</c>: lines that come, or had better not come, across rotation. A probe with a memory: a log cannot be judged by an attempt
/// alone, since what counts is what has come since the attempt before. What it remembers is where it was, and when lines matched; nothing of
/// it outlives Hale, and after a restart it begins where the log ends.
/// </summary>
public sealed class LogProbe : IBlockingProbe, IDisposable
{
    private static readonly string[] Wishes = ["appears", "absent", "count"];

    private readonly string path;
    private readonly Regex pattern;
    private readonly Wanted wanted;
    private readonly TimeSpan keep;
    private readonly LogFollower follower;
    private readonly LogMatches matches;
    private readonly Lock looking = new();
    private long? startedAt;

    internal LogProbe(string path, Regex pattern, Wanted wanted, TimeSpan? keep = null, bool fromStart = false)
    {
        (this.path, this.pattern, this.wanted, this.keep) = (path, pattern, wanted, keep ?? TimeSpan.FromMinutes(5));
        follower = new LogFollower(path, fromStart);
        matches = new LogMatches(this.keep);
    }

    /// <summary>What is wanted of the lines that match.</summary>
    internal enum Wanted
    {
        /// <summary>They come: each is progress.</summary>
        Appears,

        /// <summary>They do not come.</summary>
        Absent,

        /// <summary>They are counted, and levels judge the count.</summary>
        Count,
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("log",
        "Reads what comes into a log, across rotation: a line that must keep coming, one that must not come, or a count for levels. Lines from before the first look do not count unless asked for.",
        [
            new("path", KeyType.Path, "The log; `*`, `?` and `**` are wildcards, and all files that match are followed (64 at most).") { Required = true, Shorthand = true },
            new("appears", KeyType.Pattern, "Each line that matches is progress; needs `within`."),
            new("absent", KeyType.Pattern, "Fail while a line that matches has come within `keep`."),
            new("count", KeyType.Pattern, "Count the lines that match within `keep`, as the measurement `matches` for `warn` and `fail`."),
            new("keep", KeyType.Duration, "How long a line that came counts.") { Default = "5m", Min = 1, Max = 7 * 86400 },
            new("from", KeyType.Choice, "Where the first look begins: at the `end` of the log or at its `start`.") { Choices = ["end", "start"], Default = "end" },
        ],
        Create)
    {
        LevelOf = "matches", LevelUnit = Unit.Count,
        HasProgress = true,
        Measures =
        [
            new("matches", Unit.Count, "Lines that matched within `keep`."),
            new("lines", Unit.Count, "Lines that came since the attempt before."),
            new("behind", Unit.Bytes, "What was left unread, since an attempt reads 64 MiB at most."),
        ],
        NeedsWithin = settings => settings.Has("appears"),
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        // An attempt that hangs on a dead file system is left behind, and may be here still.
        if (!looking.TryEnter())
            return new(ProbeResult.Inconclusive($"{path}: an earlier attempt still hangs in reading it"));
        try
        {
            return new(Probe(context.Time, cancel));
        }
        catch (IOException trouble)
        {
            return new(ProbeResult.Inconclusive($"{path}: {trouble.Message}"));
        }
        finally
        {
            looking.Exit();
        }
    }

    /// <summary>Lets go of the files.</summary>
    public void Dispose() => follower.Dispose();

    private static LogProbe Create(Settings settings)
    {
        string[] written = [.. Wishes.Where(settings.Has)];
        if (written.Length != 1)
            throw new SettingsException(written.Length == 0 ? "path" : written[1], "write one of appears, absent and count: what is wanted of the lines");
        var wanted = written[0] switch { "appears" => Wanted.Appears, "absent" => Wanted.Absent, _ => Wanted.Count };
        return new LogProbe(settings.Text("path")!, settings.Pattern(written[0])!, wanted, settings.Duration("keep"), settings.Text("from") == "start");
    }

    private ProbeResult Probe(TimeProvider time, CancellationToken cancel)
    {
        startedAt ??= time.GetTimestamp();
        var now = time.GetElapsedTime(startedAt.Value);
        long count = 0;
        var last = "";
        var look = follower.Look(
            line =>
            {
                if (!pattern.IsMatch(line))
                    return false;
                count++;
                last = line.Length > 500 ? line[..500].ToString() : line.ToString();
                return true;
            },
            cancel);
        matches.Add(count, Excerpt.Of(Encoding.UTF8.GetBytes(last)), now);
        return Judge(look, matches.Within(now));
    }

    private ProbeResult Judge(in LogLook look, long recent)
    {
        Measurement[] measurements = [new("matches", recent, Unit.Count), new("lines", look.Lines, Unit.Count), new("behind", look.Behind, Unit.Bytes)];
        var seen = recent > 0 ? $"{recent} {(recent == 1 ? "line" : "lines")} of {path} matched within {Figures.Span(keep)}, the last {matches.Last}" : "";

        // A line that came is evidence whatever else could not be read; that none came is known only when everything was.
        if (wanted == Wanted.Absent && recent > 0)
            return ProbeResult.Fail(seen, measurements);
        if (look.Trouble is { } trouble)
            return ProbeResult.Inconclusive(trouble);
        if (wanted == Wanted.Appears)
            return ProbeResult.Pass(matches.Total == 0 ? $"nothing has come into {path} that matches" : $"{matches.Total} lines of {path} matched, the last {matches.Last}", measurements) with
            {
                Progress = matches.Total.ToString(CultureInfo.InvariantCulture),
            };
        if (look.Files == 0)
            return ProbeResult.Inconclusive($"{path} does not exist");
        if (look.Behind > 0)
            return ProbeResult.Inconclusive($"{path} grows faster than it is read: {Figures.Bytes(look.Behind)} are left for the next attempt") with { Measurements = measurements };
        if (look.IsFirst && look.Lines == 0)
            return ProbeResult.Inconclusive($"the first look at {path}: what comes from now on counts");
        return ProbeResult.Pass(recent > 0 ? seen : $"no line of {path} matched within {Figures.Span(keep)}", measurements);
    }
}
