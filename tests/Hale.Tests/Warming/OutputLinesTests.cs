using System.Text;
using System.Text.RegularExpressions;
using Hale.Warming.Lives;
using Xunit;

namespace Hale.Tests.Warming;

public class OutputLinesTests
{
    [Fact]
    public void Lines_that_come_in_pieces_are_matched_whole_and_told_once()
    {
        using var lines = new OutputLines();
        var (pattern, told) = (new Regex("^recording started$"), 0);
        lines.Want(pattern, () => told++);
        foreach (var piece in new[] { "loading\nrecord", "ing sta", "rted\r\nrecording started\n" })
            lines.Write(Encoding.UTF8.GetBytes(piece));
        Assert.Equal((1, "recording started"), (told, lines.MatchOf(pattern)));
        Assert.Equal(["loading", "recording started", "recording started"], lines.Tail);
    }

    [Fact]
    public void A_line_that_is_not_ended_is_part_of_the_tail_and_a_line_once_nothing_more_comes()
    {
        using var lines = new OutputLines();
        var pattern = new Regex("fatal");
        lines.Want(pattern, () => { });
        lines.Write("fatal: no device"u8);
        Assert.Equal(["fatal: no device"], lines.Tail);
        Assert.Null(lines.MatchOf(pattern));
        lines.End();
        Assert.Equal("fatal: no device", lines.MatchOf(pattern));
        Assert.Equal(["fatal: no device"], lines.Tail);
    }

    [Fact]
    public void What_is_kept_is_bounded_and_harmless_whatever_is_written()
    {
        using var lines = new OutputLines();
        var noise = new byte[1 << 20];
        new Random(1).NextBytes(noise);
        lines.Write(noise);
        lines.Write(Encoding.ASCII.GetBytes(new string('x', 1 << 20)));
        for (var i = 0; i < 1000; i++)
            lines.Write(Encoding.ASCII.GetBytes($"line {i}\n"));
        Assert.Equal(OutputLines.Kept, lines.Tail.Count);
        Assert.Equal("line 999", lines.Tail[^1]);
        Assert.All(lines.Tail, line => Assert.True(line.Length <= 500 && !line.Any(char.IsControl)));
    }
}
