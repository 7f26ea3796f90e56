using Hale.Warming.Plans;
using Xunit;

namespace Hale.Tests.Warming.Plans;

public class WarmPlanLoaderTests
{
    private const string Least = """
        rehearse: ./recorder recordings
        evidence: [{ port: "localhost:8080" }]
        """;

    private static WarmPlanResult Load(string text, params (string Name, string Value)[] variables) =>
        WarmPlanLoader.LoadText(text, "plan.yaml", "/srv/app/plan.yaml", name => variables.FirstOrDefault(each => each.Name == name).Value);

    [Fact]
    public void The_least_that_is_written_has_the_defaults_of_the_page()
    {
        var plan = Load(Least).Plan!;
        Assert.Equal(["./recorder", "recordings"], plan.Rehearsed.Command);
        Assert.Equal(("/srv/app", "/srv/app/.hale", "/srv/app/plan.yaml"), (plan.Rehearsed.Directory, plan.State, plan.File));
        Assert.Equal("port localhost:8080", Assert.Single(plan.Evidence).Name);
        Assert.Equal((15, false, null), (plan.Stop.Signal, plan.Stop.ToProcess, plan.Stop.PidFile));
        Assert.Null(plan.Clean);
        Assert.Null(plan.Rehearsal.CleanWithin);
        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.Zero, TimeSpan.FromSeconds(15), true), (plan.Rehearsal.Within, plan.Rehearsal.Hold, plan.Rehearsal.Grace, plan.Rehearsal.KilledFails));
        Assert.Equal((5, 2, 0.2, TimeSpan.FromMilliseconds(100), false), (plan.Warm.Limit, plan.Warm.Last, plan.Warm.Tolerance, plan.Warm.Slack, plan.Warm.AcceptsNotWarm));
        Assert.Empty(plan.Then);
    }

    [Fact]
    public void Everything_that_can_be_written_is_read()
    {
        var (plan, errors) = Load("""
            x-common: &slow { within: 2m }
            rehearse: { command: [./recorder, "${WHERE}"], directory: work, env: { MODE: dry }, hold: 5s, <<: *slow }
            evidence:
              - files: { path: "recordings/*.mcap", min: 1KB, grow: false }
              - port: 127.0.0.1:8080
              - url: { url: "http://127.0.0.1:8080/ready", status: [2xx] }
              - log: "recording (started|resumed)"
              - log: { pattern: started, file: app.log }
              - process: { name: ffmpeg, count: 2 }
              - exec: [test, -f, ready]
            stop: { command: [./stop, --now], command_within: 5s, grace: 1m, killed: accept }
            clean: { roots: [recordings, more], files: ["*.mcap"], within: 10s }
            repeat: { limit: 10, last: 3, tolerance: 10%, slack: 50ms, at_limit: accept }
            then: [hale, run]
            state: /var/lib/hale
            """, ("WHERE", "recordings"));
        Assert.Empty(errors);
        Assert.Equal(["./recorder", "recordings"], plan!.Rehearsed.Command);
        Assert.Equal(("/srv/app/work", "dry"), (plan.Rehearsed.Directory, plan.Rehearsed.Environment["MODE"]));
        Assert.Equal(
            ["files recordings/*.mcap", "port 127.0.0.1:8080", "url http://127.0.0.1:8080/ready", "log /recording (started|resumed)/", "log app.log /started/", "process ffmpeg", "exec test -f ready"],
            plan.Evidence.Select(item => item.Name));
        Assert.Equal(new FilesItem("files recordings/*.mcap", "/srv/app/recordings/*.mcap", 1024, false), plan.Evidence[0]);
        Assert.Equal(["./stop", "--now"], plan.Stop.Command);
        // The grace time counts from the end of the stop command at the latest.
        Assert.Equal((TimeSpan.FromSeconds(65), false, TimeSpan.FromSeconds(10)), (plan.Rehearsal.Grace, plan.Rehearsal.KilledFails, plan.Rehearsal.CleanWithin));
        Assert.Equal(["/srv/app/recordings", "/srv/app/more"], plan.Clean!.Roots);
        Assert.Equal((10, 3, 0.1, true), (plan.Warm.Limit, plan.Warm.Last, plan.Warm.Tolerance, plan.Warm.AcceptsNotWarm));
        Assert.Equal(["hale", "run"], plan.Then);
        Assert.Equal("/var/lib/hale", plan.State);
    }

    [Fact]
    public void Everything_that_is_wrong_is_reported_at_once_with_its_place()
    {
        var (plan, errors) = Load("""
            reherse: ./recorder
            evidence:
              - file: recordings/*.mcap
              - { port: nowhere }
              - { port: "a:1", log: started }
              - {}
              - log: "(unclosed"
            stop: { signal: INTERRUPT, grace: soon, command: ./stop }
            clean: { roots: [/etc] }
            repeat: { limit: 3, last: 4 }
            """);
        Assert.Null(plan);
        var lines = errors.Select(error => error.ToString()).ToList();
        Assert.Collection(lines,
            line => Assert.Equal("plan.yaml:1:1: reherse: unknown key \"reherse\"; did you mean \"rehearse\"?", line),
            line => Assert.Equal("plan.yaml:3:5: evidence[0].file: unknown key \"file\"; did you mean \"files\"?", line),
            line => Assert.Equal("plan.yaml:4:13: evidence[1].port: \"nowhere\" is not HOST:PORT; write for example localhost:8080", line),
            line => Assert.Equal("plan.yaml:5:20: evidence[2].log: a piece of evidence is one thing, and \"port\" is one already; make a second piece of \"log\"", line),
            line => Assert.Equal("plan.yaml:6:5: evidence[3]: names no evidence; write one of files, port, url, log, process, exec", line),
            line => Assert.StartsWith("plan.yaml:7:10: evidence[4].log: \"(unclosed\" is not a regular expression", line, StringComparison.Ordinal),
            line => Assert.StartsWith("plan.yaml:8:9: stop.signal: \"signal\" says whom to signal", line, StringComparison.Ordinal),
            line => Assert.StartsWith("plan.yaml:8:17: stop.signal: \"INTERRUPT\" is not a signal", line, StringComparison.Ordinal),
            line => Assert.StartsWith("plan.yaml:8:35: stop.grace: \"soon\" is not a duration", line, StringComparison.Ordinal),
            line => Assert.StartsWith("plan.yaml:9:17: clean.roots: /etc belongs to the system", line, StringComparison.Ordinal),
            line => Assert.StartsWith("plan.yaml:10:27: repeat.last: the last 4 of at most 3 rehearsals cannot be compared", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "found nothing, expected a mapping with at least \"rehearse\" and \"evidence\"")]
    [InlineData("- a", "found a list, expected a mapping with at least \"rehearse\" and \"evidence\"")]
    [InlineData("rehearse: ./x\nevidence: []\n", "found an empty list, expected a list of what must be seen")]
    [InlineData("rehearse: ./x\n", "evidence: missing")]
    [InlineData("rehearse: ./x\nevidence: [{ port: \"a:1\" }]\nrepeat: 0\n", "repeat: \"0\" is too small; at least 1")]
    [InlineData("rehearse: ./x\nevidence: [{ log: \"${NOWHERE}\" }]\n", "the environment has no variable NOWHERE")]
    public void What_is_no_plan_is_refused_with_what_would_be_one(string text, string said) =>
        Assert.Contains(said, Assert.Single(Load(text).Errors).ToString(), StringComparison.Ordinal);

    [Fact]
    public void One_rehearsal_is_written_as_a_number()
    {
        var plan = Load(Least + "\nrepeat: 1").Plan!;
        Assert.Equal((1, 1), (plan.Warm.Limit, plan.Warm.Last));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_of_its_first_line() =>
        Assert.Contains("there is no such file", Assert.Single(WarmPlanLoader.Load("/does/not/exist.yaml", _ => null).Errors).ToString(), StringComparison.Ordinal);
}
