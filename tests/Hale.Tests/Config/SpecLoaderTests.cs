using Hale.Config;
using Hale.Core.Model;
using Xunit;

namespace Hale.Tests.Config;

public sealed class SpecLoaderTests
{
    private static LoadResult Load(string yaml) => SampleKinds.Loader.LoadText(yaml, "hale.yaml", "/srv/app", name => name == "HOME" ? "/home/me" : null);

    private static Plan Good(string yaml)
    {
        var result = Load(yaml);
        Assert.True(result.Plan is not null, string.Join('\n', result.Errors));
        return result.Plan;
    }

    [Fact]
    public void The_sketch_of_the_design_is_read_as_it_is_meant()
    {
        var plan = Good(File.ReadAllText(CorpusFiles.Path("good/01-orchestrator.yaml")));
        var world = plan.World;

        Assert.Equal(["orchestrator", "host"], world.Targets.Select(target => target.Name));
        Assert.Equal(["orchestrator/process", "orchestrator/activity", "host/cpu", "host/memory", "host/disk"], Enumerable.Range(0, world.Checks.Length).Select(world.NameOf));
        Assert.Null(plan.Probes[0]);
        Assert.All(plan.Probes.Skip(1), probe => Assert.NotNull(probe));
        Assert.True(world.Targets[0].IsSupervised);
        Assert.Equal(TimeSpan.FromMinutes(10), world.Checks[1].Within);
        Assert.Equal(new Levels("used", 80, 95), world.Checks[2].Levels);
        Assert.Equal(new Budget(3, TimeSpan.FromMinutes(10)), world.Targets[1].Healing.Budget);
        Assert.Equal(["bash", "run-experiments.sh"], plan.Processes[0]!.Command);
        Assert.Equal("/srv/codec", plan.Processes[0]!.Directory);
        Assert.Equal(2, plan.Remedies[1].Count);
        Assert.Equal(0.5, world.Fleet.StopWhenUnhealthy);
    }
}
