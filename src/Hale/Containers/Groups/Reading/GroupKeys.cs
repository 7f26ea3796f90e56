using Hale.Config;
using Hale.Core.Containers;

namespace Hale.Containers.Groups.Reading;

/// <summary>Every key of a group's file: the one source of its validation, of its schema and of the tables in <c>docs/groups.md</c>.</summary>
internal static class GroupKeys
{
    private const double Day = 86_400;

    private static readonly string Kinds = string.Join(", ", ContainerGroupKind.All.Select(kind => $"`{kind.Name}` {kind.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}"));

    public static readonly Key[] Root =
    [
        new("session", KeyType.Text, "Whose group it is: any text. The same session is the same group. Default: the path of the file."),
        new("lease", KeyType.Duration, "How long the group stands when nobody holds it, counted from the last `hale up`. Default: until it is taken down.") { Min = 1, Max = 3650 * Day },
        new("pull", KeyType.Choice, "When images are fetched: `missing` when they are not here, `always` before each start, `never`.") { Choices = ["missing", "always", "never"], Default = "missing" },
        new("networks", KeyType.Section, "Networks, by name. Default: one, in which all members are."),
        new("volumes", KeyType.Section, "Volumes, by name."),
        new("members", KeyType.Section, "The members, by name. Others in the group reach a member by this name.") { Required = true },
    ];

    public static readonly Key[] Network =
    [
        new("internal", KeyType.Flag, "No way out of the machine.") { Default = "false" },
        new("external", KeyType.Text, "The engine's name of a network that others made; it is used, never made and never removed."),
    ];

    public static readonly Key[] Volume =
    [
        new("seed", KeyType.Section, "What it is filled with before anybody uses it. Default: nothing."),
        new("keep", KeyType.Flag, "It outlives the group: only `hale down --volumes` removes it.") { Default = "false" },
    ];

    public static readonly Key[] Seed =
    [
        new("folder", KeyType.Path, "A folder of this machine, whose content is copied."),
        new("image", KeyType.Text, "An image to fill from."),
        new("path", KeyType.Text, "The folder of the image that is copied; with `command`, where the volume is mounted while it runs."),
        new("command", KeyType.Command, "A command of the image that fills the volume. Exit code 0 means that it is complete."),
    ];

    public static readonly Key[] Member =
    [
        new("kind", KeyType.Choice, $"Sets the port, and that it is asked by HTTP at `/`: {Kinds}.") { Choices = [.. ContainerGroupKind.All.Select(kind => kind.Name)] },
        new("image", KeyType.Text, "The image.") { Required = true },
        new("pull", KeyType.Choice, "When its image is fetched. Default: that of the group.") { Choices = ["missing", "always", "never"] },
        new("command", KeyType.Command, "The command. Default: the image's."),
        new("entrypoint", KeyType.Command, "The entry point. Default: the image's."),
        new("env", KeyType.TextMap, "Variables added to the image's."),
        new("port", KeyType.Integer, "The port at which it serves. Default: that of its kind; without a kind, none.") { Min = 1, Max = 65_535 },
        new("path", KeyType.Text, "Where it is asked by HTTP whether it is ready. Default: `/` for a kind, otherwise it has to take a connection."),
        new("replicas", KeyType.Integer, "Containers alike.") { Default = "1", Min = 1, Max = 100 },
        new("depends_on", KeyType.TextList, "Members that must be ready before it is started."),
        new("networks", KeyType.TextList, "The networks it is in; its address is that in the first. Default: all of the group."),
        new("mounts", KeyType.TextList, "What is mounted: `volume:/where`, `./folder:/where`, with `:ro` behind it to be read only."),
        new("publish", KeyType.TextList, "Ports published on the engine's machine: `80` at a port that the engine chooses, `8080:80`, `127.0.0.1:8080:80`."),
        new("probe", KeyType.Section, "What proves that it is ready, and how long it has."),
        new("memory", KeyType.Bytes, "Limit of memory, without swap.") { Min = 6 << 20, Max = 1L << 50 },
        new("cpus", KeyType.Number, "Limit of processor time, in processors.") { Min = 0.01, Max = 10_000 },
        new("user", KeyType.Text, "User, or `user:group`, by name or number. Default: the image's."),
        new("grace", KeyType.Duration, "How long it has to end by itself when the group is taken down, in whole seconds.") { Default = "10s", Min = 0, Max = 60 },
    ];

    public static readonly Key[] Probe =
    [
        new("with", KeyType.Choice, "`http`: it answers with a good status. `tcp`: it takes a connection. `running`: it runs, and its own health check, if it has one, is content. Default: `http` with a kind or a path, `tcp` with a port, otherwise `running`.") { Choices = ["http", "tcp", "running"] },
        new("status", KeyType.TextList, "The good statuses: `200`, `2xx`, `200-399`.") { Default = "200" },
        new("timeout", KeyType.Duration, "How long it has from its start; then it has failed.") { Default = "60s", Min = 0.1, Max = Day },
        new("attempt_timeout", KeyType.Duration, "Limit of one attempt.") { Default = "5s", Min = 0.01, Max = 3600 },
        new("interval", KeyType.Duration, "The longest pause between two attempts; the first follow each other quickly.") { Default = "1s", Min = 0.001, Max = 3600 },
        new("successes", KeyType.Integer, "So many attempts must pass in a row.") { Default = "1", Min = 1, Max = 1000 },
    ];
}
