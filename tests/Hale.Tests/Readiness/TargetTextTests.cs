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
    [InlineData("container:web")]
    [InlineData("container:web:8080")]
    [InlineData("container:web:8080/")]
    [InlineData("container:web:8080/health?deep=1")]
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
    [InlineData("container:", "write for example container:web, container:db:5432 or container:web:8080/health")]
    [InlineData("container:web/x", "write for example container:web,")]
    [InlineData("container:web:http", "write for example container:web,")]
    [InlineData("container:web:/x", "write for example container:web,")]
    [InlineData("container:web:0", "port 0 is not between 1 and 65535")]
    [InlineData("container:web:65536/", "port 65536 is not between 1 and 65535")]
    public void What_cannot_be_read_is_refused_with_what_could_be(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => ReadyTarget.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_status_that_is_none_is_refused() => Assert.Contains(
        "is not a status",
        Assert.Throws<FormatException>(() => ReadyTarget.Parse("http://a/", new ReadyOptions { Status = ["ok"] })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void An_engine_at_no_address_is_refused_with_what_could_be() => Assert.Contains(
        "write unix:///run/docker.sock or tcp://host:2376",
        Assert.Throws<FormatException>(() => ReadyTarget.Parse("container:web", new ReadyOptions { Engine = "docker" })).Message,
        StringComparison.Ordinal);
}
