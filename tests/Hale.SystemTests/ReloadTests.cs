using Hale.Core.Model;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>The shipped executable reads its configuration again.</summary>
public sealed class ReloadTests
{
    private const string Sleeper = "targets:\n  sleeper:\n    process: { command: [sleep, \"1000\"] }\n";
    private const string Off = "\nhale: { listen: off }\n";

    [Fact]
    public async Task SIGHUP_takes_a_good_file_refuses_a_bad_one_and_touches_no_process()
    {
        await using var run = new HaleRun(Sleeper);
        await run.StartAsync();
        var before = await run.UntilAsync("sleeper", "ok", target => target.Health == Health.Ok);

        run.Write("hale.yaml", Sleeper + "  disk: { checks: { root: { disk: / } } }\n" + Off);
        run.Signal(RealProcesses.HangUp);
        await run.UntilAsync("disk", "ok", target => target.Health == Health.Ok);

        run.Write("hale.yaml", Sleeper + "  disk: { chekcs: {} }\n  other: { checks: { root: { disc: / } } }\n" + Off);
        run.Signal(RealProcesses.HangUp);
        await Until.TrueAsync(() => $"Hale had not told both errors. It said:\n{run.Said}", () => run.Said.Contains("chekcs", StringComparison.Ordinal) && run.Said.Contains("disc", StringComparison.Ordinal));
        await run.UntilAsync("disk", "ok as before", target => target.Health == Health.Ok);

        var after = await run.TargetAsync("sleeper");
        Assert.Equal((before.Incarnation, before.Lives), (after.Incarnation, after.Lives));
        Assert.Equal(0, await run.EndAsync());
    }
}
