using Hale.Core.Containers;

namespace Hale.Core.Tests.Containers;

public class ContainerEndingTests
{
    private static readonly ContainerFacts Ended = new("web", ContainerPhase.Ended) { Image = "site:1", Command = "/bin/httpd -f", ExitCode = 1, LastLines = [] };

    [Theory]
    [InlineData(0, false, 0, "exited with code 0")]
    [InlineData(1, false, 0, "exited with code 1")]
    [InlineData(137, false, 0, "exited with code 137 (SIGKILL)")]
    [InlineData(139, false, 0, "exited with code 139 (SIGSEGV)")]
    [InlineData(160, false, 0, "exited with code 160 (signal 32)")]
    [InlineData(255, false, 0, "exited with code 255")]
    [InlineData(137, true, 0, "was killed for want of memory, exit code 137")]
    [InlineData(137, true, 16 << 20, "was killed for want of memory (its limit is 16 MiB), exit code 137")]
    [InlineData(1, true, 6_000_000, "was killed for want of memory (its limit is 6000000 bytes), exit code 1")]
    [InlineData(null, false, 0, "ended")]
    public void An_end_is_told_by_what_ended_it(int? code, bool isOutOfMemory, long memory, string how) => Assert.Equal(
        $"container web {how} (image site:1, command /bin/httpd -f); it had logged nothing",
        ContainerEnding.Of(Ended with { ExitCode = code, IsOutOfMemory = isOutOfMemory, Memory = memory }));

    [Fact]
    public void An_end_is_told_with_how_long_it_ran_and_its_last_words() => Assert.Equal(
        "container web exited with code 1 after 3.02 s (image site:1, command /bin/httpd -f); its last words: 'two' | 'three' | 'four'",
        ContainerEnding.Of(Ended with { Ran = TimeSpan.FromMilliseconds(3021), LastLines = ["one", "two", "", "three", "four\r"] }));

    [Fact]
    public void A_log_that_could_not_be_read_is_not_told_to_be_empty() =>
        Assert.EndsWith("; its log could not be read", ContainerEnding.Of(Ended with { LastLines = null }), StringComparison.Ordinal);

    [Fact]
    public void What_could_not_be_started_is_told_with_what_kept_it()
    {
        var made = Ended with { Phase = ContainerPhase.Created, ExitCode = 126, Error = "exec: \"/run.sh\": permission denied" };
        Assert.Equal("container web could not be started, exit code 126: exec: \"/run.sh\": permission denied (image site:1, command /bin/httpd -f)", ContainerEnding.NotStarted(made));
        Assert.Equal("container web was made, but not started", ContainerEnding.NotStarted(made with { Error = "" }));
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("  tabs\tand\r\nbreaks  ", "tabs and breaks")]
    [InlineData("\u001b[31mred\u001b[0m", "·[31mred·[0m")]
    [InlineData("\0\u0001\u0002ELF\uFFFD\uFFFDx", "·ELF·x")]
    [InlineData("turned \u202Eround", "turned ·round")]
    [InlineData("über 日本 🚀", "über 日本 🚀")]
    [InlineData("", "")]
    public void What_a_terminal_would_obey_is_taken_out(string text, string shown) => Assert.Equal(shown, ContainerWords.Printable(text));

    [Fact]
    public void What_is_long_is_cut()
    {
        Assert.Equal(new string('x', ContainerWords.Longest) + "…", ContainerWords.Printable(new('x', 1_000_000)));
        Assert.True(ContainerEnding.Of(Ended with { Command = new('x', 100_000), LastLines = [.. Enumerable.Repeat(new string('y', 100_000), 1000)] }).Length < 1000);
    }
}
