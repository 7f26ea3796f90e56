using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Core.Tests.Support;

namespace Hale.Core.Tests.Alarming;

public class AlarmExpressionTests
{
    private static readonly string[] Names = ["a", "b", "c d"];

    // In this world a is in alarm, b has no data, and "c d" is ok.
    [Theory]
    [InlineData("ALARM(a)", true)]
    [InlineData("OK(a)", false)]
    [InlineData("INSUFFICIENT_DATA(b)", true)]
    [InlineData("OK(\"c d\")", true)]
    [InlineData("OK('c d')", true)]
    [InlineData("OK( c d )", true)]
    [InlineData("TRUE", true)]
    [InlineData("FALSE", false)]
    [InlineData("NOT FALSE", true)]
    [InlineData("NOT NOT ALARM(a)", true)]
    [InlineData("ALARM(a) AND ALARM(b)", false)]
    [InlineData("ALARM(a) OR ALARM(b)", true)]
    [InlineData("TRUE OR TRUE AND FALSE", true)]
    [InlineData("(TRUE OR TRUE) AND FALSE", false)]
    [InlineData("NOT TRUE OR TRUE", true)]
    [InlineData("NOT (TRUE OR TRUE)", false)]
    [InlineData("ALARM(a)AND NOT(OK(b))", true)]
    public void A_rule_means_what_it_says(string rule, bool holds) => Assert.Equal(holds, Parse(rule).Holds(States()));

    [Theory]
    [InlineData("", 0, "found the end, expected ALARM(name)")]
    [InlineData("ALARM", 5, "found the end, expected a name in parentheses")]
    [InlineData("ALARM()", 6, "the name is missing")]
    [InlineData("ALARM(x)", 6, "there is no alarm \"x\"")]
    [InlineData("ALARM(a", 7, "found the end, expected a closing parenthesis after the name")]
    [InlineData("ALARM(\"a)", 6, "the quoted name is not closed")]
    [InlineData("ALARM(a) ALARM(b)", 9, "found \"ALARM\", expected AND, OR or the end")]
    [InlineData("ALARM(a) AND", 12, "found the end")]
    [InlineData("(ALARM(a)", 9, "found the end, expected a closing parenthesis")]
    [InlineData("alarm(a)", 0, "found \"alarm\"")]
    [InlineData("ALARM(a) && OK(b)", 9, "found \"&\"")]
    [InlineData("TRUEST", 0, "found \"TRUEST\"")]
    public void A_rule_that_cannot_be_read_says_where(string rule, int at, string message)
    {
        var error = Assert.Throws<AlarmExpressionException>(() => Parse(rule));
        Assert.Equal(at, error.At);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_and_length_have_bounds()
    {
        Assert.Contains("inside each other", Assert.Throws<AlarmExpressionException>(() => Parse(new string('(', 100) + "TRUE" + new string(')', 100))).Message, StringComparison.Ordinal);
        Assert.Contains("parts", Assert.Throws<AlarmExpressionException>(() => Parse(string.Join(" OR ", Enumerable.Repeat("TRUE", 400)))).Message, StringComparison.Ordinal);
        Assert.Contains("longer", Assert.Throws<AlarmExpressionException>(() => Parse(new string(' ', 10_241))).Message, StringComparison.Ordinal);
    }

    private static AlarmExpression Parse(string rule) => AlarmExpressionParser.Parse(rule, name => Array.IndexOf(Names, name));

    private static AlarmState[] States()
    {
        var spec = Service.Build([new Service("host") { Checks = [Service.Check("disk")] }]);
        spec = spec.With(spec.Over("host/disk.used", "a"), spec.Over("host/disk.free", "b"), spec.Over("host/disk.used", "c d", threshold: 99));
        return Scenario.Of(spec).Answer("host/disk", Scenario.Measured(50)).At("2m").World.Alarms;
    }
}
