using Hale.Cli.Output;
using Hale.Core.Model;
using Hale.Web.Contract;

namespace Hale.Cli.Views;

/// <summary>Shows the world as a table, with what needs attention above it.</summary>
internal static class StatusView
{
    /// <param name="screen">Where to.</param>
    /// <param name="status">The world.</param>
    /// <param name="verbose">Every check as well.</param>
    public static void Write(Screen screen, StatusDto status, bool verbose)
    {
        Banners(screen, status);
        screen.Table(["TARGET", "HEALTH", "SINCE", "REASON"], [.. status.Targets.Select(target => Row(target, status.At))]);
        if (verbose)
        {
            foreach (var target in status.Targets)
                Details(screen, target, status.At);
        }
        screen.Line();
        screen.Line(Summary(status.Targets));
        foreach (var group in status.Groups.Where(group => group.Unhealthy + group.Unknown > 0))
            screen.Line($"group {group.Name}: ", Words.Of(group.Health), $" ({group.Unhealthy} of {group.Members} impaired, {group.Unknown} unknown)");
    }

    /// <summary>What is wrong with Hale itself, and which targets are in a person's hands.</summary>
    private static void Banners(Screen screen, StatusDto status)
    {
        var banners = 0;
        void Banner(string text, Tone tone)
        {
            screen.Line(new Piece("! " + text, tone));
            banners++;
        }

        if (status.Doubt is { } doubt)
            Banner($"Hale doubts itself: {doubt.Reason}; verdicts and healing are frozen {Words.Until(doubt.Until, status.At, "until it is over")}", Tone.Bad);
        if (status.JournalTrouble is { } trouble)
            Banner($"The journal cannot be written: {trouble}; nothing is healed", Tone.Bad);
        if (status.Configuration is { } configuration)
            Banners(configuration, status.At, Banner);
        if (status.Notices is { Dead: > 0 and var dead })
            Banner($"{Words.Count((int)dead, "notice")} could not be delivered and {(dead == 1 ? "was" : "were")} given up: hale notices", Tone.Bad);
        foreach (var target in status.Targets)
        {
            if (target.NeedsHuman is { } why)
                Banner($"{target.Name} needs a person: {why}", Tone.Bad);
            if (target.Paused)
                Banner($"{target.Name} is paused {Words.Until(target.PausedUntil, status.At, "until it is resumed")}: watched, not healed", Tone.Warn);
        }
        if (banners > 0)
            screen.Line();
    }

    /// <summary>Where what runs is not what stands in the file.</summary>
    private static void Banners(ConfigurationDto configuration, DateTimeOffset now, Action<string, Tone> banner)
    {
        if (configuration.Refused is { } refused)
            banner($"The configuration on disk is refused: {Words.Count(refused.Errors, "error")}, first {refused.First}; the one from {Words.Ago(configuration.LoadedAt, now)} goes on", Tone.Bad);
        foreach (var key in configuration.NeedsRestart)
            banner($"{key} has changed; it takes effect when Hale is started again", Tone.Warn);
        foreach (var target in configuration.OldProcesses)
            banner($"{target} runs as it was begun by an older configuration; 'hale restart {target}' begins it anew", Tone.Warn);
        foreach (var process in configuration.Unwatched)
            banner($"{process} has left the configuration and goes on unwatched; kill it, or put it back and reload", Tone.Warn);
    }

    private static Piece[] Row(TargetDto target, DateTimeOffset now) =>
    [
        new(target.Name, Tone.Strong),
        Words.Of(target.Health),
        target.Since is { } since ? Words.Span(now - since) : "-",
        Marks(target) + target.Reason,
    ];

    private static string Marks(TargetDto target)
    {
        string?[] marks =
        [
            target.Stopped ? "stopped" : null,
            target.InMaintenance ? "maintenance" : null,
            target.Flapping ? "flapping" : null,
            target.VerifyUntil is not null ? "verifying" : target.OpenIntent is not null ? "healing" : null,
        ];
        return string.Concat(marks.Where(mark => mark is not null).Select(mark => $"[{mark}] "));
    }

    private static void Details(Screen screen, TargetDto target, DateTimeOffset now)
    {
        screen.Line();
        screen.Line(new Piece(target.Name, Tone.Strong), ": ", Words.Of(target.Health));
        screen.Table(["CHECK", "KIND", "HEALTH", "TRIED", "OUTCOME", "SEEN"], [.. target.Checks.Select(check => CheckRow(check, now))], indent: 2);
    }

    private static Piece[] CheckRow(CheckDto check, DateTimeOffset now) =>
    [
        check.Name,
        new(check.Kind, Tone.Dim),
        Words.Of(check.Health),
        Words.Ago(check.LastAt, now),
        Words.Of(check.LastOutcome),
        Evidence.Of(check),
    ];

    private static string Summary(IReadOnlyList<TargetDto> targets)
    {
        var byHealth = targets.GroupBy(target => target.Health).OrderBy(group => group.Key).Select(group => $"{group.Count()} {Words.Of(group.Key).Text}");
        return targets.Count == 0 ? "Nothing is watched." : $"{Words.Count(targets.Count, "target")}: {string.Join(", ", byHealth)}";
    }
}
