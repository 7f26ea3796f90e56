using Hale.Telling;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Telling;

public sealed class FileChannelTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private ChannelPlan Log => Letters.Channel($"{{ file: {scratch["notices.jsonl"]} }}");

    [Fact]
    public async Task Each_letter_is_a_line_and_the_proof_says_where()
    {
        Assert.Equal(DeliveryOutcome.Delivered, (await Log.SendAsync(Letters.Problem)).Outcome);
        var length = new FileInfo(scratch["notices.jsonl"]).Length;
        var second = await Log.SendAsync(Letters.Resolved);
        Assert.Equal($"{new FileInfo(scratch["notices.jsonl"]).Length - length} bytes at {length} of {scratch["notices.jsonl"]}", second.Detail);
        Assert.Equal(["problem", "resolved"], File.ReadAllLines(scratch["notices.jsonl"]).Select(line => Letter.FromJson(line).Kind));
    }

    [Fact]
    public async Task A_line_that_was_cut_short_spoils_no_other()
    {
        await File.WriteAllTextAsync(scratch["notices.jsonl"], "{\"key\":\"cut", TestContext.Current.CancellationToken);
        await Log.SendAsync(Letters.Problem);
        Assert.Equal("problem", Letter.FromJson(File.ReadAllLines(scratch["notices.jsonl"])[1]).Kind);
    }

    [Fact]
    public async Task What_cannot_be_written_is_a_failure_that_says_why()
    {
        Directory.CreateDirectory(scratch["notices.jsonl"]);
        var delivery = await Log.SendAsync(Letters.Problem);
        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
        Assert.StartsWith($"{scratch["notices.jsonl"]} cannot be opened: Is a directory", delivery.Detail, StringComparison.Ordinal);
        Assert.Contains("No space left", (await Letters.Channel("{ file: /dev/full }").SendAsync(Letters.Problem)).Detail, StringComparison.Ordinal);
    }
}
