using System.Runtime.CompilerServices;
using Hale.Native.Windows;
using Hale.Warming.Stopping;
using Xunit;

namespace Hale.Tests.Warming;

/// <summary>What of the stop on Windows can be tried elsewhere; the rest was compiled for it and has not been run.</summary>
public sealed class ConsoleTargetTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        var target = new ConsoleTarget(1234, new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc).ToFileTimeUtc());

        Assert.Equal("1234@134168400000000000", target.ToString());
        Assert.Equal(target, ConsoleTarget.Parse(target.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1234")]
    [InlineData("@5")]
    [InlineData("0@5")]
    [InlineData("-1@5")]
    [InlineData("1234@")]
    [InlineData("1234@0")]
    [InlineData("1234@-5")]
    [InlineData("1234@5@6")]
    [InlineData(" 1234@5")]
    [InlineData("4294967297@5")]
    public void Anything_else_is_no_process(string text)
    {
        Assert.Null(ConsoleTarget.Parse(text));
    }

    [Fact]
    public void The_structures_of_a_job_have_the_sizes_that_Windows_checks()
    {
        Assert.Equal((144, 48), (Unsafe.SizeOf<JobLimits>(), Unsafe.SizeOf<JobAccounting>()));
    }
}
