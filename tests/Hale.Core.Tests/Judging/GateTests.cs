using Hale.Core.Judging;
using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Service;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Judging;

/// <summary>A check with a gate of 60 s: how it may fail before its first pass, and what counts after it.</summary>
public class GateTests
{
    private static readonly CheckSpec Gated = Check("http", fall: 3) with { Grace = Span("60s"), Gate = Span("60s") };

    [Theory]
    [InlineData("F@1 F@30 F@59", Health.Initializing, "not looked at yet")]
    [InlineData("F@1 F@59 F@60", Health.Impaired, "not ready within 1 min: no")]
    [InlineData("F@61", Health.Impaired, "not ready within 1 min: no")]
    [InlineData("F@1 P@30", Health.Ok, "yes")]
    [InlineData("P@30 F@61 F@62", Health.Ok, "yes")]
    [InlineData("P@30 F@61 F@62 F@63", Health.Impaired, "no (3 times in a row)")]
    [InlineData("F@61 P@62", Health.Ok, "yes")]
    [InlineData("I@1 I@61 I@120", Health.Initializing, "not looked at yet")]
    [InlineData("I@61 F@62", Health.Impaired, "not ready within 1 min: no")]
    public void What_has_not_passed_when_the_gate_closes_has_failed_and_could_not_tell_is_no_failure(string attempts, Health expected, string reason)
    {
        var began = new Instant(Span("1h").Ticks);
        var state = CheckState.Fresh(began);
        foreach (var attempt in attempts.Split(' '))
        {
            var at = began + TimeSpan.FromSeconds(int.Parse(attempt[2..], System.Globalization.CultureInfo.InvariantCulture));
            var result = attempt[0] switch { 'P' => ProbeResult.Pass("yes"), 'F' => ProbeResult.Fail("no"), _ => ProbeResult.Inconclusive("who knows") };
            Judge.Step(ref state, new Observation(0, Incarnation.None, at, TimeSpan.Zero, result), Gated, new Circumstances(at, began, Instant.Never, InDoubt: false));
        }
        Assert.Equal((expected, reason), (state.Health, state.Reason ?? ""));
    }
}
