using Hale.Core.Containers;

namespace Hale.Containers;

/// <summary>What the engine says of a container, in the words of the core. Pure.</summary>
internal static class ContainerReading
{
    /// <param name="container">What the engine said.</param>
    /// <param name="heedsHealth">Whether its own health check counts.</param>
    /// <param name="lines">The end of its log; null when not read.</param>
    public static ContainerFacts Of(ContainerDetails container, bool heedsHealth, IReadOnlyList<string>? lines = null)
    {
        var state = container.State;
        var phase = PhaseOf(state);
        var hasEnded = phase is ContainerPhase.Ended or ContainerPhase.Restarting;
        return new(container.Name.Length > 0 ? container.Name : container.Id, phase)
        {
            Image = container.Config.Image,
            Command = container.Command,
            ExitCode = hasEnded || (phase == ContainerPhase.Created && state.ExitCode != 0) ? state.ExitCode : null,
            IsOutOfMemory = state.OomKilled && hasEnded,
            Memory = container.HostConfig.Memory,
            Error = state.Error,
            Ran = hasEnded && state.FinishedAt is { } end && state.StartedAt is { } start ? end - start : null,
            Restarts = container.RestartCount,
            Health = heedsHealth ? HealthOf(container) : ContainerHealthFact.None,
            HealthFailures = state.Health?.FailingStreak ?? 0,
            HealthOutput = state.Health?.Log.LastOrDefault(each => each.ExitCode != 0)?.Output ?? "",
            Networks = [.. container.NetworkSettings.Networks.Where(each => each.Value.IPAddress.Length > 0).Select(each => each.Key)],
            LastLines = lines,
        };
    }

    private static ContainerPhase PhaseOf(ContainerState state) => state.Status switch
    {
        "restarting" => ContainerPhase.Restarting,
        "paused" => ContainerPhase.Paused,
        "running" when state.Running => ContainerPhase.Running,
        "created" or "configured" or "initialized" => ContainerPhase.Created,
        "exited" or "stopped" or "dead" or "removing" or "stopping" => ContainerPhase.Ended,
        _ => ContainerPhase.Unknown,
    };

    private static ContainerHealthFact HealthOf(ContainerDetails container)
    {
        var status = container.State.Health?.Status ?? "";
        if (status is "" or "none")
        {
            // Podman without systemd knows of the check and never carries it out.
            return container.Config.Healthcheck is { Test: [not "NONE", ..] } ? ContainerHealthFact.NotRun : ContainerHealthFact.None;
        }
        return status switch
        {
            "healthy" => ContainerHealthFact.Healthy,
            "unhealthy" => ContainerHealthFact.Unhealthy,
            _ => ContainerHealthFact.Starting,
        };
    }
}
