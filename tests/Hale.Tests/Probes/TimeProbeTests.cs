using System.Buffers.Binary;
using System.Text;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Clocks;
using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class TimeProbeTests : IDisposable
{
    private readonly Scratch folder = new();

    public void Dispose() => folder.Dispose();

    private static Task<ProbeResult> Ask(int port, TimeSpan? timeout = null) =>
        TimeProbe.Kind.Create(new Settings(new Dictionary<string, object> { ["server"] = $"127.0.0.1:{port}" })).TryAsync(timeout);

    // What a server answers whose clock differs from ours by that much.
    private static byte[] Answer(byte[] request, TimeSpan ahead, byte first = 0x24, byte stratum = 2, string code = "")
    {
        var answer = new byte[48];
        (answer[0], answer[1]) = (first, stratum);
        Encoding.ASCII.GetBytes(code).CopyTo(answer, 12);
        request.AsSpan(40, 8).CopyTo(answer.AsSpan(24));
        var since = DateTimeOffset.UtcNow + ahead - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var at in (int[])[32, 40])
        {
            BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(at), (uint)(long)since.TotalSeconds);
            BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(at + 4), (uint)(since.TotalSeconds % 1 * 4294967296.0));
        }
        return answer;
    }

    [Fact]
    public async Task A_server_on_this_machine_has_the_same_time()
    {
        await using var chrony = await Chrony.StartAsync(folder.Path);
        var result = await Ask(chrony.Port);
        Assert.True(result.Outcome == Outcome.Pass, result.Evidence);
        // Nobody steers either of the two, which are one clock: what is seen is the way alone.
        Assert.InRange(result.Value("offset"), 0, 5);
        Assert.True(result.Value("error") > 0);
        Assert.Contains("(stratum 8)", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_synchronised_says_nothing_about_this_clock()
    {
        await using var chrony = await Chrony.StartAsync(folder.Path, isSynchronised: false);
        var result = await Ask(chrony.Port);
        Assert.Equal((Outcome.Inconclusive, $"127.0.0.1:{chrony.Port} answers, but its own clock is not synchronised"), (result.Outcome, result.Evidence));
    }

    [Theory]
    [InlineData(3600, "behind")]
    [InlineData(-86400, "ahead of")]
    public async Task A_difference_is_seen_in_both_directions(int seconds, string direction)
    {
        await using var server = new DatagramServer(request => [new byte[48], Answer(request, TimeSpan.FromSeconds(seconds))]);
        var result = await Ask(server.Port);
        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.InRange(result.Value("offset"), Math.Abs(seconds) - 10, Math.Abs(seconds) + 10);
        Assert.Contains(direction, result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x24, 0, "RATE", "it is asked too often (kiss of death RATE)")]
    [InlineData(0x24, 0, "DENY", "it does not answer us (kiss of death DENY)")]
    [InlineData(0xe4, 2, "", "its own clock is not synchronised")]
    [InlineData(0x24, 16, "", "its own clock is not synchronised")]
    public async Task A_server_that_tells_no_time_is_named(byte first, byte stratum, string code, string why)
    {
        await using var server = new DatagramServer(request => [Answer(request, TimeSpan.Zero, first, stratum, code)]);
        var result = await Ask(server.Port);
        Assert.Equal((Outcome.Inconclusive, $"127.0.0.1:{server.Port} answers, but {why}"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task Silence_and_rubbish_say_nothing_about_this_clock()
    {
        await using var silent = new DatagramServer(_ => []);
        await using var rubbish = new DatagramServer(_ => Enumerable.Repeat(new byte[] { 0x24, 1, 2 }, 200));
        Assert.Equal((Outcome.Inconclusive, $"asking 127.0.0.1:{silent.Port}: no answer within 300ms"), await Short(silent.Port));
        Assert.Equal((Outcome.Inconclusive, $"127.0.0.1:{rubbish.Port} sends datagrams that answer nothing"), await Short(rubbish.Port, TimeSpan.FromSeconds(20)));

        static async Task<(Outcome, string)> Short(int port, TimeSpan? timeout = null) => await Ask(port, timeout ?? Attempts.Short) is var result ? (result.Outcome, result.Evidence) : default;
    }

    [Fact]
    public void The_count_of_seconds_that_begins_anew_in_2036_is_understood()
    {
        var sentAt = new DateTimeOffset(2036, 2, 7, 6, 28, 15, TimeSpan.Zero);
        var answer = new byte[48];
        (answer[0], answer[1]) = (0x24, 1);
        // Two and three seconds after the count began anew.
        (answer[35], answer[43]) = (2, 2);
        var reading = SntpMessage.Read(answer, sentAt, TimeSpan.Zero, out _)!;
        Assert.Equal(3, reading.Offset.TotalSeconds, 0.001);
    }

    [Fact]
    public async Task Without_a_server_the_kernel_is_asked()
    {
        Assert.Equal(Outcome.Pass, TimeProbe.Judge(new KernelClock(true, TimeSpan.FromMilliseconds(20))).Outcome);
        Assert.Equal(Outcome.Fail, TimeProbe.Judge(new KernelClock(false, TimeSpan.FromSeconds(16))).Outcome);
        var result = await TimeProbe.Kind.Create(new Settings(new Dictionary<string, object>())).TryAsync();
        Assert.True(result.Outcome is Outcome.Pass or Outcome.Fail, result.Evidence);
        Assert.True(result.Value("error") >= 0);
    }
}
