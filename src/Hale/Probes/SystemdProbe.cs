using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Probes;

/// <summary>Asks systemd for the state of a unit.</summary>
public sealed class SystemdProbe : IBlockingProbe
{
    private readonly CommandRunner runner;
    private readonly string[] argv;
    private readonly string unit;

    private SystemdProbe(CommandRunner runner, Settings settings)
    {
        this.runner = runner;
        unit = settings.Text("unit")!;
        argv =
        [
            "systemctl", settings.Flag("user") ? "--user" : "--system", "show", "--no-pager",
            "--property=LoadState,ActiveState,SubState,NRestarts,Result", "--", unit,
        ];
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "systemd",
        "Passes while systemd says that a unit is active; fails when it is inactive, failed or being restarted. Inconclusive where systemd does not run.",
        [
            new Key("unit", KeyType.Text, "Name of the unit, such as `nginx.service`; without a suffix a service is meant.") { Required = true, Shorthand = true },
            new Key("user", KeyType.Flag, "Ask the service manager of the user that Hale runs as instead of the system's.") { Default = "false" },
        ],
        settings => new SystemdProbe(CommandRunner.Shared, settings));

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        var result = await runner.RunAsync(new Command { Argv = argv, Timeout = context.Timeout, OutputLimit = 4 << 10 }, context.Time, cancel);
        // "System has not been booted with systemd", "Failed to connect to bus", no systemctl at all: all of them tell nothing about the unit.
        return result.IsSuccess ? Judge(unit, result.Output) : ProbeResult.Inconclusive($"systemctl {result.Summary}: {OneLine.Of(result.Error, 300)}".TrimEnd(' ', ':'));
    }

    /// <summary>Judges the properties that <c>systemctl show</c> printed, one <c>Name=value</c> a line.</summary>
    internal static ProbeResult Judge(string unit, string output)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                properties[line[..equals]] = line[(equals + 1)..].Trim();
        }
        var active = properties.GetValueOrDefault("ActiveState", "");
        var sub = properties.GetValueOrDefault("SubState", "");
        var evidence = $"{unit} is {active} ({sub})";
        if (properties.GetValueOrDefault("Result") is { Length: > 0 } last and not "success")
            evidence += $", result {last}";
        Measurement[] measurements = int.TryParse(properties.GetValueOrDefault("NRestarts"), NumberStyles.None, CultureInfo.InvariantCulture, out var restarts)
            ? [new("restarts", restarts, Unit.Count)]
            : [];

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
}
