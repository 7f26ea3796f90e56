using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Containers;
using Hale.Core.Model;
using Hale.Probes.Http;
using Hale.Probes.Log;

namespace Hale.Probes;

/// <summary>
/// <c>container_log</c>: lines that a container logs, or had better not log. As <c>log</c> does, it remembers up to where it has read; lines of a life that
/// it did not watch from its beginning do not count.
/// </summary>
public sealed class ContainerLogProbe : IProbe
{
    private static readonly string[] Wishes = ["appears", "absent", "count"];

    private readonly ContainerSelector selector;
    private readonly Regex pattern;
    private readonly string wish;
    private readonly TimeSpan keep;
    private readonly LogMatches matches;
    private int reading;
    private long? startedAt;
    private string id = "";
    private DateTimeOffset readUpTo;

    // What was read already of the moment up to which was read: the engine gives it once more, being asked from a microsecond before it on.
    private int readOfThatMoment;

    private ContainerLogProbe(Settings settings)
    {
        string[] written = [.. Wishes.Where(settings.Has)];
        if (written.Length != 1)
            throw new SettingsException(written.Length == 0 ? "container" : written[1], "write one of appears, absent and count: what is wanted of the lines");
        selector = ContainerSelector.From(settings);
        wish = written[0];
        pattern = settings.Pattern(wish)!;
        keep = settings.Duration("keep") ?? TimeSpan.FromMinutes(5);
        matches = new(keep);
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "container_log",
        "Reads what a container writes to its output: a line that must keep coming, one that must not come, or a count for levels. Lines from before the first look do not count.",
        [
            .. ContainerSelector.Keys,
            new("appears", KeyType.Pattern, "Each line that matches is progress; needs `within`."),
            new("absent", KeyType.Pattern, "Fail while a line that matches has come within `keep`."),
            new("count", KeyType.Pattern, "Count the lines that match within `keep`, as the measurement `matches` for `warn` and `fail`."),
            new("keep", KeyType.Duration, "How long a line that came counts.") { Default = "5m", Min = 1, Max = 7 * 86400 },
        ],
        settings => new ContainerLogProbe(settings))
    {
        LevelOf = "matches", LevelUnit = Unit.Count,
        HasProgress = true,
        Measures =
        [
            new("matches", Unit.Count, "Lines that matched within `keep`."),
            new("lines", Unit.Count, "Lines that came since the attempt before."),
        ],
        NeedsWithin = settings => settings.Has("appears"),
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        // An attempt that was left behind may be here still, and there is one memory.
        if (Interlocked.Exchange(ref reading, 1) == 1)
            return ProbeResult.Inconclusive($"an earlier attempt still reads the log of {selector}");
        try
        {
            return await ReadAsync(context.Time, cancel);
        }
        catch (ContainerEngineException trouble)
        {
            return trouble.Trouble == EngineTrouble.NoSuchContainer ? NoContainer() : ProbeResult.Inconclusive(trouble.Message);
        }
        finally
        {
            Volatile.Write(ref reading, 0);
        }
    }

    private async Task<ProbeResult> ReadAsync(TimeProvider time, CancellationToken cancel)
    {
        startedAt ??= time.GetTimestamp();
        var now = time.GetElapsedTime(startedAt.Value);
        if (await selector.FindAsync(cancel) is not { } container)
            return NoContainer();
        var isFirst = id.Length == 0;
        if (container.Id != id)
        {
            // A container that is watched from its beginning is read from its beginning. The engine's clock, not ours, stands before its lines.
            readUpTo = isFirst ? await LastLineAsync(container, cancel) : container.Created ?? DateTimeOffset.UnixEpoch;
            readOfThatMoment = isFirst ? int.MaxValue : 0;
            id = container.Id;
        }
        var log = await EngineClients.Of(selector.Address).Containers.LogAsync(
            container.Id, new() { Tail = null, Since = readUpTo.AddTicks(-10), IsTerminal = container.Config.Tty }, cancel);
        var (lines, found, last) = Count(log);
        matches.Add(found, Excerpt.Of(Encoding.UTF8.GetBytes(last.Length > 500 ? last[..500] : last)), now);
        return Judge(lines, matches.Within(now), isFirst, log.IsCut);
    }

    /// <summary>The moment of the last line there is, which is where the first look begins.</summary>
    private async Task<DateTimeOffset> LastLineAsync(ContainerDetails container, CancellationToken cancel)
    {
        var log = await EngineClients.Of(selector.Address).Containers.LogAsync(container.Id, new() { Tail = 1, IsTerminal = container.Config.Tty }, cancel);
        return log.Lines.Count > 0 && log.Lines[^1].At is { } at ? at : container.Created ?? DateTimeOffset.UnixEpoch;
    }

    private (int Lines, int Found, string Last) Count(ContainerLog log)
    {
        var (lines, found, last) = (0, 0, "");
        var ofThatMoment = 0;
        foreach (var line in log.Lines)
        {
            var at = line.At ?? readUpTo;
            if (at < readUpTo || (at == readUpTo && ofThatMoment++ < readOfThatMoment))
                continue;
            if (at > readUpTo)
                (readUpTo, ofThatMoment, readOfThatMoment) = (at, 1, 0);
            lines++;
            if (!pattern.IsMatch(line.Text))
                continue;
            found++;
            last = line.Text;
        }
        readOfThatMoment = Math.Max(readOfThatMoment, ofThatMoment);
        return (lines, found, last);
    }

    private ProbeResult Judge(int lines, long recent, bool isFirst, bool isCut)
    {
        Measurement[] measurements = [new("matches", recent, Unit.Count), new("lines", lines, Unit.Count)];
        var seen = recent > 0 ? $"{recent} {(recent == 1 ? "line" : "lines")} of {selector} matched within {Figures.Span(keep)}, the last {matches.Last}" : "";
        if (wish == "absent" && recent > 0)
            return ProbeResult.Fail(seen, measurements);
        if (wish == "appears")
        {
            return ProbeResult.Pass(matches.Total == 0 ? $"nothing has come from {selector} that matches" : $"{matches.Total} lines of {selector} matched, the last {matches.Last}", measurements) with
            {
                Progress = matches.Total.ToString(CultureInfo.InvariantCulture),
            };
        }
        if (isCut)
            return ProbeResult.Inconclusive($"{selector} logs faster than it is read: the rest is left for the next attempt") with { Measurements = measurements };
        return isFirst
            ? ProbeResult.Inconclusive($"the first look at the log of {selector}: what comes from now on counts")
            : ProbeResult.Pass(recent > 0 ? seen : $"no line of {selector} matched within {Figures.Span(keep)}", measurements);
    }

    private ProbeResult NoContainer() => ProbeResult.Inconclusive($"there is no {selector} whose log could be read");
}
