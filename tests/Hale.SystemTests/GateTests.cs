using Hale.Core.Model;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>A gate in <c>hale.yaml</c>.</summary>
public sealed class GateTests
{
    [Fact]
    public async Task What_depends_on_a_gate_is_started_when_it_is_ready_long_before_the_next_regular_attempt()
    {
        await using var run = new HaleRun("""
            targets:
              db:
                process: { command: [sh, -c, "sleep 2; touch db.ready; exec sleep 1000"] }
                gate: 60s
                checks:
                  ready: { file: db.ready, every: 1h }
              web:
                process: { command: [sh, -c, "[ -e db.ready ] && touch web.started; exec sleep 1000"] }
                depends_on: db
            """);
        await run.StartAsync();
        await run.UntilAsync("db", "ok", target => target.Health == Health.Ok);
        await Until.TrueAsync(() => $"web was not started. Hale said:\n{run.Said}", () => File.Exists(run.At("web.started")));
        Assert.Equal(0, await run.EndAsync());
    }

    [Fact]
    public async Task What_is_not_ready_when_its_gate_closes_is_impaired_with_the_reason()
    {
        await using var run = new HaleRun("""
            targets:
              db:
                gate: 2s
                checks:
                  ready: { file: never, every: 1h, fall: 5 }
              web:
                process: { command: [sh, -c, "touch web.started; exec sleep 1000"] }
                depends_on: db
            """);
        await run.StartAsync();
        var db = await run.UntilAsync("db", "impaired", target => target.Health == Health.Impaired);
        Assert.Contains("not ready within 2 s: ", db.Reason, StringComparison.Ordinal);
        Assert.False(File.Exists(run.At("web.started")));
        Assert.Equal(0, await run.EndAsync());
    }
}
