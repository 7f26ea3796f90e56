using System.CommandLine;
using System.Globalization;
using Hale.Cli.Views;

namespace Hale.Cli.Verbs;

/// <summary><c>hale notices</c> and <c>hale notices retry</c></summary>
internal static class NoticesVerb
{
    public static Command Create(Surroundings surroundings)
    {
        var limit = new Option<int>("--limit", "-n") { Description = "So many of those delivered last. Default 10", HelpName = "COUNT", DefaultValueFactory = _ => 10 };
        return new Verb(
            "notices",
            "Show what people were told and are to be told",
            ("hale notices", "incidents, channels, what waits and what was given up"),
            ("hale notices -n 100 --json | jq '.recent[].proof'", "how it is known that they arrived"))
        {
            limit,
            Retry(surroundings),
        }.Does(surroundings, async call =>
        {
            if (call.Get(limit) is < 0 or > 1000)
                throw new CommandException(ExitCode.Usage, "--limit must be from 0 to 1000.");
            using var daemon = call.Daemon();
            var notices = await daemon.NoticesAsync(call.Get(limit), call.Cancel);
            if (call.WantsJson)
                call.WriteJson(notices, json => json.NoticesDto);
            else
                NoticesView.Write(call.Screen, notices);
            return notices.Dead.Count > 0 || notices.Channels.Any(channel => channel.Failures > 0) ? ExitCode.Bad : ExitCode.Good;
        });
    }

    private static Verb Retry(Surroundings surroundings)
    {
        var id = Arguments.Required("ID", "Number of the notice");
        return new Verb("retry", "Have a notice that was given up tried again", ("hale notices retry 17", "as if it were new")) { id }.Does(surroundings, async call =>
        {
            if (!long.TryParse(call.Get(id)!.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw new CommandException(ExitCode.Usage, "ID must be the number of a notice; 'hale notices' lists them.");
            using var daemon = call.Daemon();
            var accepted = await daemon.RetryNoticeAsync(number, call.Cancel);
            if (call.WantsJson)
                call.WriteJson(accepted, json => json.AcceptedDto);
            else
                call.Screen.Line(accepted.Message);
            return ExitCode.Good;
        });
    }
}
