using Hale.Config;

namespace Hale.Warming.Plans;

/// <summary>
/// Every key of a warm-up plan: the one source of its validation, of the editor's schema and of the tables in <c>docs/warm.md</c>.
/// </summary>
internal static class WarmKeys
{
    private const double Day = 86_400;

    public static readonly Key[] Root =
    [
        new("rehearse", KeyType.Section, "The command that is rehearsed, as its users start it.") { Required = true },
        new("evidence", KeyType.Section, "What must be seen before it counts as working: a list, all of it at the same time.") { Required = true },
        new("stop", KeyType.Section, "How it is stopped, as its users would. Default: SIGTERM."),
        new("clean", KeyType.Section, "Where the files that a rehearsal creates are removed afterwards. Default: nowhere."),
        new("prefetch", KeyType.Section, "What is read into memory before the first rehearsal. Default: the list that `hale warm --record` has written beside the plan, if there is one."),
        new("repeat", KeyType.Section, "Until when rehearsals are repeated."),
        new("report", KeyType.Section, "The row of a session to which the warm-up is reported. Default: none."),
        new("then", KeyType.Command, "What takes the place of `hale warm` once all is warm: a command, for example `[hale, run]`, which goes on watching. Default: nothing."),
        new("state", KeyType.Path, "Folder of the lock, and of verdicts that could not be delivered yet.") { Default = ".hale" },
    ];

    public static readonly Key[] Rehearse =
    [
        new("command", KeyType.Command, "Program and arguments; no shell in between.") { Required = true, Shorthand = true },
        new("directory", KeyType.Path, "Working directory. Default: the folder of the plan.") { Default = "." },
        new("env", KeyType.TextMap, "Variables added to the environment of `hale warm`."),
        new("within", KeyType.Duration, "All evidence must be there so long after the start, or the rehearsal has failed.") { Default = "60s", Min = 0.1, Max = Day },
        new("hold", KeyType.Duration, "How long it then goes on, with all evidence, before it is stopped.") { Default = "0s", Max = Day },
    ];

    /// <summary>A piece of evidence: exactly one of these.</summary>
    public static readonly Key[] Evidence =
    [
        new("files", KeyType.Section, "Files that appear and grow."),
        new("port", KeyType.Text, "`HOST:PORT`: takes connections. One that takes them before the start proves nothing, and fails the rehearsal."),
        new("url", KeyType.Section, "Answers with a good status. One that does so before the start proves nothing, and fails the rehearsal."),
        new("log", KeyType.Section, "A line that is written after the start."),
        new("process", KeyType.Section, "A living process of the tree that the command has begun, by the name of its program."),
        new("exec", KeyType.Command, "A command that exits with 0."),
    ];

    public static readonly Key[] Files =
    [
        new("path", KeyType.Path, "The files; `*`, `?` and `**` are wildcards. Only what was created or changed after the start counts, and one such file is enough.") { Required = true, Shorthand = true },
        new("min", KeyType.Bytes, "Fewer bytes than this are not enough.") { Default = "1", Min = 0 },
        new("grow", KeyType.Flag, "It must have grown between two looks. `false` for files that are written in one go.") { Default = "true" },
    ];

    public static readonly Key[] Url =
    [
        new("url", KeyType.Url, "The URL.") { Required = true, Shorthand = true },
        new("status", KeyType.TextList, "Good statuses: `200`, `2xx`, `200-299`.") { Default = "200" },
    ];

    public static readonly Key[] Log =
    [
        new("pattern", KeyType.Pattern, "A regular expression that the line matches somewhere.") { Required = true, Shorthand = true },
        new("file", KeyType.Path, "The file that it is written to. Default: the output of the command."),
    ];

    public static readonly Key[] Process =
    [
        new("name", KeyType.Text, "Name of its program or script, without folders.") { Required = true, Shorthand = true },
        new("count", KeyType.Integer, "So many of them at least.") { Default = "1", Min = 1, Max = 10_000 },
    ];

    public static readonly Key[] Stop =
    [
        new("signal", KeyType.Signal, "Signal that asks it to end; on Windows a console Ctrl+C, whatever stands here.") { Default = "TERM", Shorthand = true },
        new("to", KeyType.Choice, "Who gets the signal: `group`, as when somebody types Ctrl-C, or `process`, the command alone.") { Default = "group", Choices = ["group", "process"] },
        new("pid_file", KeyType.Path, "The process whose number stands in this file gets the signal instead. It is believed only if that process belongs to this very rehearsal."),
        new("command", KeyType.Command, "A command that ends it, instead of a signal. It must exit with 0."),
        new("command_within", KeyType.Duration, "Limit on that command.") { Default = "10s", Min = 0.1, Max = Day },
        new("grace", KeyType.Duration, "When anything of it is left so long after that, all of it is killed.") { Default = "15s", Min = 0, Max = Day },
        new("killed", KeyType.Choice, "What it means that something had to be killed: `fail` fails the rehearsal, `accept` only tells it.") { Default = "fail", Choices = ["fail", "accept"] },
    ];

    public static readonly Key[] Clean =
    [
        new("roots", KeyType.PathList, "Folders below which the files that the rehearsal has created are removed. What was there before the start is left, whatever happened to it.") { Required = true, Shorthand = true },
        new("files", KeyType.TextList, "Only files with names like these; `*` and `?` are wildcards. Others that were created are left and named.") { Default = "*" },
        new("within", KeyType.Duration, "Limit on the removal.") { Default = "30s", Min = 0.1, Max = Day },
    ];

    public static readonly Key[] Repeat =
    [
        new("limit", KeyType.Integer, "So many rehearsals at most; `1` for a single one, whatever its time.") { Default = "5", Min = 1, Max = 1000, Shorthand = true },
        new("last", KeyType.Integer, "Warm is what took alike in so many rehearsals, the last ones.") { Default = "2", Min = 2, Max = 100 },
        new("tolerance", KeyType.Percent, "They took alike when the longest was longer than the shortest by no more than this share of it.") { Default = "20%", Min = 0, Max = 1000 },
        new("slack", KeyType.Duration, "Or by no more than this.") { Default = "100ms", Max = Day },
        new("at_limit", KeyType.Choice, "What it means that the times still differ at the limit: `fail`, or `accept` for good enough.") { Default = "fail", Choices = ["fail", "accept"] },
    ];

    public static readonly Key[] Report =
    [
        new("store", KeyType.Text, "Where the row is: `sqlite:PATH`, from the folder of the plan, or `dynamodb:TABLE?region=REGION`.") { Required = true },
        new("session", KeyType.Text, "The session's id. Its row must exist: none is made.") { Required = true },
        new("role", KeyType.Text, "Which of the session's machines this is.") { Required = true },
        new("instance", KeyType.Text, "The id of this machine. A row that names another one for the role refuses the report. Default: it is not said."),
        new("within", KeyType.Duration, "How long the verdict is tried to be delivered when the store cannot be reached; then it is kept on disk.") { Default = "30s", Max = Day },
        new("spool", KeyType.Path, "Folder where it is kept. Default: that of `hale session deliver`."),
    ];
}
