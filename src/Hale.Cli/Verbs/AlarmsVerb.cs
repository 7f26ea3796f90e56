using System.CommandLine;
using Hale.Cli.Views;
using Hale.Core.Alarming;
using Hale.Web.Contract;

namespace Hale.Cli.Verbs;

/// <summary><c>hale alarms</c> and <c>hale alarms history</c></summary>
internal static class AlarmsVerb
{
    public static Command Create(Surroundings surroundings) => new Verb(
        "alarms",
        "Show the alarms, those in alarm first",
        ("hale alarms", "states and why; exit code 1 when one is in alarm, 3 when one cannot tell"),
        ("hale alarms --json | jq '.alarms[] | select(.state == \"alarm\")'", "for scripts"),
        ("hale alarms history OrchestratorDown", "what one alarm did"))
    {
        History(surroundings),
    }.Does(surroundings, async call =>
    {
        using var daemon = call.Daemon();
        var alarms = await daemon.AlarmsAsync(call.Cancel);
        if (call.WantsJson)
            call.WriteJson(alarms, json => json.AlarmsDto);
        else
            AlarmsView.Write(call.Screen, alarms);
        return ExitCodeOf(alarms);
    });

    private static Verb History(Surroundings surroundings)
    {
        var name = Arguments.Optional("ALARM", "Only this alarm");
        var limit = new Option<int>("--limit", "-n") { Description = "At most so many, the newest. Default 50", HelpName = "COUNT", DefaultValueFactory = _ => 50 };
        return new Verb(
            "history",
            "Show how alarms changed, newest last",
            ("hale alarms history", "all of them"),
            ("hale alarms history OrchestratorDown -n 10", "the last ten changes of one"))
        {
            name,
            limit,
        }.Does(surroundings, async call =>
        {
            const int MaxPage = 1000;
            if (call.Get(limit) is < 1 or > MaxPage)
                throw new CommandException(ExitCode.Usage, $"--limit must be from 1 to {MaxPage}.");
            using var daemon = call.Daemon();
            var page = await daemon.AlarmHistoryAsync(call.Get(name), call.Get(limit), call.Cancel);
            var entries = page.Entries.Reverse().ToArray();
            if (!call.WantsJson)
                HistoryView.Write(call.Screen, entries);
            else
                foreach (var entry in entries)
                    call.WriteJsonLine(entry, json => json.HistoryEntryDto);
            return ExitCode.Good;
        });
    }

    private static int ExitCodeOf(AlarmsDto alarms) =>
        alarms.Alarms.Any(alarm => alarm.State == AlarmValue.Alarm) ? ExitCode.Bad
        : alarms.Doubt is not null || alarms.Alarms.Any(alarm => alarm.State == AlarmValue.InsufficientData) ? ExitCode.Unknown
        : ExitCode.Good;
}
