using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Icmp;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>The socket is made before the probe first waits, so it belongs to the network of the thread that begins the attempt.</summary>
public class IcmpProbeTests
{
    private const int NetRaw = 13;
    private const string NotRoot = "needs root: a network of its own, or to lay down a privilege";

    private static ProbeResult Try(string host, TimeSpan? timeout = null, int count = 3) =>
        new IcmpProbe(host, count, TimeSpan.FromMilliseconds(10)).TryAsync(timeout).GetAwaiter().GetResult();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Both_kinds_of_socket_are_answered(string host)
    {
        foreach (var groups in (string[])["1 0", "0 2147483647"])
        {
            ProbeResult? result = null;
            Assert.SkipUnless(NetworkSpace.TryIn([$"echo {groups} > /proc/sys/net/ipv4/ping_group_range"], () => result = Try(host)), NotRoot);
            Assert.True(result!.Outcome == Outcome.Pass, result.Evidence);
            Assert.StartsWith($"{host}: 3 of 3 echo requests were answered", result.Evidence, StringComparison.Ordinal);
            Assert.Equal(0, result.Value("loss"));
            Assert.True(result.Value("rtt") > 0 && result.Value("rtt_max") >= result.Value("rtt"));
        }
    }

    [Fact]
    public void Without_the_right_to_send_it_says_how_to_give_it()
    {
        ProbeResult? result = null;
        Assert.SkipUnless(
            NetworkSpace.TryIn(["echo 1 0 > /proc/sys/net/ipv4/ping_group_range"], () => Assert.SkipUnless(Capabilities.TryWithout([NetRaw], () => result = Try("127.0.0.1")), NotRoot)),
            NotRoot);
        Assert.Equal(Outcome.Inconclusive, result!.Outcome);
        Assert.Contains("sysctl -w net.ipv4.ping_group_range", result.Evidence, StringComparison.Ordinal);
        Assert.Contains("setcap cap_net_raw+ep", result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 0")]
    [InlineData("0 2147483647")]
    public void No_answer_at_all_fails_when_the_time_is_over(string groups)
    {
        ProbeResult? result = null;
        Assert.SkipUnless(
            NetworkSpace.TryIn([$"echo {groups} > /proc/sys/net/ipv4/ping_group_range", "echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all"], () => result = Try("127.0.0.1", TimeSpan.FromSeconds(3))),
            NotRoot);
        Assert.Equal((Outcome.Fail, "127.0.0.1: no answer to 3 echo requests"), (result!.Outcome, result.Evidence));
        Assert.Equal(100, result.Value("loss"));
    }

    [Theory]
    [InlineData("1 0")]
    [InlineData("0 2147483647")]
    public void An_unreachable_destination_is_named(string groups)
    {
        ProbeResult? result = null;
        // A neighbour that is not there: the kernel finds that out by itself after three unanswered questions, a second apart.
        Assert.SkipUnless(
            NetworkSpace.TryIn(
                [$"echo {groups} > /proc/sys/net/ipv4/ping_group_range", "ip link add here type veth peer name there && ip address add 192.0.2.1/24 dev here && ip link set here up && ip link set there up"],
                () => result = Try("192.0.2.2", TimeSpan.FromSeconds(6))),
            NotRoot);
        Assert.Equal((Outcome.Fail, "192.0.2.2: destination unreachable (host unreachable) to 3 echo requests"), (result!.Outcome, result.Evidence));
    }

    [Fact]
    public void No_route_is_this_machines_own_trouble()
    {
        ProbeResult? result = null;
        Assert.SkipUnless(NetworkSpace.TryIn([], () => result = Try("192.0.2.2", Attempts.Short)), NotRoot);
        Assert.Equal(Outcome.Inconclusive, result!.Outcome);
        Assert.Contains("network unreachable", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_without_an_address_of_the_family_fails()
    {
        var result = await new IcmpProbe("127.0.0.1", family: "ipv6").TryAsync();
        Assert.Equal((Outcome.Fail, "127.0.0.1 has no address of ipv6"), (result.Outcome, result.Evidence));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_answers_to_our_own_requests_count(bool isV6)
    {
        var (ours, theirs) = (new EchoMessage(isV6), new EchoMessage(isV6));
        byte[] Reply(EchoMessage message, int number)
        {
            var reply = message.Request(number);
            reply[0] = isV6 ? (byte)129 : (byte)0;
            return isV6 ? reply : [0x45, .. new byte[19], .. reply];
        }
        Assert.Equal(7, ours.AnswerTo(Reply(ours, 7), isRaw: true));
        Assert.Null(ours.AnswerTo(Reply(theirs, 7), isRaw: true));
        Assert.Null(ours.AnswerTo(ours.Request(7), isRaw: true));
        Assert.Null(ours.AnswerTo([], isRaw: true));

        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(80)];
            random.NextBytes(bytes);
            Assert.Null(ours.AnswerTo(bytes, isRaw: i % 2 == 0));
        }
    }

    [Fact]
    public void The_checksum_is_that_of_the_standard()
    {
        // The example of RFC 1071, 3: the sum of these is ddf2.
        Assert.Equal(unchecked((ushort)~0xddf2), EchoMessage.Checksum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]));
        Assert.Equal(0, EchoMessage.Checksum(new EchoMessage(false).Request(1)));
    }
}
