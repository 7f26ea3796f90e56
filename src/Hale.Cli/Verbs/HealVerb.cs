using System.CommandLine;
using Hale.Cli.Output;

namespace Hale.Cli.Verbs;

/// <summary><c>hale heal --dry-run</c></summary>
internal static class HealVerb
{
    public static Command Create(Surroundings surroundings)
    {
        var target = Arguments.Optional("TARGET", "Only this target");
        var dryRun = new Option<bool>("--dry-run") { Description = "Required: show it, do nothing" };
        return new Verb(
            "heal",
            "Show what the remedies would do now",
            ("hale heal --dry-run", "every target that has remedies"),
            ("hale heal --dry-run host", "for a clean-up: the files and their sum"))
        {
            target,
            dryRun,
        }.Does(surroundings, async call =>
        {
            if (!call.Get(dryRun))
                throw new CommandException(ExitCode.Usage, "Healing is the daemon's own decision. See what it would do with --dry-run, or order it yourself with 'hale restart TARGET'.");
            using var daemon = call.Daemon();
            var names = call.Get(target) is { } name
                ? [name]
                : (await daemon.StatusAsync(null, call.Cancel)).Targets.Where(each => each.Ladder.Count > 0).Select(each => each.Name).ToArray();
            foreach (var each in names)
            {
                var rehearsal = await daemon.RehearseAsync(each, call.Cancel);
                if (call.WantsJson)
                {
                    call.WriteJsonLine(rehearsal, json => json.RehearsalDto);
                    continue;
                }
                call.Screen.Line(new Piece(each, Tone.Strong), rehearsal.Rungs.Count == 0 ? ": no remedies, it is watched only" : "");
                foreach (var rung in rehearsal.Rungs)
                {
                    call.Screen.Line($"  {rung.Remedy}");
                    foreach (var line in rung.Lines)
                        call.Screen.Line($"    {line}");
                }
            }
            return ExitCode.Good;
        });
    }
}
