using Hale.Readiness;
using Xunit;

namespace Hale.Tests.Readiness;

public class TargetTextTests
{
    [Theory]
    [InlineData("http://localhost:8080/ready")]
    [InlineData("https://example.com")]
    [InlineData("tcp:db:5432")]
    [InlineData("tcp://db:5432")]
    [InlineData("tcp:[::1]:80")]
    [InlineData("unix:/run/app.sock")]
    [InlineData("dns:db.internal")]
    [InlineData("file:/run/*.pid")]
    [InlineData("file:relative/path")]
    [InlineData("exec:pg_isready -h db")]
    [InlineData("pid:1")]
    public void Targets_are_read_and_keep_their_name(string text) => Assert.Equal(text, ReadyTarget.Parse(text).Name);

    [Theory]
    [InlineData("localhost:5432", "did you mean tcp:localhost:5432?")]
    [InlineData("/run/app.pid", "did you mean file:/run/app.pid?")]
    [InlineData("web", "'web' is not a target; write one of http(s)://…, tcp:HOST:PORT")]
    [InlineData("tcp:db", "write for example tcp:localhost:5432")]
    [InlineData("tcp:db:0", "write for example tcp:localhost:5432")]
    [InlineData("http://", "write for example http://localhost:8080/health")]
    [InlineData("unix:", "names no path")]
    [InlineData("file:", "names no path")]
    [InlineData("dns:", "write for example dns:db.internal")]
    [InlineData("exec:", "is no command")]
    [InlineData("exec:a | b", "has |, which only a shell understands")]
    [InlineData("pid:x", "write for example pid:4242")]
    [InlineData("pid:0", "write for example pid:4242")]
    public void What_cannot_be_read_is_refused_with_what_could_be(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => ReadyTarget.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_status_that_is_none_is_refused() => Assert.Contains(
        "is not a status",
        Assert.Throws<FormatException>(() => ReadyTarget.Parse("http://a/", new ReadyOptions { Status = ["ok"] })).Message,
        StringComparison.Ordinal);
}
