using Hale.Core.Model;
using Hale.Probes;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class PluginOutputTests
{
    [Theory]
    [InlineData("time=0.5s", "time", 0.5, Unit.Seconds)]
    [InlineData("time=250ms;500;1000", "time", 0.25, Unit.Seconds)]
    [InlineData("time=5us", "time", 0.000005, Unit.Seconds)]
    [InlineData("used=12.5%;80;90;0;100", "used", 12.5, Unit.Percent)]
    [InlineData("size=3B", "size", 3, Unit.Bytes)]
    [InlineData("size=3KB", "size", 3 * 1024, Unit.Bytes)]
    [InlineData("size=3TB", "size", 3298534883328, Unit.Bytes)]
    [InlineData("packets=7c", "packets", 7, Unit.Count)]
    [InlineData("load1=0.42;;;0;", "load1", 0.42, Unit.None)]
    [InlineData("temperature=-3.5C", "temperature", -3.5, Unit.None)]
    [InlineData("tiny=1.5e-3s", "tiny", 0.0015, Unit.Seconds)]
    [InlineData("'free space on / = root'=1", "free space on / = root", 1, Unit.None)]
    [InlineData("'it''s'=1", "it's", 1, Unit.None)]
    public void Every_form_of_the_guidelines_is_read(string text, string name, double value, Unit unit)
    {
        var found = Assert.Single(PerfData.Parse(text));

        Assert.Equal((name, unit), (found.Name, found.Unit));
        Assert.Equal(value, found.Value, 12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("=5")]
    [InlineData("time")]
    [InlineData("time=")]
    [InlineData("time=U")]
    [InlineData("time=nan")]
    [InlineData("time=1e999")]
    [InlineData("time=abc")]
    [InlineData("'time=5")]
    [InlineData("'time' =5")]
    [InlineData("'")]
    [InlineData("''=1")]
    public void What_makes_no_sense_is_skipped(string text)
    {
        Assert.Empty(PerfData.Parse(text));
    }

    [Fact]
    public void One_bad_item_does_not_hide_the_others()
    {
        Assert.Equal(["a", "c"], PerfData.Parse("a=1 b=U nonsense c=3;;;;").Select(found => found.Name));
    }

    [Fact]
    public void Measurements_are_limited_in_number_and_names_in_length()
    {
        var text = string.Join(' ', Enumerable.Range(0, 1000).Select(number => $"{new string('n', 100)}{number}=1"));

        Assert.Equal(64, PerfData.Parse(text).Length);
        Assert.All(PerfData.Parse(text), found => Assert.Equal(64, found.Name.Length));
    }

    [Theory]
    [InlineData("OK", "OK", "")]
    [InlineData("OK | a=1", "OK", "a")]
    [InlineData("OK | a=1\nlong text\nmore | b=2\nc=3", "OK", "a b c")]
    [InlineData("OK\nlong text\nmore | b=2", "OK", "b")]
    [InlineData("| a=1", "", "a")]
    [InlineData("", "", "")]
    [InlineData("OK\r\n", "OK", "")]
    public void Text_and_data_are_told_apart_on_every_line(string output, string text, string names)
    {
        var parsed = PluginOutput.Parse(output);

        Assert.Equal(text, parsed.Text);
        Assert.Equal(names, string.Join(' ', parsed.Measurements.Select(found => found.Name)));
    }
}
