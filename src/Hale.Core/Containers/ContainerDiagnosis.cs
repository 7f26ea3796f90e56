using System.Globalization;
using Hale.Core.Model;
using Hale.Core.Readiness;

namespace Hale.Core.Containers;

/// <summary>
/// Why a container is not ready, from how it is, what attempts came to, and what listens inside. What lies deepest is named: that it has ended before
/// that its port is refused.
/// </summary>
public static class ContainerDiagnosis
{
    private const int ShownPorts = 8;

    /// <summary>Finds the cause.</summary>
    /// <param name="facts">What the engine says by now; null when it does not say.</param>
    /// <param name="question">What was asked for.</param>
    /// <param name="attempt">How the last attempt that reached for its port came out.</param>
    /// <param name="timeline">What the attempts came to.</param>
    /// <param name="inside">What listens inside; null when that could not be seen.</param>
    public static ContainerFinding Of(ContainerFacts? facts, ContainerQuestion question, ContainerAttempt attempt, IReadOnlyList<GateEpisode> timeline, IReadOnlyList<ContainerListener>? inside)
    {
        if (facts is null)
            return new(ContainerCause.EngineAway, "how it is could not be told: the engine does not say");
        return OfState(facts) ?? OfLoop(facts) ?? OfNetwork(facts, question) ?? OfHealth(facts) ?? OfAttempt(question, attempt, timeline, inside) ?? OfStart(facts)
            ?? new(ContainerCause.Unknown, "it runs, and nothing more is known");
    }

    /// <summary>What stands in the way of readiness before its port is asked; null for nothing.</summary>
    public static ContainerFinding? Obstacle(ContainerFacts facts, ContainerQuestion question) => OfState(facts) ?? OfNetwork(facts, question) ?? OfHealth(facts) ?? OfStart(facts);

    private static ContainerFinding? OfState(ContainerFacts facts) => facts.Phase switch
    {
        ContainerPhase.Missing => new(ContainerCause.Missing, $"there is no container {facts.Name}"),
        ContainerPhase.Created => new(ContainerCause.NotStarted, ContainerEnding.NotStarted(facts)),
        ContainerPhase.Ended => new(ContainerCause.Ended, ContainerEnding.Of(facts)),
        ContainerPhase.Restarting => new(ContainerCause.RestartLoop, $"{ContainerEnding.Of(facts)}; its restart policy has started it anew {Times(facts.Restarts)}"),
        ContainerPhase.Paused => new(ContainerCause.Paused, "it is paused"),
        ContainerPhase.Unknown => new(ContainerCause.Unknown, "the engine says nothing of its state that is known here"),
        _ => null,
    };

    private static ContainerFinding? OfLoop(ContainerFacts facts) => facts.Restarts == 0 ? null
        : new(ContainerCause.RestartLoop, $"it ends again and again: its restart policy has started it anew {Times(facts.Restarts)}; {ContainerWords.Last(facts.LastLines)}");

    private static ContainerFinding? OfStart(ContainerFacts facts) => facts.Health != ContainerHealthFact.Starting ? null
        : new(ContainerCause.StillStarting, $"it runs, and its own health check has not passed yet{Printed(facts)}");

    private static ContainerFinding? OfNetwork(ContainerFacts facts, ContainerQuestion question)
    {
        if (question.Network is not { } network || facts.Networks.Contains(network))
            return null;
        return new(ContainerCause.WrongNetwork, facts.Networks.Count == 0
            ? $"it has no address in network {network}, nor in any other"
            : $"it has no address in network {network}, but in {string.Join(", ", facts.Networks.Take(ShownPorts))}");
    }

    private static ContainerFinding? OfHealth(ContainerFacts facts) => facts.Health switch
    {
        ContainerHealthFact.Unhealthy => new(ContainerCause.Unhealthy, string.Create(CultureInfo.InvariantCulture, $"its own health check has failed {Times(facts.HealthFailures)} in a row{Printed(facts)}")),
        ContainerHealthFact.NotRun => new(ContainerCause.HealthNotRun, "it has a health check of its own, but its engine does not carry it out (Podman does by timers of systemd)"),
        _ => null,
    };

    private static ContainerFinding? OfAttempt(ContainerQuestion question, ContainerAttempt attempt, IReadOnlyList<GateEpisode> timeline, IReadOnlyList<ContainerListener>? inside)
    {
        if (question.Port is not { } port)
            return null;
        if (attempt == ContainerAttempt.Refused)
            return Refused(port, inside);
        // Not for a refusal: there what listens by now says more.
        if (timeline.Where(each => each.Outcome is Outcome.Pass or Outcome.Warn).Sum(each => each.Count) is > 0 and var passes)
            return new(ContainerCause.Flapping, string.Create(CultureInfo.InvariantCulture, $"it passed {Times(passes)} of {timeline.Sum(each => each.Count)}, and not often enough in a row"));
        return attempt switch
        {
            ContainerAttempt.Unreachable => new(ContainerCause.Unreachable, $"no connection comes about{(inside is null ? "" : $"; inside, {Listens(port, inside)}")}"),
            ContainerAttempt.NameUnknown => new(ContainerCause.NameUnknown, "the name does not resolve"),
            ContainerAttempt.Silent => new(ContainerCause.NeverAnswers, $"it takes connections on port {port} and never answers"),
            ContainerAttempt.Unfinished => new(ContainerCause.NeverFinishes, $"its answers on port {port} begin and do not end"),
            ContainerAttempt.Broken => new(ContainerCause.HangsUp, $"it takes connections on port {port} and closes them without an answer{(inside is null || IsServed(port, inside) ? "" : $": behind the published port {Listens(port, inside)}")}"),
            ContainerAttempt.OtherStatus => new(ContainerCause.OtherStatus, $"it answers on port {port}, but with another status than is wanted"),
            _ => null,
        };
    }

    private static ContainerFinding Refused(int port, IReadOnlyList<ContainerListener>? inside)
    {
        if (inside is null)
            return new(ContainerCause.Refused, "what listens inside could not be seen from here");
        if (IsServed(port, inside))
            return new(ContainerCause.Refused, $"port {port} is listened on by now");
        var there = inside.Where(each => each.Port == port).ToList();
        return there.Count > 0 && there.TrueForAll(each => each.IsLoopback)
            ? new(ContainerCause.LoopbackOnly, $"inside, port {port} is listened on at {string.Join(", ", there.Select(each => each.Address).Distinct())} only, which nobody else reaches; it should listen on 0.0.0.0")
            : new(ContainerCause.NothingListens, $"inside, {Listens(port, inside)}");
    }

    private static bool IsServed(int port, IReadOnlyList<ContainerListener> inside) => inside.Any(each => each.Port == port && !each.IsLoopback);

    private static string Listens(int port, IReadOnlyList<ContainerListener> inside)
    {
        if (inside.Count == 0)
            return "nothing listens on any port";
        var ports = inside.OrderBy(each => each.Port).Select(each => each.IsEverywhere ? each.Port.ToString(CultureInfo.InvariantCulture)
            : each.Address.Contains(':') ? $"[{each.Address}]:{each.Port}" : $"{each.Address}:{each.Port}").Distinct().ToList();
        var shown = string.Join(", ", ports.Take(ShownPorts)) + (ports.Count > ShownPorts ? ", …" : "");
        return inside.Any(each => each.Port == port) ? $"it listens on {shown}" : $"nothing listens on port {port}, but on {shown}";
    }

    private static string Printed(ContainerFacts facts) => facts.HealthOutput.Length > 0 ? $", the last time with: {ContainerWords.Printable(facts.HealthOutput)}" : "";

    private static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");
}
