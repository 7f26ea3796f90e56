using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Probes;

internal static partial class Stages
{
    private static readonly Dictionary<string, string> Nowhere = [];

    /// <summary>A log with one error and without a panic: <c>app.log</c>.</summary>
    private static Task<Stage> Log(HaleRun run)
    {
        run.Write("app.log", "INFO ready\nERROR the queue is full\nINFO done\n");
        return Task.FromResult(new Stage(Nowhere));
    }
}
