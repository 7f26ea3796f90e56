namespace Hale.Config.Loading;

/// <summary>
/// Every key of the file that is not a kind's own: the one source of validation, of the editor's schema and of the reference in
/// <c>docs/configuration.md</c>.
/// </summary>
internal static class Keys
{
    private const double Day = 86_400;
    private const double Century = 36_500 * Day;

    public static readonly Key[] Root =
    [
        new("include", KeyType.TextList, "Further files with targets, groups, metrics, alarms and channels, from the folder of this file; a pattern such as `conf.d/*.yaml` takes all that it fits, sorted by name. No references here."),
        new("hale", KeyType.Section, "How Hale itself runs."),
        new("defaults", KeyType.Section, "What every check has unless it says otherwise."),
        new("healing", KeyType.Section, "The bounds of healing: those that every target has unless it says otherwise, and those over all targets together."),
        new("groups", KeyType.Section, "Targets that share a fate, by name, and the bounds across them."),
        new("metrics", KeyType.Section, "Names under which numbers are published, by namespace."),
        new("alarms", KeyType.Section, "Thresholds over time on metrics, and rules over other alarms, by name."),
        new("targets", KeyType.Section, "What is watched, by name.") { Required = true },
        new("tell", KeyType.Section, "Who is told: channels by name, and which of them hears of what."),
    ];

    public static readonly Key[] Daemon =
    [
        new("state", KeyType.Path, "Folder of the journal, the socket, the lock and the output of supervised processes.") { Default = ".hale" },
        new("listen", KeyType.Text, "Address of the HTTP API and the metrics, `HOST:PORT`; `off` for none. Off loopback a token is required.") { Default = "127.0.0.1:7411" },
        new("token", KeyType.Text, "Bearer token of the HTTP API that may do everything. Take it from `${HALE_TOKEN}` or `${file:/run/secrets/hale}` rather than writing it here."),
        new("tokens", KeyType.Section, "Further bearer tokens, by a name that the history tells them by."),
        new("rate", KeyType.Budget, "Requests that one client may send over TCP; beyond it they are turned away with 429. The unix socket has no such limit.") { Default = "600 per 1m" },
        new("otlp", KeyType.Section, "Where Hale's own figures and what checks measure are sent by OpenTelemetry's protocol. Default: nowhere."),
        new("containers", KeyType.Section, "Groups of containers: those that the HTTP API may bring up, and whether forgotten ones are taken away. Default: nothing is done about them."),
        new("plugins", KeyType.PathList, "Assemblies with further kinds of checks (see docs/adding-a-probe.md). They run as part of Hale, with all its rights."),
        new("keep_observations", KeyType.Duration, "How long each single observation is kept.") { Default = "24h", Min = 60, Max = Century },
        new("keep_history", KeyType.Duration, "How long transitions, intents and refusals are kept.") { Default = "455d", Min = 3600, Max = Century },
    ];

    public static readonly Key[] DaemonContainers =
    [
        new("engine", KeyType.Text, "Where the engine listens: `unix:///run/docker.sock`, `tcp://host:2375`. Default: `DOCKER_HOST`, or the usual sockets of Docker and Podman."),
        new("collect", KeyType.Duration, "Time between two looks for groups whose leases are over, and for what runs have left that ended without an end; both are taken away. Default: never.") { Min = 1, Max = Day },
        new("groups", KeyType.PathList, "Files of groups that may be brought up over the HTTP API, each by its name without the ending. Default: none."),
    ];

    public static readonly Key[] Otlp =
    [
        new("endpoint", KeyType.Url, "The receiver (OTLP over HTTP, protobuf): `http://collector:4318`; without a path, `/v1/metrics` is added.") { Required = true, Shorthand = true },
        new("headers", KeyType.TextMap, "Headers of each request, such as `{ Authorization: \"${OTLP_AUTH}\" }`."),
        new("every", KeyType.Duration, "Time between two exports.") { Default = "1m", Min = 1, Max = 3600 },
    ];

    public static readonly Key[] Token =
    [
        new("token", KeyType.Text, "The token. Take it from `${NAME}` or `${file:/run/secrets/name}` rather than writing it here.") { Required = true, Shorthand = true },
        new("role", KeyType.Choice, "`read`: may see everything. `push`: may send heartbeats and nothing else. `operate`: may do everything.") { Default = "read", Choices = ["read", "push", "operate"] },
    ];

    /// <summary>What a check inherits. No default for <c>grace</c>: that of a supervised process comes in between.</summary>
    public static readonly Key[] Defaults =
    [
        new("every", KeyType.Duration, "Time between the starts of two attempts.") { Default = "1m", Min = 0.05, Max = 30 * Day },
        new("timeout", KeyType.Duration, "Hard limit on one attempt.") { Default = "10s", Min = 0.01, Max = Day },
        new("fall", KeyType.Integer, "Failed attempts in a row that make a check impaired.") { Default = "2", Min = 1, Max = 1000 },
        new("rise", KeyType.Integer, "Passed attempts in a row that end an impairment.") { Default = "1", Min = 1, Max = 1000 },
        new("for", KeyType.Duration, "How long a run of failures must have lasted as well before it counts.") { Default = "0s", Max = 30 * Day },
        new("grace", KeyType.Duration, "After the start of a process, failures do not count for this long, or until the first pass. Default: none, and `process.grace` where Hale owns the process.") { Max = 30 * Day },
        new("flap", KeyType.Section, "When changes of the verdict are noise: `{ high: 30%, low: 25% }`."),
        new("tell", KeyType.TextList, "Channels that are told of a target unless it says otherwise. Default: those to which a route leads."),
    ];

    public static readonly Key[] Check =
    [
        new("every", KeyType.Duration, "Time between the starts of two attempts. Default: that of `defaults`, and at most a quarter of `within`.") { Min = 0.05, Max = 30 * Day },
        new("timeout", KeyType.Duration, "Hard limit on one attempt, kept from outside: what hangs is left behind. Default: that of `defaults`.") { Min = 0.01, Max = Day },
        new("fall", KeyType.Integer, "Failed attempts in a row that make the check impaired. Default: that of `defaults`; 1 for a pushed check.") { Min = 1, Max = 1000 },
        new("rise", KeyType.Integer, "Passed attempts in a row that end an impairment. Default: that of `defaults`.") { Min = 1, Max = 1000 },
        new("for", KeyType.Duration, "How long a run of failures must have lasted as well before it counts. Default: that of `defaults`.") { Max = 30 * Day },
        new("grace", KeyType.Duration, "After the start of a process, failures do not count for this long, or until the first pass. Default: `process.grace` where it is written, else that of `defaults`, else 10s where Hale owns the process. For a pushed check: how late a push may be; default none.") { Max = 30 * Day },
        new("stale", KeyType.Duration, "Evidence older than this says nothing any more. Default: three times `every` and a `timeout`.") { Max = 365 * Day },
        new("warn", KeyType.Level, "From this level on the check is degraded. Written in the unit of the measurement."),
        new("fail", KeyType.Level, "From this level on an attempt has failed. Written in the unit of the measurement."),
        new("measure", KeyType.Text, "Which of the probe's measurements `warn` and `fail` are about. Default: the kind's main one."),
        new("within", KeyType.Duration, "Without progress for longer than this the check fails. Only for kinds that report progress; for a pushed check, the time between two pushes.") { Min = 1, Max = 365 * Day },
        new("flap", KeyType.Section, "When changes of the verdict are noise. Default: that of `defaults`."),
    ];

    public static readonly Key[] Flap =
    [
        new("high", KeyType.Percent, "Weighted share of changes among the last 20 verdicts at which flapping begins.") { Default = "30%", Min = 1, Max = 100 },
        new("low", KeyType.Percent, "Share below which it ends; below `high`.") { Default = "25%", Min = 0, Max = 100 },
    ];

    /// <summary>The bounds of one target. Without defaults here: those of the fleet come in between.</summary>
    public static readonly Key[] Healing =
    [
        new("mode", KeyType.Choice, "`act`: Hale heals within its bounds. `approve`: a person approves each remedy first. `observe`: Hale shows what it would have done. `off`: Hale watches only. Default: `act`.") { Choices = ["act", "approve", "observe", "off"] },
        new("budget", KeyType.Budget, "Remedies on one target over time. First starts and what a person ordered are not counted. Default: `3 per 10m`."),
        new("cooldown", KeyType.Duration, "Pause after the first remedy of an episode; it doubles with every further one. Default: `10s`.") { Min = 0, Max = Day },
        new("cooldown_max", KeyType.Duration, "The longest pause that doubling leads to. Default: `5m`.") { Min = 0, Max = 7 * Day },
        new("jitter", KeyType.Percent, "Pauses are lengthened by up to this share, so that targets do not act in step. Default: `10%`.") { Min = 0, Max = 100 },
        new("stable", KeyType.Duration, "Well for this long ends an episode: the ladder and the pauses start again. Default: `5m`.") { Min = 1, Max = 30 * Day },
        new("approval_lasts", KeyType.Duration, "How long an approval stays good. Default: `15m`.") { Min = 1, Max = 30 * Day },
    ];

    /// <summary>The bounds over all targets together, beside those of <see cref="Healing"/> in the top-level section.</summary>
    public static readonly Key[] Fleet =
    [
        new("concurrent", KeyType.Integer, "Remedies under way at once, over all targets.") { Default = "4", Min = 1, Max = 10_000 },
        new("fleet_budget", KeyType.Budget, "Remedies over time, over all targets. Default: no limit beyond those of the targets."),
        new("stop_when_unhealthy", KeyType.Percent, "With more than this share of at least three judged targets unhealthy nothing is healed: the cause is elsewhere.") { Default = "50%", Min = 1, Max = 100 },
    ];

    public static readonly Key[] Group =
    [
        new("concurrent", KeyType.Integer, "Remedies under way in the group at once.") { Default = "1", Min = 1, Max = 10_000 },
        new("budget", KeyType.Budget, "Remedies in the group over time. Default: no limit beyond those of the targets."),
        new("stop_when_unhealthy", KeyType.Percent, "With more than this share of at least three judged members unhealthy nothing in the group is healed.") { Default = "50%", Min = 1, Max = 100 },
    ];

    public static readonly Key[] Target =
    [
        new("each_container", KeyType.Section, "Makes one target for each container that carries a label, named after this entry and the container: `shop.web-1`. Containers may come and go."),
        new("process", KeyType.Section, "A process that Hale owns: started, watched, restarted, and found again when Hale itself restarts."),
        new("group", KeyType.Text, "The group that it belongs to; named under `groups`."),
        new("depends_on", KeyType.TextList, "Targets that it cannot work without. While one of them is not well this one is not judged and not healed."),
        new("checks", KeyType.Section, "What is tried, by name."),
        new("gate", KeyType.Duration, "How long it may take to become ready after the start of its process, or of Hale where it has none. Until then its checks are tried quickly and failures do not count, and what depends on it is not started; then the first failure counts. A check with a `grace` of its own, and one that is pushed, is no part of it. Default: no gate.") { Min = 1, Max = Day },
        new("heal", KeyType.Section, "What is done when it is impaired: remedies in this order, each after the one before did not help. Default: `[restart]` where Hale owns the process, else nothing."),
        new("healing", KeyType.Section, "The bounds of healing for this target."),
        new("maintenance", KeyType.Section, "Recurring spans in which nothing is healed, and nobody is told that it fails; watching goes on."),
        new("tell", KeyType.TextList, "Channels that are told of it, named under `tell`. Default: those of `defaults`, else those to which a route leads."),
    ];

    public static readonly Key[] EachContainer =
    [
        new("label", KeyType.Text, "The label, `NAME` or `NAME=VALUE`.") { Required = true, Shorthand = true },
        .. Containers.ContainerSelector.EngineKeys,
    ];

    public static readonly Key[] Process =
    [
        new("command", KeyType.Command, "Program and arguments; no shell in between.") { Required = true, Shorthand = true },
        new("directory", KeyType.Path, "Working directory. Default: the folder of the configuration file.") { Default = "." },
        new("env", KeyType.TextMap, "Variables added to Hale's own environment."),
        new("stop", KeyType.Section, "How it is asked to stop."),
        new("output", KeyType.Section, "What is kept of its output."),
        new("grace", KeyType.Duration, "How long it may take to become well after a start: the `grace` of all its checks unless they say otherwise. Default: that of `defaults`, else 10s.") { Max = 30 * Day },
    ];

    public static readonly Key[] Stop =
    [
        new("signal", KeyType.Signal, "Signal to the process group.") { Default = "TERM" },
        new("grace", KeyType.Duration, "Time between that signal and KILL.") { Default = "10s", Max = Day },
    ];

    public static readonly Key[] Output =
    [
        new("max", KeyType.Bytes, "Size at which the output file is rotated.") { Default = "10MB", Min = 4096, Max = 1L << 40 },
        new("keep", KeyType.Integer, "Rotated files that are kept.") { Default = "5", Min = 0, Max = 1000 },
    ];

    public static readonly Key[] Rung =
    [
        new("tries", KeyType.Integer, "How often it may be tried in one episode before the next remedy. Default: that of the remedy, mostly 1.") { Min = 1, Max = 100 },
        new("when", KeyType.TextList, "Checks of the target whose failure calls for it. Default: any."),
        new("verify", KeyType.Duration, "Without a fresh good verdict within this time after the act, it did not help. Default: enough for the slowest of those checks to be tried and to pass, at least 30s.") { Min = 1, Max = Day },
        new("approve", KeyType.Flag, "A person must approve each use, whatever the mode.") { Default = "false" },
    ];

    /// <summary>What stands beside the channels in <c>tell</c>: no channel can have one of these names.</summary>
    public static readonly Key[] Tell =
    [
        new("wait", KeyType.Duration, "How long a condition has to last before it is told; what comes together meanwhile is one notice. What needs a person does not wait.") { Default = "10s", Max = Day },
        new("repeat", KeyType.Duration, "What is still bad, and was not acknowledged, is told again after this time. Default: not at all.") { Min = 60, Max = 30 * Day },
        new("routes", KeyType.Section, "Which channels hear of what, and when not. Default: every channel of everything."),
    ];

    /// <summary>What every channel has, beside the one key that says how it delivers.</summary>
    public static readonly Key[] Channel =
    [
        new("timeout", KeyType.Duration, "Hard limit on one attempt at a delivery.") { Default = "10s", Min = 0.1, Max = 600 },
        new("give_up", KeyType.Duration, "A notice that cannot be delivered for this long is given up: `hale status` and the other channels say so.") { Default = "24h", Min = 1, Max = 30 * Day },
    ];

    public static readonly Key[] Route =
    [
        new("to", KeyType.TextList, "The channels.") { Required = true },
        new("targets", KeyType.TextList, "Targets that it is for. Default, without `groups` and `alarms`: everything, Hale itself too."),
        new("groups", KeyType.TextList, "Groups whose members it is for."),
        new("alarms", KeyType.TextList, "Alarms that it is for."),
        new("severity", KeyType.Choice, "The least that it is for. `warning`: flapping and doubts too. `error`: what does not work. `critical`: what needs a person.") { Default = "warning", Choices = ["warning", "error", "critical"] },
        new("quiet", KeyType.Section, "Recurring spans, written as `maintenance`, in which only what is critical is told; the rest is told at their end."),
    ];

    public static readonly Key[] Metric =
    [
        new("of", KeyType.Text, "What it is of: `host/disk.used` (a measurement of a check), `web/http.took` (seconds), `web/http` (1 passed, 0 failed), `web` (1 healthy, 0 impaired).") { Required = true, Shorthand = true },
        new("dimensions", KeyType.TextMap, "Dimensions, by name; at most 30."),
    ];

    public static readonly Key[] Alarm =
    [
        new("metric", KeyType.Text, "The metric: a name under `metrics`, or `host/disk.used`, `web/http.took`, `web/http`, `web` as there."),
        new("above", KeyType.Level, "Breaching above this value. Written in the unit of the metric."),
        new("at_least", KeyType.Level, "Breaching at or above this value."),
        new("below", KeyType.Level, "Breaching below this value."),
        new("at_most", KeyType.Level, "Breaching at or below this value."),
        new("statistic", KeyType.Text, "How the samples of a period become a datapoint: `average`, `sum`, `minimum`, `maximum`, `count`, or a percentile such as `p95`.") { Default = "average" },
        new("period", KeyType.Duration, "Length of a period: `10s`, `20s`, `30s` or whole minutes. All periods together: at most a day, or seven days for periods of an hour or more.") { Default = "1m", Min = 10, Max = 7 * Day },
        new("datapoints", KeyType.Text, "How many of the last datapoints have to breach: `2 of 3`; `3` means `3 of 3`.") { Default = "1" },
        new("missing", KeyType.Choice, "What a period without data counts as: `missing` (without any the state is insufficient data), `ignore` (the state stays), `breaching`, `not_breaching`.") { Default = "missing", Choices = ["missing", "ignore", "breaching", "not_breaching"] },
        new("few_samples", KeyType.Choice, "For a percentile over fewer samples than mean something: `evaluate` them all the same, or `ignore` (the state stays).") { Default = "evaluate", Choices = ["evaluate", "ignore"] },
        new("when", KeyType.Text, "Instead of a metric, a rule over other alarms: `ALARM(a) AND NOT OK(b)`, with `INSUFFICIENT_DATA(c)`, `OR`, `TRUE`, `FALSE` and parentheses."),
        new("tell", KeyType.TextList, "Who is told about changes. Default: who is told about everything."),
        new("actions", KeyType.Flag, "Somebody is told about changes; without it the state moves all the same.") { Default = "true" },
        new("description", KeyType.Text, "For people."),
    ];

    public static readonly Key[] Maintenance =
    [
        new("days", KeyType.TextList, "Days on which it opens. Default: every day.") { Choices = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] },
        new("at", KeyType.TimeOfDay, "Time of day at which it opens.") { Required = true },
        new("for", KeyType.Duration, "How long it stays open; may cross midnight.") { Required = true, Min = 60, Max = 7 * Day },
        new("zone", KeyType.Text, "Time zone of days and time, such as `Europe/Berlin`. Default: that of the machine."),
    ];
}
