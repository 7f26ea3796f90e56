using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Probes;

internal static partial class Stages
{
    /// <summary>The assembly of <c>samples/adding-a-probe</c> beside the sample.</summary>
    private static async Task<Stage> Sample(HaleRun run)
    {
        var sample = new SampleAssembly();
        await sample.InitializeAsync();
        sample.CopyTo(run.Folder);
        return new(new Dictionary<string, string>(), sample);
    }
}
