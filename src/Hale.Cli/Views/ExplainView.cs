using Hale.Cli.Output;
using Hale.Core.Model;
using Hale.Web.Contract;

namespace Hale.Cli.Views;

/// <summary>Tells the story of one target: the verdict, the evidence, the life, the remedies, what next, what came before.</summary>
internal static class ExplainView
{
    private const int MaxEvents = 10;

    public static void Write(Screen screen, ExplanationDto explanation)
    {
        var (target, now) = (explanation.Target, explanation.At);
        screen.Line(new Piece(target.Name, Tone.Strong), " is ", Words.Of(target.Health), target.Since is { } since ? $" since {Words.Moment(since)} ({Words.Span(now - since)})" : "");
        screen.Line($"  because {target.Reason}");
        if (explanation.Doubt is { } doubt)
            screen.Line(new Piece($"  Hale doubts itself: {doubt.Reason}; verdicts and healing are frozen {Words.Until(doubt.Until, now, "until it is over")}", Tone.Bad));
        foreach (var state in States(target, now))
            screen.Line(new Piece($"  {state}", Tone.Warn));
        Checks(screen, target, now);
        Life(screen, target, now);
        Ladder(screen, target, now);
        Section(screen, "What happens next", explanation.Next.Select(line => new Piece($"  {line}")));
        WhatYouCanDo(screen, target);
        Events(screen, explanation.Recent);
        Section(screen, "Its last output", explanation.Output.Select(line => new Piece($"  | {line}", Tone.Dim)));
    }

    private static IEnumerable<string> States(TargetDto target, DateTimeOffset now)
    {
        if (target.NeedsHuman is { } why)
            yield return $"needs a person: {why}";
        if (target.Paused)
            yield return $"paused {Words.Until(target.PausedUntil, now, "until it is resumed")}: watched, not healed";
        if (target.Stopped)
            yield return "stopped by a person: it stays down until it is started";
        if (target.InMaintenance)
            yield return "in its maintenance window: watched, not healed";
        if (target.Flapping)
            yield return "flapping: a verdict changes too often to be trusted as it stands";
    }

    private static void Checks(Screen screen, TargetDto target, DateTimeOffset now)
    {
        Heading(screen, "Evidence");
        foreach (var check in target.Checks)
        {
            screen.Line($"  {check.Name} ({check.Kind}): ", Words.Of(check.Health), check.Since is { } since ? $" for {Words.Span(now - since)}" : "");
            screen.Line($"    rule  {check.Reason}");
            screen.Line(check.LastAt is { } at
                ? $"    seen  {Words.Ago(at, now)}: {Words.Of(check.LastOutcome).Text}: {Evidence.Of(check)}"
                : "    seen  nothing yet");
            if (check.Attempts == 0)
                continue;
            var counts = $"    count {check.Attempts} tried, {check.PassStreak} passed in a row, {check.FailStreak} failed in a row";
            screen.Line(check.Inconclusive > 0 ? $"{counts}, {check.Inconclusive} could not tell" : counts);
            if (check.ProgressAt is { } progress)
                screen.Line($"    last progress {Words.Ago(progress, now)}");
        }
    }

    private static void Life(Screen screen, TargetDto target, DateTimeOffset now)
    {
        if (!target.Supervised)
            return;
        Heading(screen, "Life");
        screen.Line(target.Incarnation is { } life && target.LifeBeganAt is { } began
            ? $"  {life}, began {Words.Ago(began, now)}, the {Words.Ordinal(target.Lives)} that Hale has seen"
            : "  none: its process does not run");
        if (target.LastEnd is { } end)
            screen.Line($"  the last one ended: {end}");
    }

    private static void Ladder(Screen screen, TargetDto target, DateTimeOffset now)
    {
        Heading(screen, "Remedies");
        if (target.Ladder.Count == 0)
            screen.Line("  none: it is watched only");
        for (var rung = 0; rung < target.Ladder.Count; rung++)
        {
            var mark = rung == target.Rung ? "> " : "  ";
            screen.Line(new Piece($"{mark}{rung + 1}. {target.Ladder[rung]}", rung == target.Rung ? Tone.Strong : Tone.Plain), rung == target.Rung ? "  (next)" : "");
        }
        if (target.Ladder.Count > 0 && target.Rung >= target.Ladder.Count)
            screen.Line(new Piece("> used up: a person is needed", Tone.Bad));
        if (target.Attempts > 0)
            screen.Line($"  {target.Attempts} in this episode");
        if (target.LastRemedy is { } last)
            screen.Line($"  last: {last}");
        if (target.OpenIntent is { } intent)
        {
            screen.Line(new Piece(
                target.VerifyUntil is { } until
                    ? $"  being verified {Words.Until(until, now, "")}: #{intent.Id} {intent.Remedy ?? Words.Of(intent.Cause)}: {intent.Reason}"
                    : $"  under way: #{intent.Id} {intent.Remedy ?? Words.Of(intent.Cause)}: {intent.Reason}",
                Tone.Warn));
        }
        if (target.Refusal is { } refusal)
        {
            screen.Line(new Piece(
                $"  {refusal.Remedy ?? "a remedy"} is refused by the gate \"{Words.Of(refusal.Gate)}\" {Words.Until(refusal.Until, now, "until something changes")}: {refusal.Reason}",
                Tone.Warn));
        }
    }

    private static void WhatYouCanDo(Screen screen, TargetDto target)
    {
        Piece[][] lines = [.. Advice.For(target).Select(advice => (Piece[])[advice.Line, new Piece(advice.Meaning, Tone.Dim)])];
        if (lines.Length == 0)
            return;
        Heading(screen, "What you can do");
        screen.Table([], lines, indent: 2);
    }

    private static void Events(Screen screen, IReadOnlyList<HistoryEntryDto> recent)
    {
        if (recent.Count == 0)
            return;
        Heading(screen, "What happened (newest last)");
        screen.Table([], [.. recent.Take(MaxEvents).Reverse().Select(HistoryView.Row).Select(row => (Piece[])[row[0], row[1], row[3]])], indent: 2);
    }

    private static void Section(Screen screen, string title, IEnumerable<Piece> lines)
    {
        var isFirst = true;
        foreach (var line in lines)
        {
            if (isFirst)
                Heading(screen, title);
            isFirst = false;
            screen.Line(line);
        }
    }

    private static void Heading(Screen screen, string title)
    {
        screen.Line();
        screen.Line(new Piece(title, Tone.Strong));
    }
}
