using System.CommandLine;
using Hale.Manual;

namespace Hale.Cli.Manual;

/// <summary>Writes hale(1) from the command line itself.</summary>
internal static class CommandPage
{
    /// <param name="root">The command line.</param>
    /// <param name="version">Hale's version.</param>
    public static string Write(RootCommand root, string version)
    {
        var page = new Roff("hale", 1, $"Hale {version}");
        page.Section("NAME").Line("hale \\- watch what has to keep running, judge it by evidence, heal it within bounds");
        page.Section("SYNOPSIS").Line(".B hale").Line(".I VERB").Line("[\\fIARGUMENT\\fR] [\\fIOPTION\\fR ...]");
        page.Section("DESCRIPTION").Paragraph(CommandLine.Description).Paragraph("""
            `hale run` is the daemon; the other verbs ask it over a unix socket in its state folder, or work without one. What is watched stands in
            `hale.yaml`. Supervised processes outlive Hale: it can be stopped, upgraded and killed without touching them.
            """);
        page.Section("VERBS");
        foreach (var verb in root.Subcommands.Where(verb => !verb.Hidden))
            WriteVerb(page, verb);
        page.Section("COMMON OPTIONS");
        foreach (var option in root.Options.Where(option => !option.Hidden))
            WriteOption(page, option);
        page.Section("EXIT STATUS")
            .Item("0", "Good: what was asked for is so, or was done.")
            .Item("1", "What was looked at is bad, or what was asked for was refused.")
            .Item("2", "Wrong usage or configuration.")
            .Item("3", "Could not tell: no daemon, no answer, no evidence.");
        page.Section("ENVIRONMENT")
            .Item("HALE_CONFIG", "The configuration file, when `--config` does not name one.")
            .Item("HALE_URL, HALE_TOKEN", "The API of a Hale on another machine, which is asked instead of the one here unless `--socket` or `--config` is given, and a token of it.")
            .Item("NO_COLOR", "When it is not empty, output has no colours.")
            .Item("NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID", "Set by systemd for a service of type notify: `hale run` says when it is ready, when it stops, and, while its loop moves, that it lives.");
        page.Section("FILES")
            .Item("/etc/hale/hale.yaml", "The configuration of the service.")
            .Item("/etc/default/hale", "Variables of the service, for secrets in the configuration.")
            .Item("/var/lib/hale", "The state folder of the service; without one named, `.hale` beside the configuration.")
            .Item("STATE/journal.db", "The journal: facts, history and intents, an SQLite database.")
            .Item("STATE/hale.sock", "The socket at which the daemon answers, for its own user only.");
        page.Section("SIGNALS")
            .Item("SIGTERM, SIGINT", "The first stops `hale run` cleanly, and supervised processes keep running; the second ends it at once.")
            .Item("SIGHUP", "Has `hale run` read its configuration again, as `hale reload` does.");
        page.Section("SEE ALSO").Line(".BR hale.yaml (5),").Line(".BR systemd.service (5)");
        return page.ToString();
    }

    private static void WriteVerb(Roff page, Command command)
    {
        var arguments = command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $" [{argument.Name}]" : $" {argument.Name}");
        page.Part($"{HelpPage.Path(command)}{string.Concat(arguments)}").Paragraph($"{command.Description}.");
        if (command is Verb { Notes: { } notes })
            page.Paragraph(notes);
        foreach (var argument in command.Arguments.Where(argument => argument.Description is { Length: > 0 }))
            page.Item(argument.Name, $"{argument.Description}.");
        foreach (var option in command.Options.Where(option => !option.Hidden))
            WriteOption(page, option);
        if (command is Verb { Examples.Count: > 0 } verb)
            page.Verbatim(string.Join('\n', verb.Examples.Select(example => example.Meaning.Length == 0 ? example.Line : $"{example.Line}\n    {example.Meaning}")));
        foreach (var sub in command.Subcommands.Where(sub => !sub.Hidden))
            WriteVerb(page, sub);
    }

    private static void WriteOption(Roff page, Option option)
    {
        var names = string.Join(", ", option.Aliases.Append(option.Name).Where(name => name.StartsWith('-')).Distinct().OrderBy(name => name.Length));
        page.Item(option.HelpName is { } value ? $"{names} {value}" : names, $"{option.Description}.");
    }
}
