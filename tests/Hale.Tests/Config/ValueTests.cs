using Hale.Config;
using Xunit;

namespace Hale.Tests.Config;

/// <summary>How values are written: durations, shares, amounts, signals, commands, and guesses at misspelt words.</summary>
public sealed class ValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1d2h3m4s5ms", 93_784_005)]
    [InlineData("36500d", 3_153_600_000_000)]
    public void A_duration_is_read(string text, long milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var span));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), span);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("10")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1 s")]
    [InlineData("1s ")]
    [InlineData("1S")]
    [InlineData("1w")]
    [InlineData("1s1m")]
    [InlineData("1m1m")]
    [InlineData("1..5s")]
    [InlineData(".")]
    [InlineData("1e3s")]
    [InlineData("36501d")]
    [InlineData("99999999999999999999s")]
    [InlineData("١s")]
    public void What_is_no_duration_is_not_read(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(90_000, "1m30s")]
    [InlineData(86_400_000, "1d")]
    [InlineData(5_400_500, "1h30m500ms")]
    public void A_duration_is_written_in_the_shortest_way_and_read_back(long milliseconds, string text)
    {
        Assert.Equal(text, Duration.Format(TimeSpan.FromMilliseconds(milliseconds)));
        Assert.True(Duration.TryParse(text, out var back));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), back);
    }

    [Theory]
    [InlineData("80%", 80.0)]
    [InlineData("0.5%", 0.5)]
    [InlineData("80 %", 80.0)]
    [InlineData("0%", 0.0)]
    [InlineData("80", null)]
    [InlineData("0.8", null)]
    [InlineData("%", null)]
    [InlineData("-1%", null)]
    [InlineData("1,5%", null)]
    [InlineData("NaN%", null)]
    public void A_share_needs_its_sign(string text, double? percent) => Assert.Equal(percent, Percent.TryParse(text, out var read) ? read : null);

    [Theory]
    [InlineData("512", 512L)]
    [InlineData("10KB", 10_240L)]
    [InlineData("10kb", 10_240L)]
    [InlineData("10K", 10_240L)]
    [InlineData("10KiB", 10_240L)]
    [InlineData("1.5GB", 1_610_612_736L)]
    [InlineData("2 TB", 2_199_023_255_552L)]
    [InlineData("7B", 7L)]
    [InlineData("", null)]
    [InlineData("1.5", null)]
    [InlineData("-1", null)]
    [InlineData("10XB", null)]
    [InlineData("KB", null)]
    [InlineData("9000PB", null)]
    public void An_amount_is_read_in_powers_of_1024(string text, long? bytes) => Assert.Equal(bytes, ByteSize.TryParse(text, out var read) ? read : null);

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("SIGTERM", 15)]
    [InlineData("sigint", 2)]
    [InlineData("usr1", 10)]
    [InlineData("15", null)]
    [InlineData("SIG", null)]
    public void A_signal_is_named_with_or_without_SIG(string name, int? number) => Assert.Equal(number, SignalName.TryParse(name, out var read) ? read : null);

    [Theory]
    [InlineData("3 per 10m", true)]
    [InlineData("3  per  10m", true)]
    [InlineData("0 per 10m", false)]
    [InlineData("3 per 0s", false)]
    [InlineData("3 in 10m", false)]
    [InlineData("-3 per 10m", false)]
    [InlineData("3 per", false)]
    public void A_budget_is_so_many_per_time(string text, bool isBudget) => Assert.Equal(isBudget, BudgetText.TryParse(text, out _));

    [Theory]
    [InlineData("evry", "every")]
    [InlineData("eveyr", "every")]
    [InlineData("Every", "every")]
    [InlineData("time", "timeout")]
    [InlineData("timeouts_of_all", "timeout")]
    [InlineData("riase", "rise")]
    [InlineData("banana", null)]
    [InlineData("ab", null)]
    [InlineData("", null)]
    public void A_misspelt_word_finds_the_closest_known_one(string word, string? meant) => Assert.Equal(meant, Spelling.Closest(word, ["every", "timeout", "fall", "rise"]));

    [Fact]
    public void A_swap_of_neighbours_is_one_slip() => Assert.Equal(1, Spelling.Distance("tiemout", "timeout"));

    [Fact]
    public void A_very_long_word_is_far_from_everything() => Assert.Null(Spelling.Closest(new string('x', 100_000), ["every"]));
}
