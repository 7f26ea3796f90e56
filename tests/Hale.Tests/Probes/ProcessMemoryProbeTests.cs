using System.Diagnostics;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Processes;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class ProcessMemoryProbeTests
{
    private static readonly IProbe Probe = ProcessMemoryProbe.Kind.Create(new Settings(new Dictionary<string, object>()));

    [Fact]
    public async Task It_adds_up_the_session_of_the_process()
    {
        // setsid keeps its pid when it does not lead a group, and forks otherwise: the leader is it or its child.
        using var shell = Process.Start(new ProcessStartInfo("setsid", ["-w", "sh", "-c", "sleep 60 & sleep 60"]))!;
        try
        {
            for (var attempt = 0; attempt < 500; attempt++)
            {
                foreach (var leader in LeadersUnder(shell.Id))
                    if (await ProbeAsync(leader) is { Outcome: Outcome.Pass, Measurements: [{ Value: > 300_000 and < 100_000_000 }, { Value: >= 3 }] })
                        return;
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
            Assert.Fail("no session with the shell and its two children had been seen");
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task Without_a_process_of_its_own_it_cannot_tell() =>
        Assert.Equal(Outcome.Inconclusive, (await ProbeAsync(null)).Outcome);

    [Fact]
    public async Task A_session_that_is_gone_is_no_pass() =>
        Assert.Equal(Outcome.Inconclusive, (await ProbeAsync(int.MaxValue)).Outcome);

    private static IEnumerable<int> LeadersUnder(int setsid) =>
        ProcessTable.Pids().Where(pid => ProcessTable.Read(pid, out var stat) == ProcRead.Ok && stat.Session == pid && (pid == setsid || stat.Parent == setsid));

    private static ValueTask<ProbeResult> ProbeAsync(int? pid) =>
        Probe.ProbeAsync(new ProbeContext("t", "c", Incarnation.None, pid, TimeSpan.FromSeconds(5), TimeProvider.System), TestContext.Current.CancellationToken);
}
