using Hale.Config;
using Hale.Containers;
using Hale.Core.Model;

namespace Hale.Probes;

/// <summary>
/// <c>container</c>: whether a container runs, how it ended, what its own health check says and how often its engine started it anew. It keeps what the
/// engine's count of restarts was at the looks before, since a count that lasts for the life of the container says nothing of the last minutes.
/// </summary>
public sealed class ContainerProbe : IProbe
{
    private const int LooksForWhy = 4;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly bool heedHealth;
    private readonly RecentRestarts restarts;
    private long? startedAt;

    private ContainerProbe(Settings settings)
    {
        Selector = ContainerSelector.From(settings);
        heedHealth = settings.Text("health") != "ignore";
        restarts = new(settings.Duration("window") ?? TimeSpan.FromMinutes(10));
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "container",
        "Passes while a container of Docker or Podman runs and its own health check, if it has one, says healthy; fails with exit code and out-of-memory kill when it has ended, at once.",
        [
            .. ContainerSelector.Keys,
            new("health", KeyType.Choice, "Whether the container's own health check (HEALTHCHECK) counts: `heed` or `ignore`.") { Choices = ["heed", "ignore"], Default = "heed" },
            new("window", KeyType.Duration, "How long a restart by the engine counts as recent.") { Default = "10m", Min = 1, Max = 7 * 86400 },
        ],
        settings => new ContainerProbe(settings))
    {
        LevelOf = "recent_restarts", LevelUnit = Unit.Count,
        Measures =
        [
            new("recent_restarts", Unit.Count, "Restarts by the engine within `window`, as far as Hale has watched."),
            new("restarts", Unit.Count, "Restarts by the engine since a person started it."),
            new("uptime", Unit.Seconds, "How long it runs; only while it does.", Below: true),
            new("exit_code", Unit.None, "With what code it ended; only when it has."),
        ],
    };

    /// <summary>Which container.</summary>
    internal ContainerSelector Selector { get; }

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        ContainerDetails? container;
        try
        {
            container = await Selector.FindAsync(cancel);
            for (var looks = 0; looks < LooksForWhy && MayBeOutOfMemory(container, context.Time); looks++)
            {
                await Task.Delay(BetweenLooks, context.Time, cancel);
                container = await Selector.FindAsync(cancel);
            }
        }
        catch (ContainerEngineException trouble)
        {
            return ProbeResult.Inconclusive(trouble.Message);
        }
        if (container is null)
            return ProbeResult.Fail($"there is no {Selector}") with { IsProof = true };
        // The life that is judged is the one that was asked for: the next one is asked for as soon as the watch has seen it.
        if (!context.Incarnation.IsNone && ContainerLives.Of(container.Life) is var life && life != context.Incarnation)
            return ProbeResult.Inconclusive($"another life of {Selector} has begun: {life}");
        startedAt ??= context.Time.GetTimestamp();
        int recent;
        lock (restarts)
            recent = restarts.Look(container.Id, container.RestartCount, context.Time.GetElapsedTime(startedAt.Value));
        return ContainerFindings.Judge(
            container, heedHealth, context.Time.GetUtcNow(), new("recent_restarts", recent, Unit.Count), new("restarts", container.RestartCount, Unit.Count));
    }

    /// <summary>Docker hears of an out-of-memory kill apart from the end that it brings about, and often some milliseconds later.</summary>
    private static bool MayBeOutOfMemory(ContainerDetails? container, TimeProvider time) =>
        container is { HostConfig.Memory: > 0, State: { Running: false, ExitCode: 137, OomKilled: false, FinishedAt: { } ended } } && time.GetUtcNow() - ended < TimeSpan.FromSeconds(1);
}
