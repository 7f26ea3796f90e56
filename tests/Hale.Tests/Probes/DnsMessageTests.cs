using System.Net;
using Hale.Probes.Names;
using Xunit;

namespace Hale.Tests.Probes;

public class DnsMessageTests
{
    private static readonly DnsQuestion Question = new(DnsName.Encode("WWW.example.test.")!, DnsType.A);

    private static byte[] Answer(byte[] records, int count = 1, int code = 0)
    {
        var message = Question.Query(7);
        (message[2], message[3], message[7]) = (0x81, (byte)code, (byte)count);
        return [.. message, .. records];
    }

    private static byte[] Record(byte[] owner, DnsType type, byte[] data) => [.. owner, 0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length, .. data];

    // Behind the header stands the name that was asked for.
    private static readonly byte[] Asked = [0xc0, 12];

    [Fact]
    public void Records_of_the_name_and_of_what_it_is_an_alias_of_are_read()
    {
        var message = Answer(
            [
                .. Record(DnsName.Encode("b.test")!, DnsType.A, [192, 0, 2, 2]),
                .. Record(Asked, DnsType.CNAME, DnsName.Encode("B.test")!),
                .. Record(DnsName.Encode("c.test")!, DnsType.A, [192, 0, 2, 3]),
            ],
            3);
        var answer = DnsAnswer.Read(message, Question, out _)!;
        Assert.Equal(["192.0.2.2"], answer.Records);
        Assert.Equal((0, false, 60u), (answer.Code, answer.IsTruncated, answer.Ttl));
    }

    [Fact]
    public void A_pointer_to_itself_or_forward_is_no_name()
    {
        foreach (var owner in (byte[][])[[0xc0, 34], [0xc0, 36], [0xff, 0xff], [1, (byte)'a', 0xc0, 34], [64]])
        {
            Assert.Null(DnsAnswer.Read(Answer(Record(owner, DnsType.A, [1, 2, 3, 4])), Question, out var trouble));
            Assert.NotEmpty(trouble);
        }
    }

    [Fact]
    public void Aliases_in_a_circle_have_no_records()
    {
        var message = Answer([.. Record(Asked, DnsType.CNAME, DnsName.Encode("b.test")!), .. Record(DnsName.Encode("b.test")!, DnsType.CNAME, Asked)], 2);
        Assert.Empty(DnsAnswer.Read(message, Question, out _)!.Records);
    }

    [Theory]
    [InlineData("a b.test")]
    [InlineData("a..test")]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.test")]
    public void What_is_no_name_is_refused(string name) => Assert.Null(DnsName.Encode(name));

    [Fact]
    public void A_name_beyond_255_bytes_is_refused_both_ways()
    {
        Assert.NotNull(DnsName.Encode(string.Join('.', Enumerable.Repeat("abcdefg", 31))));
        Assert.Null(DnsName.Encode(string.Join('.', Enumerable.Repeat("abcdefg", 32))));
        byte[] label = [63, .. new byte[63]];
        byte[] owner = [.. label, .. label, .. label, .. label, 0];
        Assert.Null(DnsAnswer.Read(Answer(Record(owner, DnsType.A, [1, 2, 3, 4])), Question, out _));
    }

    [Theory]
    [InlineData("192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public void The_name_of_an_address_is_asked_for_backwards(string address, string name) => Assert.Equal(name, DnsName.Reverse(IPAddress.Parse(address)));

    [Fact]
    public void No_bytes_make_the_reader_throw_or_run_for_ever()
    {
        var random = new Random(11);
        byte[] good = Answer(
            [.. Record(Asked, DnsType.CNAME, DnsName.Encode("b.test")!), .. Record(DnsName.Encode("b.test")!, DnsType.A, [1, 2, 3, 4]), .. Record([0xc0, 40], DnsType.SOA, [0xc0, 12, 0xc0, 12, .. new byte[20]])], 3);
        foreach (var type in Enum.GetValues<DnsType>())
        {
            var question = Question with { Type = type };
            for (var i = 0; i < 20_000; i++)
            {
                var message = good.ToArray();
                for (var changes = random.Next(1, 12); changes > 0; changes--)
                    message[random.Next(message.Length)] = (byte)random.Next(256);
                var end = random.Next(4) == 0 ? random.Next(message.Length) : message.Length;
                if (DnsAnswer.Read(message.AsSpan(0, end), question, out var trouble) is { } read)
                    Assert.True(read.Records.Length <= 3);
                else
                    Assert.NotEmpty(trouble);
            }
        }
    }

    [Fact]
    public void The_servers_of_the_machine_are_the_first_three_that_are_named()
    {
        var servers = ResolverFile.Servers("# nameserver 9.9.9.9\nsearch a b\nnameserver 10.0.0.1\nnameserver\t2001:db8::1 # local\nnameserver rubbish\nnameserver 10.0.0.2\nnameserver 10.0.0.3\n");
        Assert.Equal(["10.0.0.1:53", "[2001:db8::1]:53", "10.0.0.2:53"], servers.Select(server => server.ToString()));
    }
}
