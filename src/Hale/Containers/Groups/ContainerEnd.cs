namespace Hale.Containers.Groups;

/// <summary>Says how a container came to its end whose death was not heard of.</summary>
internal static class ContainerEnd
{
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
}
