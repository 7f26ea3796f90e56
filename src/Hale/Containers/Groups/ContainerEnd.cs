using System.Globalization;
using Hale.Core.Containers;

namespace Hale.Containers.Groups;

/// <summary>Says how a container came to its end, soon after: while an engine puts a container away, it does not answer about it.</summary>
internal static class ContainerEnd
{
    private const int Killed = 137;

    /// <summary>By what was known before, and what the event of its death says.</summary>
    /// <param name="engine">Its engine.</param>
    /// <param name="known">The container as it ran.</param>
    /// <param name="death">The event.</param>
    /// <param name="isOutOfMemory">An event said before that a process in it was killed for want of memory.</param>
    /// <param name="cancel">Ends the search for more.</param>
    public static async Task<string> DescribeAsync(ContainerEngine engine, ContainerDetails known, EngineEvent death, bool isOutOfMemory, CancellationToken cancel)
    {
        var words = ContainerEndReport.LastLinesAsync(engine, known, cancel);
        var code = int.TryParse(death.Attributes.GetValueOrDefault("exitCode"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        if (code == Killed && known.HostConfig.Memory > 0)
            isOutOfMemory |= await SaysOutOfMemoryAsync(engine, known, cancel);
        return ContainerEnding.Of(ContainerReading.Of(known, heedsHealth: false) with
        {
            Phase = ContainerPhase.Ended,
            ExitCode = code,
            IsOutOfMemory = isOutOfMemory && code == Killed,
            Ran = death.At - known.State.StartedAt,
            LastLines = await words,
        });
    }

    /// <summary>By asking the engine, some time after.</summary>
    public static async Task<string> DescribeAsync(ContainerEngine engine, ContainerDetails known, CancellationToken cancel)
    {
        try
        {
            return await ContainerReadiness.DescribeEndAsync(engine, known.Id, cancel);
        }
        catch (ContainerEngineException gone) when (gone.IsMissing)
        {
            return $"container {known.Name} was taken away";
        }
        catch (Exception trouble) when (trouble is ContainerEngineException or OperationCanceledException)
        {
            return $"container {known.Name} ended";
        }
    }

    private static async Task<bool> SaysOutOfMemoryAsync(ContainerEngine engine, ContainerDetails known, CancellationToken cancel)
    {
        try
        {
            return (await engine.Containers.InspectAsync(known.Id, cancel)).State.OomKilled;
        }
        catch (Exception trouble) when (trouble is ContainerEngineException or OperationCanceledException)
        {
            return false;
        }
    }
}
