using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Running;

public sealed class OneRoundTests
{
    [Fact]
    public async Task Nothing_is_said_to_have_been_so_since_before_the_round()
    {
        using var scratch = new Scratch();
        // A process that nobody has started is not looked at, and a file that is missing is.
        var plan = new SpecLoader().LoadText("targets: { worker: { process: [sleep, 1d] }, file: { checks: { file: nowhere } } }", "hale.yaml", scratch.Path, _ => null).Plan!;
        var began = Instant.From(DateTimeOffset.UtcNow);
        var snapshot = await OneRound.RunAsync(plan, TimeProvider.System, target: null, CancellationToken.None);
        Assert.Equal([Health.Initializing, Health.Impaired], snapshot.Targets.Select(target => target.Health));
        Assert.All(snapshot.Targets, target => Assert.True(target.Since >= began, $"{target.Name} since {target.Since}"));
        Assert.All(snapshot.Targets.SelectMany(target => target.Checks), check => Assert.True(check.Since >= began, $"{check.Name} since {check.Since}"));
    }
}
