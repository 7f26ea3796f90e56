using System.Globalization;

namespace Hale.Containers.Groups;

/// <summary>Says how a container came to its end.</summary>
internal static class ContainerEnd
{
    private const int Lines = 3;

    /// <summary>One line: exit code, want of memory, image and command, its last words. What cannot be found out is left out.</summary>
    public static async Task<string> DescribeAsync(ContainerEngine engine, string id, CancellationToken cancel)
    {
        try
        {
            var details = await engine.Containers.InspectAsync(id, cancel);
            var log = await engine.Containers.LogAsync(id, new ContainerLogQuery { Tail = Lines, IsTerminal = details.Config.Tty }, cancel);
            var state = details.State;
            var how = state.Running ? "was ended and runs again"
                : string.Create(CultureInfo.InvariantCulture, $"exited with code {state.ExitCode}{(state.OomKilled ? ", killed for want of memory" : "")}{(state.Error.Length > 0 ? $", {state.Error}" : "")}");
            var words = log.Lines.Count == 0 ? "it had logged nothing" : $"its last words: {string.Join(" | ", log.Lines.Select(line => line.Text.Trim()))}";
            return $"container {details.Name} {how} (image {details.Config.Image}, command {details.Command}); {words}";
        }
        catch (ContainerEngineException gone) when (gone.IsMissing)
        {
            return $"container {id[..Math.Min(12, id.Length)]} was taken away";
        }
        catch (Exception trouble) when (trouble is ContainerEngineException or OperationCanceledException)
        {
            return $"container {id[..Math.Min(12, id.Length)]} ended";
        }
    }
}
