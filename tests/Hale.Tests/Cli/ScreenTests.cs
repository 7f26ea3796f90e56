using Hale.Cli.Output;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class ScreenTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("Zürich 日本 👍", "Zürich 日本 👍")]
    [InlineData("a\r\nb\tc", "a b c")]
    [InlineData("\x1b[31mred", "\\x1b[31mred")]
    [InlineData("bell\a\0\u007f\u009b", "bell\\x07\\x00\\x7f\\x9b")]
    [InlineData("\u202eevil\u2066", "\\u202eevil\\u2066")]
    public void A_line_is_made_safe_and_stays_readable(string text, string safe) => Assert.Equal(safe, Safe.Line(text));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("half \ufffd pair", Safe.Line("half \ud800 pair"));

    [Fact]
    public void A_terminal_gets_colours_and_no_markup_is_read_from_text()
    {
        var output = new StringWriter();
        var screen = new ColorScreen(output, width: 60);
        screen.Line(new Piece("[red]impaired[/]", Tone.Bad), " ", "\x1b[2J");
        screen.Table(["A", "B"], [["[bold]x", new Piece("y", Tone.Good)]], indent: 2);
        var text = output.ToString();
        Assert.Contains("[red]impaired[/]", text);
        Assert.Contains("[bold]x", text);
        Assert.Contains("\\x1b[2J", text);
        Assert.DoesNotContain("\x1b[2J", text);
        Assert.Contains("\x1b[", text);
    }

    [Fact]
    public void A_long_cell_wraps_within_its_column_on_a_terminal()
    {
        var output = new StringWriter();
        new ColorScreen(output, width: 40).Table(["NAME", "REASON"], [["web", string.Join(' ', Enumerable.Repeat("word", 20))]]);
        Assert.All(output.ToString().Split('\n').Skip(2).Where(line => line.Contains("word", StringComparison.Ordinal)), line => Assert.StartsWith("     ", line));
    }

    [Theory]
    [InlineData(0.4, "0s")]
    [InlineData(59.9, "59s")]
    [InlineData(60, "1m")]
    [InlineData(130, "2m10s")]
    [InlineData(3600, "1h")]
    [InlineData(3605, "1h")]
    [InlineData(90_000, "1d1h")]
    [InlineData(-5, "0s")]
    public void A_span_is_told_in_two_units(double seconds, string text) => Assert.Equal(text, Words.Span(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(1, "1st")]
    [InlineData(2, "2nd")]
    [InlineData(3, "3rd")]
    [InlineData(4, "4th")]
    [InlineData(11, "11th")]
    [InlineData(112, "112th")]
    [InlineData(21, "21st")]
    public void A_number_has_its_ordinal(int number, string text) => Assert.Equal(text, Words.Ordinal(number));
}
