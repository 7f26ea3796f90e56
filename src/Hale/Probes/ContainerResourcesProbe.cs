using Hale.Config;
using Hale.Containers;
using Hale.Core.Model;

namespace Hale.Probes;

/// <summary><c>container_resources</c>: what a container uses of memory, processor and processes.</summary>
public sealed class ContainerResourcesProbe : IProbe
{
    private readonly ContainerSelector selector;

    private ContainerResourcesProbe(Settings settings) => selector = ContainerSelector.From(settings);

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "container_resources",
        "What a container uses, measured over about a second: memory and processor as shares of its limits, bytes, processes; judged by `warn` and `fail`.",
        ContainerSelector.Keys,
        settings => new ContainerResourcesProbe(settings))
    {
        LevelOf = "memory", LevelUnit = Unit.Percent,
        Measures =
        [
            new("memory", Unit.Percent, "Memory as a share of its limit, without file cache that was not used lately; without a limit, of the machine's memory."),
            new("memory_bytes", Unit.Bytes, "The same in bytes."),
            new("cpu", Unit.Percent, "Processor time as a share of its limit; without a limit, of one processor, so that four busy ones are 400 %."),
            new("processes", Unit.Count, "Processes and threads."),
        ],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        try
        {
            if (await selector.FindAsync(cancel) is not { } container)
                return ProbeResult.Inconclusive($"there is no {selector} to be measured");
            if (!container.State.Running)
                return ProbeResult.Inconclusive($"{selector} does not run, so it uses nothing");
            return Report(container, await EngineClients.Of(selector.Address).Containers.StatsAsync(container.Id, cancel));
        }
        catch (ContainerEngineException trouble)
        {
            return ProbeResult.Inconclusive(trouble.Message);
        }
    }

    private static ProbeResult Report(ContainerDetails container, ContainerStats stats)
    {
        var measurements = new List<Measurement>();
        var words = new List<string>();
        if (stats is { MemoryBytes: { } bytes, MemoryLimitBytes: { } limit })
        {
            var share = 100.0 * bytes / limit;
            measurements.Add(new("memory", share, Unit.Percent));
            measurements.Add(new("memory_bytes", bytes, Unit.Bytes));
            words.Add($"memory {Figures.Percent(share)} ({Figures.Bytes(bytes)} of {(container.HostConfig.Memory > 0 ? "" : "the machine's ")}{Figures.Bytes(limit)})");
        }
        if (stats.Cpus is { } cpus)
        {
            var allowed = Allowed(container.HostConfig);
            var share = 100 * cpus / (allowed ?? 1);
            measurements.Add(new("cpu", share, Unit.Percent));
            words.Add($"processor {Figures.Percent(share)} of {(allowed is { } limited ? Figures.Number(limited) : "one")}");
        }
        if (stats.Processes is { } processes)
        {
            measurements.Add(new("processes", processes, Unit.Count));
            words.Add($"{Figures.Number(processes)} processes");
        }
        return words.Count > 0
            ? ProbeResult.Pass(string.Join(", ", words), [.. measurements])
            : ProbeResult.Inconclusive($"the engine measured nothing of container {container.Name}");
    }

    /// <summary>The processors that it may use; null for no limit.</summary>
    private static double? Allowed(ContainerHostSettings host) => host.NanoCpus > 0 ? host.NanoCpus / 1e9
        : host.CpuQuota > 0 ? (double)host.CpuQuota / (host.CpuPeriod > 0 ? host.CpuPeriod : 100_000)
        : null;
}
