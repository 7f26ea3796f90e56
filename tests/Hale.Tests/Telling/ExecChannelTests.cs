using System.Text.Json.Nodes;
using Hale.Telling;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Telling;

public sealed class ExecChannelTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private ChannelPlan Running(string script, string timeout = "30s")
    {
        File.WriteAllText(scratch["tell.sh"], script);
        return Letters.Channel($"{{ exec: [sh, {scratch["tell.sh"]}], timeout: {timeout} }}");
    }

    [Fact]
    public async Task Exit_code_0_is_the_proof_and_the_letter_is_in_the_environment()
    {
        var delivery = await Running($"printf '%s\\n' \"$HALE_NOTICE_KEY\" \"$HALE_NOTICE_KIND\" \"$HALE_NOTICE_SEVERITY\" \"$HALE_NOTICE_SUBJECTS\" \"$HALE_NOTICE_TITLE\" \"$HALE_NOTICE_JSON\" > {scratch["got"]}; echo sent").SendAsync(Letters.Problem);
        Assert.Equal(DeliveryOutcome.Delivered, delivery.Outcome);
        Assert.Matches(@"^exit code 0 after [0-9.]+ s: sent$", delivery.Detail);
        var got = await File.ReadAllLinesAsync(scratch["got"], TestContext.Current.CancellationToken);
        Assert.Equal(["ops:69a-1:1", "problem", "error", "web", "Problem: web is impaired: http: refused"], got[..5]);
        Assert.Equal("69a-1", (string)JsonNode.Parse(got[5])!["items"]![0]!["incident"]!);
    }

    [Fact]
    public async Task Another_exit_code_is_a_failure_with_the_last_words()
    {
        var delivery = await Running("echo 'no route to pager' >&2; exit 3").SendAsync(Letters.Problem);
        Assert.Equal((DeliveryOutcome.Failed, "exited with code 3: no route to pager"), (delivery.Outcome, delivery.Detail));
    }

    [Fact]
    public async Task A_command_that_hangs_is_killed_with_its_children_at_the_time_out()
    {
        var delivery = await Running($"echo $$ > {scratch["pid"]}; sleep 4711", "1s").SendAsync(Letters.Problem);
        Assert.Equal((DeliveryOutcome.Failed, "no answer within 1 s; it may have arrived all the same"), (delivery.Outcome, delivery.Detail));
        await Eventually.HoldsAsync(() => !Directory.Exists($"/proc/{File.ReadAllText(scratch["pid"]).Trim()}"), "the command is gone");
    }

    [Fact]
    public async Task The_longest_letter_fits_into_a_variable()
    {
        var huge = Letters.Of("problem", [.. Enumerable.Range(0, 5000).Select(n => Letters.Item(new string('s', 64), new string('€', 500)))]);
        var delivery = await Running("exit 0").SendAsync(huge);
        Assert.True(delivery.Outcome == DeliveryOutcome.Delivered, delivery.Detail);
    }
}
