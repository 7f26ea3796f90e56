using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Probes;

/// <summary>Asks systemd for the state of a unit, of all units that a pattern names, or of the whole system.</summary>
public sealed class SystemdProbe : IBlockingProbe
{
    private const int OutputLimit = 64 << 10;

    private readonly CommandRunner runner;
    private readonly string[] argv;
    private readonly string manager;
    private readonly string? unit;
    private readonly string[] states;

    private SystemdProbe(CommandRunner runner, Settings settings)
    {
        this.runner = runner;
        (unit, states, manager) = (settings.Text("unit"), settings.List("state"), settings.Flag("user") ? "--user" : "--system");
        if (unit is null != settings.Flag("system"))
            throw new SettingsException("unit", unit is null ? "write the unit to look at, or system: true" : "is one unit, and system: true is all of them; make two checks of it");
        if (unit is null && states.Length > 0)
            throw new SettingsException("state", "is about a unit; the whole system is good only while it is running");
        // Only for timers: systemctl before version 249 does not know how to write a time as a number.
        string[] times = unit?.EndsWith(".timer", StringComparison.Ordinal) == true ? ["--timestamp=unix"] : [];
        argv = unit is null
            ? ["systemctl", manager, "is-system-running"]
            : ["systemctl", manager, "show", "--no-pager", .. times, "--property=Id,LoadState,ActiveState,SubState,NRestarts,Result,LastTriggerUSec", "--", unit];
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "systemd",
        "Passes while systemd says that a unit is active; fails when it is inactive, failed or being restarted. Inconclusive where systemd does not run.",
        [
            new Key("unit", KeyType.Text, "Name of the unit, such as `nginx.service`; without a suffix a service is meant. With `*` and `?` all loaded units that match are looked at.") { Shorthand = true },
            new Key("state", KeyType.TextList, "States that are good in place of `active`, as `systemctl show` names them in ActiveState or SubState: `exited`, `inactive`, `waiting`."),
            new Key("system", KeyType.Flag, "Look at the whole system rather than at a unit: fails when it is degraded, with the units that have failed.") { Default = "false" },
            new Key("user", KeyType.Flag, "Ask the service manager of the user that Hale runs as instead of the system's.") { Default = "false" },
        ],
        settings => new SystemdProbe(CommandRunner.Shared, settings))
    {
        LevelOf = "restarts", LevelUnit = Unit.Count,
        Measures =
        [
            new("restarts", Unit.Count, "How often systemd has restarted the service by itself; with wildcards, all of them together."),
            new("last_trigger", Unit.Seconds, "For a timer that has elapsed before: how long ago the last time was."),
            new("units", Unit.Count, "With wildcards: how many units match. With `system`: how many have failed."),
        ],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        var result = await RunAsync(argv, context, cancel);
        if (unit is not null)
        {
            // "System has not been booted with systemd", "Failed to connect to bus", no systemctl at all: all of them tell nothing about the unit.
            return result.IsSuccess ? JudgeAll(unit, result.Output, states, context.Time.GetUtcNow()) : Unknown(result);
        }
        // Its exit code is 1 for everything but "running".
        var state = result.Output.Trim();
        if (state is "" or "offline" or "unknown")
            return Unknown(result);
        if (state != "degraded")
            return JudgeSystem(state, "");
        var failed = await RunAsync(["systemctl", manager, "list-units", "--state=failed", "--plain", "--no-legend", "--no-pager"], context, cancel);
        return failed.IsSuccess ? JudgeSystem(state, failed.Output) : Unknown(failed);
    }

    /// <summary>Judges the state of the whole system; <paramref name="failed"/> is what <c>systemctl list-units --state=failed --plain</c> printed.</summary>
    internal static ProbeResult JudgeSystem(string state, string failed)
    {
        string[] units = [.. failed.Split('\n').Select(line => line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0).Select(words => words[0])];
        var count = new Measurement("units", units.Length, Unit.Count);
        return state switch
        {
            "running" => ProbeResult.Pass("the system is running", count),
            "degraded" => ProbeResult.Fail($"the system is degraded; failed: {Names(units)}", count),
            "maintenance" or "stopping" => ProbeResult.Fail($"the system is in state {state}", count),
            _ => ProbeResult.Inconclusive($"the system is in state {OneLine.Of(state, 60)}"),
        };
    }

    /// <summary>Judges what <c>systemctl show</c> printed: one block of <c>Name=value</c> for each unit, with empty lines in between.</summary>
    internal static ProbeResult JudgeAll(string unit, string output, string[] states, DateTimeOffset now)
    {
        if (!unit.AsSpan().ContainsAny('*', '?', '['))
            return Judge(unit, output, states, now);
        var results = output.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(block => (Id: Properties(block).GetValueOrDefault("Id", unit), Result: Judge(Properties(block).GetValueOrDefault("Id", unit), block, states, now)))
            .ToArray();
        if (results.Length == 0)
            return ProbeResult.Fail($"systemd has no unit loaded that matches {unit}", new Measurement("units", 0, Unit.Count));
        Measurement[] measurements =
        [
            new("restarts", results.Sum(each => each.Result.Measurements.Where(m => m.Name == "restarts").Sum(m => m.Value)), Unit.Count),
            new("units", results.Length, Unit.Count),
        ];
        foreach (var outcome in (Outcome[])[Outcome.Fail, Outcome.Inconclusive])
        {
            var bad = results.Where(each => each.Result.Outcome == outcome).ToArray();
            if (bad.Length > 0)
                return new ProbeResult(outcome, bad.Length == 1 ? bad[0].Result.Evidence : $"{bad.Length} of {results.Length} units: {Names([.. bad.Select(each => each.Result.Evidence)])}") { Measurements = measurements };
        }
        return ProbeResult.Pass($"{results.Length} units that match {unit} are as they should be", measurements);
    }

    /// <summary>Judges the properties of one unit, one <c>Name=value</c> a line.</summary>
    internal static ProbeResult Judge(string unit, string output, string[]? states = null, DateTimeOffset now = default)
    {
        var properties = Properties(output);
        var active = properties.GetValueOrDefault("ActiveState", "");
        var sub = properties.GetValueOrDefault("SubState", "");
        var evidence = $"{unit} is {active} ({sub})";
        if (properties.GetValueOrDefault("Result") is { Length: > 0 } last and not "success")
            evidence += $", result {last}";
        Measurement[] measurements = [.. Measure(properties, now)];
        if (states is { Length: > 0 } && active.Length > 0 && properties.GetValueOrDefault("LoadState") != "not-found")
        {
            return states.Contains(active) || states.Contains(sub) ? ProbeResult.Pass(evidence, measurements)
                : active == "activating" && !sub.StartsWith("auto-restart", StringComparison.Ordinal) ? ProbeResult.Inconclusive(evidence) with { Measurements = measurements }
                : ProbeResult.Fail($"{evidence}, not {string.Join(" or ", states)}", measurements);
        }
        return (properties.GetValueOrDefault("LoadState"), active, sub) switch
        {
            ("not-found", _, _) => ProbeResult.Fail($"systemd knows no unit {unit}"),
            (_, "active" or "reloading" or "refreshing", _) => ProbeResult.Pass(evidence, measurements),
            // The main process has died, and systemd waits before it starts it again.
            (_, "activating", "auto-restart" or "auto-restart-queued") => ProbeResult.Fail(evidence, measurements),
            (_, "inactive" or "failed" or "deactivating", _) => ProbeResult.Fail(evidence, measurements),
            // Starting is neither up nor down; a start that never ends goes stale.
            (_, "activating" or "maintenance", _) => ProbeResult.Inconclusive(evidence) with { Measurements = measurements },
            _ => ProbeResult.Inconclusive($"systemctl says nothing that can be understood about {unit}"),
        };
    }

    private static IEnumerable<Measurement> Measure(Dictionary<string, string> properties, DateTimeOffset now)
    {
        if (int.TryParse(properties.GetValueOrDefault("NRestarts"), NumberStyles.None, CultureInfo.InvariantCulture, out var restarts))
            yield return new("restarts", restarts, Unit.Count);
        // "@1732500000"; a timer that has not elapsed yet has none.
        if (properties.GetValueOrDefault("LastTriggerUSec") is ['@', .. var at] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
            yield return new("last_trigger", Math.Max(0, now.ToUnixTimeSeconds() - seconds), Unit.Seconds);
    }

    private static Dictionary<string, string> Properties(string output)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                properties[line[..equals]] = line[(equals + 1)..].Trim();
        }
        return properties;
    }

    private static string Names(string[] names) => OneLine.Of(string.Join(", ", names.Take(10)) + (names.Length > 10 ? $" and {names.Length - 10} more" : ""), 400);

    private Task<CommandResult> RunAsync(string[] command, ProbeContext context, CancellationToken cancel) =>
        runner.RunAsync(new Command { Argv = command, Timeout = context.Timeout, OutputLimit = OutputLimit }, context.Time, cancel);

    private static ProbeResult Unknown(CommandResult result) => ProbeResult.Inconclusive($"systemctl {result.Summary}: {OneLine.Of(result.Error.Length > 0 ? result.Error : result.Output, 300)}".TrimEnd(' ', ':'));
}
