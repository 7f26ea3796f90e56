using System.Globalization;
using Hale.Core;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Processes;

namespace Hale.Containers;

/// <summary>What the state of a container means: a function of what the engine said, with a truth table in its tests.</summary>
internal static class ContainerFindings
{
    private const int LongestOutput = 200;

    /// <summary>Judges a container.</summary>
    /// <param name="container">What the engine said of it.</param>
    /// <param name="heedHealth">Whether its own health check counts.</param>
    /// <param name="now">The wall clock, for how long ago things were.</param>
    /// <param name="numbers">What is measured beside it.</param>
    public static ProbeResult Judge(ContainerDetails container, bool heedHealth, DateTimeOffset now, params ReadOnlySpan<Measurement> numbers)
    {
        var state = container.State;
        var who = $"container {container.Name} ({ShortId(container.Id)})";
        return state.Status switch
        {
            "running" or "" when state.Running => Running(container, who, heedHealth, now, numbers),
            "paused" => Proof($"{who} is paused", [.. numbers]),
            "restarting" => Ended($"{who} is about to be started again by the engine after it ended {Ending(state, now)}", numbers, state),
            "created" or "configured" or "initialized" => Proof(
                $"{who} was made and is not started{(state.Error.Length > 0 ? $": {OneLine.Of(state.Error, LongestOutput)}" : "")}", [.. numbers]),
            "removing" => Ended($"{who} is being removed", numbers, state),
            "exited" or "stopped" or "dead" => Ended($"{who} ended {Ending(state, now)}", numbers, state),
            _ => ProbeResult.Inconclusive($"{who} is in a state that Hale does not know: {state.Status}"),
        };
    }

    /// <summary>How a container ended: <c>with exit code 137 (SIGKILL), out of memory, 3s ago</c>.</summary>
    public static string Ending(ContainerState state, DateTimeOffset now)
    {
        var signal = state.ExitCode is > 128 and < 193 ? SignalName(state.ExitCode - 128) : null;
        var text = string.Create(CultureInfo.InvariantCulture, $"with exit code {state.ExitCode}");
        if (signal is not null)
            text += $" ({signal})";
        if (state.OomKilled)
            text += ", killed for want of memory";
        if (state.Error.Length > 0)
            text += $", {OneLine.Of(state.Error, LongestOutput)}";
        return state.FinishedAt is { } at && now >= at ? $"{text}, {Figures.Span(now - at)} ago" : text;
    }

    /// <summary>The beginning of an id, as engines show it.</summary>
    public static string ShortId(string id) => id.Length > 12 ? id[..12] : id;

    private static ProbeResult Running(ContainerDetails container, string who, bool heedHealth, DateTimeOffset now, ReadOnlySpan<Measurement> numbers)
    {
        var age = container.State.StartedAt is { } started ? now - started : World.ProvenAfter;
        // What has only just begun may be on its way to die. The clock of an engine elsewhere may be ahead of ours, and then nothing is known of the age.
        if (age >= TimeSpan.Zero && age < World.ProvenAfter)
            return ProbeResult.Inconclusive($"{who} has only just begun") with { Measurements = [.. numbers] };
        var runs = $"{who} runs for {Figures.Span(age < TimeSpan.Zero ? TimeSpan.Zero : age)}";
        Measurement[] measurements = [new("uptime", Math.Max(0, age.TotalSeconds), Unit.Seconds), .. numbers];
        var health = heedHealth ? container.State.Health : null;
        return health?.Status switch
        {
            "unhealthy" => Proof($"{who}: its own health check says unhealthy, {health.FailingStreak} failures in a row{LastWords(health)}", measurements),
            "starting" => ProbeResult.Inconclusive($"{runs}, and its own health check has not passed yet{LastWords(health)}") with { Measurements = measurements },
            "healthy" => ProbeResult.Pass($"{runs} and is healthy", measurements),
            _ => ProbeResult.Pass(runs, measurements),
        };
    }

    private static ProbeResult Ended(string evidence, ReadOnlySpan<Measurement> numbers, ContainerState state) =>
        Proof(evidence, [new("exit_code", state.ExitCode, Unit.None), .. numbers]);

    /// <summary>What the engine knows of a container is no sample: it need not be seen twice. Its own health check has failed several times in a row already.</summary>
    private static ProbeResult Proof(string evidence, Measurement[] measurements) => ProbeResult.Fail(evidence, measurements) with { IsProof = true };

    private static string LastWords(ContainerHealth health) => health.Log.Count > 0 && health.Log[^1] is { ExitCode: not 0 } last
        ? string.Create(CultureInfo.InvariantCulture, $"; the last: exit code {last.ExitCode}{(last.Output.Trim() is { Length: > 0 } words ? $": {OneLine.Of(words, LongestOutput)}" : "")}")
        : "";

    private static string? SignalName(int number) => number switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        _ => null,
    };
}
