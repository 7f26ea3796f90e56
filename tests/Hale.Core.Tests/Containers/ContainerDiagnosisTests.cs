using Hale.Core.Containers;
using Hale.Core.Model;
using Hale.Core.Readiness;

namespace Hale.Core.Tests.Containers;

public class ContainerDiagnosisTests
{
    private static readonly ContainerFacts Running = new("web", ContainerPhase.Running) { Image = "site:1", Command = "/bin/httpd -f", Networks = ["front"] };
    private static readonly ContainerQuestion Port80 = new(80, null);
    private static readonly ContainerListener Everywhere = new(80, "0.0.0.0");

    private static GateEpisode[] Failed(string evidence = "it failed", int count = 1) => [new(Outcome.Fail, evidence, default, default, count)];

    private static ContainerFinding Of(ContainerFacts? facts, ContainerAttempt attempt = ContainerAttempt.None, IReadOnlyList<ContainerListener>? inside = null, string? network = null) =>
        ContainerDiagnosis.Of(facts, Port80 with { Network = network }, attempt, Failed(), inside);

    public static TheoryData<ContainerPhase, ContainerCause> Phases => new()
    {
        { ContainerPhase.Missing, ContainerCause.Missing },
        { ContainerPhase.Created, ContainerCause.NotStarted },
        { ContainerPhase.Running, ContainerCause.NothingListens },
        { ContainerPhase.Paused, ContainerCause.Paused },
        { ContainerPhase.Restarting, ContainerCause.RestartLoop },
        { ContainerPhase.Ended, ContainerCause.Ended },
        { ContainerPhase.Unknown, ContainerCause.Unknown },
    };

    [Theory]
    [MemberData(nameof(Phases))]
    public void The_state_says_more_than_what_attempts_came_to(ContainerPhase phase, ContainerCause cause) =>
        Assert.Equal(cause, Of(Running with { Phase = phase, ExitCode = 1 }, ContainerAttempt.Refused, []).Cause);

    [Fact]
    public void Every_phase_is_in_the_table() => Assert.Equal(Enum.GetValues<ContainerPhase>(), Phases.Select(row => row.Data.Item1));

    public static TheoryData<ContainerHealthFact, ContainerAttempt, ContainerCause> Healths => new()
    {
        { ContainerHealthFact.None, ContainerAttempt.None, ContainerCause.Unknown },
        { ContainerHealthFact.None, ContainerAttempt.Silent, ContainerCause.NeverAnswers },
        { ContainerHealthFact.Starting, ContainerAttempt.None, ContainerCause.StillStarting },
        { ContainerHealthFact.Starting, ContainerAttempt.Silent, ContainerCause.NeverAnswers },
        { ContainerHealthFact.Healthy, ContainerAttempt.None, ContainerCause.Unknown },
        { ContainerHealthFact.Healthy, ContainerAttempt.Silent, ContainerCause.NeverAnswers },
        { ContainerHealthFact.Unhealthy, ContainerAttempt.None, ContainerCause.Unhealthy },
        { ContainerHealthFact.Unhealthy, ContainerAttempt.Silent, ContainerCause.Unhealthy },
        { ContainerHealthFact.NotRun, ContainerAttempt.None, ContainerCause.HealthNotRun },
        { ContainerHealthFact.NotRun, ContainerAttempt.Silent, ContainerCause.HealthNotRun },
    };

    [Theory]
    [MemberData(nameof(Healths))]
    public void Its_own_health_check_counts_where_it_has_one(ContainerHealthFact health, ContainerAttempt attempt, ContainerCause cause) =>
        Assert.Equal(cause, Of(Running with { Health = health }, attempt, [Everywhere]).Cause);

    // What the attempt came to, what listens inside (null: it could not be seen), the cause, and what a person reads.
    public static TheoryData<ContainerAttempt, string?, ContainerCause, string> Attempts => new()
    {
        { ContainerAttempt.None, null, ContainerCause.Unknown, "it runs, and nothing more is known" },
        { ContainerAttempt.Refused, null, ContainerCause.Refused, "what listens inside could not be seen from here" },
        { ContainerAttempt.Refused, "", ContainerCause.NothingListens, "inside, nothing listens on any port" },
        { ContainerAttempt.Refused, "8080 0.0.0.0,9090 ::", ContainerCause.NothingListens, "inside, nothing listens on port 80, but on 8080, 9090" },
        { ContainerAttempt.Refused, "8080 127.0.0.1", ContainerCause.NothingListens, "inside, nothing listens on port 80, but on 127.0.0.1:8080" },
        { ContainerAttempt.Refused, "8080 ::1", ContainerCause.NothingListens, "inside, nothing listens on port 80, but on [::1]:8080" },
        { ContainerAttempt.Refused, "80 127.0.0.1", ContainerCause.LoopbackOnly, "inside, port 80 is listened on at 127.0.0.1 only, which nobody else reaches; it should listen on 0.0.0.0" },
        { ContainerAttempt.Refused, "80 127.0.0.1,80 ::1", ContainerCause.LoopbackOnly, "inside, port 80 is listened on at 127.0.0.1, ::1 only, which nobody else reaches; it should listen on 0.0.0.0" },
        { ContainerAttempt.Refused, "80 127.0.0.1,80 0.0.0.0", ContainerCause.Refused, "port 80 is listened on by now" },
        { ContainerAttempt.Refused, "80 ::", ContainerCause.Refused, "port 80 is listened on by now" },
        { ContainerAttempt.Unreachable, null, ContainerCause.Unreachable, "no connection comes about" },
        { ContainerAttempt.Unreachable, "80 0.0.0.0", ContainerCause.Unreachable, "no connection comes about; inside, it listens on 80" },
        { ContainerAttempt.Unreachable, "81 0.0.0.0", ContainerCause.Unreachable, "no connection comes about; inside, nothing listens on port 80, but on 81" },
        { ContainerAttempt.NameUnknown, null, ContainerCause.NameUnknown, "the name does not resolve" },
        { ContainerAttempt.Silent, null, ContainerCause.NeverAnswers, "it takes connections on port 80 and never answers" },
        { ContainerAttempt.Unfinished, null, ContainerCause.NeverFinishes, "its answers on port 80 begin and do not end" },
        { ContainerAttempt.Broken, null, ContainerCause.HangsUp, "it takes connections on port 80 and closes them without an answer" },
        { ContainerAttempt.Broken, "80 0.0.0.0", ContainerCause.HangsUp, "it takes connections on port 80 and closes them without an answer" },
        { ContainerAttempt.Broken, "81 0.0.0.0", ContainerCause.HangsUp, "it takes connections on port 80 and closes them without an answer: behind the published port nothing listens on port 80, but on 81" },
        { ContainerAttempt.OtherStatus, "80 0.0.0.0", ContainerCause.OtherStatus, "it answers on port 80, but with another status than is wanted" },
    };

    [Theory]
    [MemberData(nameof(Attempts))]
    public void What_an_attempt_came_to_and_what_listens_inside_name_the_cause(ContainerAttempt attempt, string? inside, ContainerCause cause, string text) =>
        Assert.Equal(new ContainerFinding(cause, text), Of(Running, attempt, Listeners(inside)));

    [Fact]
    public void Every_kind_of_attempt_is_in_the_table() => Assert.Equal(Enum.GetValues<ContainerAttempt>(), Attempts.Select(row => row.Data.Item1).Distinct());

    [Fact]
    public void An_engine_that_does_not_say_is_could_not_tell_whatever_was_seen_before()
    {
        foreach (var attempt in Enum.GetValues<ContainerAttempt>())
            Assert.Equal(ContainerCause.EngineAway, Of(null, attempt, [Everywhere]).Cause);
    }

    [Fact]
    public void A_container_outside_of_the_network_that_was_asked_for_is_told_with_those_that_it_is_in()
    {
        Assert.Equal(new(ContainerCause.WrongNetwork, "it has no address in network back, but in front"), Of(Running, network: "back"));
        Assert.Equal(new(ContainerCause.WrongNetwork, "it has no address in network back, nor in any other"), Of(Running with { Networks = [] }, network: "back"));
        Assert.Equal(ContainerCause.NothingListens, Of(Running, ContainerAttempt.Refused, [], network: "front").Cause);
    }

    [Fact]
    public void A_restart_loop_is_told_with_its_count_and_last_words()
    {
        var loop = Running with { Restarts = 7, LastLines = ["no such database"] };
        Assert.Equal(new(ContainerCause.RestartLoop, "it ends again and again: its restart policy has started it anew 7 times; its last words: 'no such database'"), Of(loop, ContainerAttempt.Refused, []));
        Assert.Equal(
            new(ContainerCause.RestartLoop, "container web exited with code 3 (image site:1, command /bin/httpd -f); its last words: 'no such database'; its restart policy has started it anew once"),
            Of(loop with { Phase = ContainerPhase.Restarting, Restarts = 1, ExitCode = 3 }));
    }

    [Fact]
    public void An_unhealthy_container_is_told_with_the_last_output_of_its_check() => Assert.Equal(
        new(ContainerCause.Unhealthy, "its own health check has failed 4 times in a row, the last time with: no route to db"),
        Of(Running with { Health = ContainerHealthFact.Unhealthy, HealthFailures = 4, HealthOutput = "no route\n\tto db\n" }));

    [Fact]
    public void What_passes_now_and_then_is_told_with_how_often()
    {
        GateEpisode[] timeline = [.. Failed(count: 3), new(Outcome.Pass, "status 200", default, default, 2), .. Failed("status 503", 4)];
        Assert.Equal(
            new(ContainerCause.Flapping, "it passed 2 times of 9, and not often enough in a row"),
            ContainerDiagnosis.Of(Running, Port80, ContainerAttempt.OtherStatus, timeline, [Everywhere]));
    }

    [Fact]
    public void Without_a_port_nothing_is_said_of_ports() =>
        Assert.Equal(ContainerCause.Unknown, ContainerDiagnosis.Of(Running, new(null, null), ContainerAttempt.Refused, Failed(), []).Cause);

    [Fact]
    public void Only_what_stands_before_the_port_is_an_obstacle()
    {
        Assert.Null(ContainerDiagnosis.Obstacle(Running with { Restarts = 3 }, Port80));
        Assert.Null(ContainerDiagnosis.Obstacle(Running with { Health = ContainerHealthFact.Healthy }, Port80));
        Assert.Equal(ContainerCause.StillStarting, ContainerDiagnosis.Obstacle(Running with { Health = ContainerHealthFact.Starting }, Port80)!.Cause);
        Assert.Equal(ContainerCause.Paused, ContainerDiagnosis.Obstacle(Running with { Phase = ContainerPhase.Paused }, Port80)!.Cause);
        Assert.Equal(ContainerCause.WrongNetwork, ContainerDiagnosis.Obstacle(Running, Port80 with { Network = "back" })!.Cause);
    }

    private static ContainerListener[]? Listeners(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(each => each.Split(' ')).Select(each => new ContainerListener(int.Parse(each[0], System.Globalization.CultureInfo.InvariantCulture), each[1])).ToArray();
}
