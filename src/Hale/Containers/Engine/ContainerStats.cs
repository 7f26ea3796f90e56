using System.Text.Json.Serialization;

namespace Hale.Containers;

/// <summary>What a container uses.</summary>
/// <param name="Cpus">Processors, over about a second: 0.5; null when it does not run.</param>
/// <param name="MemoryBytes">Memory without what the kernel can take back at once (file cache not used lately); null when it does not run.</param>
/// <param name="MemoryLimitBytes">Its limit, or the machine's memory; null when it does not run.</param>
/// <param name="Processes">Processes and threads; null when it does not run or the engine does not say.</param>
public sealed record ContainerStats(double? Cpus, long? MemoryBytes, long? MemoryLimitBytes, long? Processes);

internal sealed record StatsBody
{
    [JsonPropertyName("read")]
    [JsonConverter(typeof(EngineTime))]
    public DateTimeOffset? Read { get; init; }

    [JsonPropertyName("preread")]
    [JsonConverter(typeof(EngineTime))]
    public DateTimeOffset? ReadBefore { get; init; }

    [JsonPropertyName("cpu_stats")]
    public CpuBody? Cpu { get; init; }

    [JsonPropertyName("precpu_stats")]
    public CpuBody? CpuBefore { get; init; }

    [JsonPropertyName("memory_stats")]
    public MemoryBody? Memory { get; init; }

    [JsonPropertyName("pids_stats")]
    public PidsBody? Pids { get; init; }

    /// <summary>Whether it was read while the container ran, and not compared with a reading before.</summary>
    [JsonIgnore]
    public bool IsFirst => Cpu?.Usage?.Total > 0 && CpuBefore?.Usage?.Total is null or 0;

    /// <summary>This reading, compared with an earlier one unless it is compared already.</summary>
    public StatsBody After(StatsBody before) => IsFirst ? this with { CpuBefore = before.Cpu, ReadBefore = before.Read } : this;

    public ContainerStats ToStats() => new(Cpus(), Memory?.InUse(), Memory?.Limit is > 0 ? (long)Math.Min(Memory.Limit.Value, long.MaxValue) : null, Pids?.Current is > 0 ? Pids.Current : null);

    private double? Cpus()
    {
        if (Cpu?.Usage?.Total is not { } now || CpuBefore?.Usage?.Total is not { } before || before == 0 || now < before)
            return null;
        if (Cpu.System is { } systemNow && CpuBefore.System is { } systemBefore && systemNow > systemBefore && Cpu.Online is > 0 and var online)
            return (double)(now - before) / (systemNow - systemBefore) * online;
        return Read - ReadBefore is { Ticks: > 0 } span ? (now - before) / (span.Ticks * 100.0) : null;
    }
}

internal sealed record CpuBody(
    [property: JsonPropertyName("cpu_usage")] CpuUsageBody? Usage,
    [property: JsonPropertyName("system_cpu_usage")] ulong? System,
    [property: JsonPropertyName("online_cpus")] int? Online);

internal sealed record CpuUsageBody([property: JsonPropertyName("total_usage")] ulong? Total);

internal sealed record PidsBody([property: JsonPropertyName("current")] long? Current);

internal sealed record MemoryBody(
    [property: JsonPropertyName("usage")] ulong? Usage,
    [property: JsonPropertyName("limit")] ulong? Limit,
    [property: JsonPropertyName("stats")] IReadOnlyDictionary<string, ulong>? Stats)
{
    // As the engines' own tools count: control groups of version 1 say total_inactive_file, of version 2 inactive_file.
    public long? InUse()
    {
        if (Usage is not { } usage)
            return null;
        ulong idle = 0;
        if (Stats is not null && (Stats.TryGetValue("total_inactive_file", out idle) || Stats.TryGetValue("inactive_file", out idle)) && idle > usage)
            idle = 0;
        return (long)(usage - idle);
    }
}
