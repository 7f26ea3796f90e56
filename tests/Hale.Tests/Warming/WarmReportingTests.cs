using Hale.Core.Sessions;
using Hale.Core.Warming;
using Hale.Sessions;
using Hale.Tests.Sessions;
using Hale.Warming;
using Hale.Warming.Plans;
using Xunit;

namespace Hale.Tests.Warming;

/// <summary>What a session's row is told of a warm-up. The commands are real, and so is the store; only where it must fail on request is a fake in the way.</summary>
public sealed class WarmReportingTests
{
    private const string Well = "echo loaded; echo ready; exec sleep 1000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static WarmPlan Plan(SessionRig rig, string script, string role = "student", string store = "", string more = "repeat: 1")
    {
        var folder = Directory.CreateDirectory(Path.Combine(rig.Folder, role)).FullName;
        var (plan, errors) = WarmPlanLoader.LoadText(
            $$"""
            rehearse: { command: [sh, -c, "{{script}}"], within: 30s }
            evidence: [{ log: ready }]
            report: { store: "{{(store.Length > 0 ? store : rig.Address)}}", session: s, role: {{role}}, within: 0s, spool: {{rig.Spool.Folder}} }
            {{more}}
            """,
            "plan.yaml", Path.Combine(folder, "plan.yaml"), _ => null);
        Assert.Empty(errors);
        return plan!;
    }

    [Fact]
    public async Task A_row_is_warming_with_the_stages_and_then_healthy()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var written = new WrittenRows(rig.Store);
        var report = await WarmRunner.RunAsync(Plan(rig, Well, store: "written:rows"), new() { Stores = written.Stores }, Cancel);
        Assert.Equal((true, ReportEnd.Delivered), (report.Verdict.IsHealthy, report.Reported!.End));
        Assert.Equal(SessionStatus.Healthy, (await rig.RowAsync()).Status);
        var states = written.Rows.Select(row => row.Of("student")!).ToList();
        Assert.Equal([ParticipantState.Warming, ParticipantState.Healthy], states.Select(each => each.State).Distinct());
        Assert.Equal("begins", states[0].Stage);
        Assert.All(states[1..^1], each => Assert.StartsWith("rehearsal: ", each.Stage, StringComparison.Ordinal));
        Assert.Equal(states[..^1].Select(each => each.Progress).Order(), states[..^1].Select(each => each.Progress));
        Assert.Empty(rig.Spool.List());
    }

    [Fact]
    public async Task A_warm_up_that_times_out_never_reports_healthy()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var written = new WrittenRows(rig.Store);
        var plan = Plan(rig, "echo loaded; exec sleep 1000", store: "written:rows");
        var report = await WarmRunner.RunAsync(plan with { Rehearsal = plan.Rehearsal with { Within = TimeSpan.FromSeconds(3) } }, new() { Stores = written.Stores }, Cancel);
        Assert.Equal(WarmEnd.Failed, report.Verdict.End);
        Assert.DoesNotContain(written.Rows, row => row.Status == SessionStatus.Healthy || row.Of("student")!.State == ParticipantState.Healthy);
        var row = await rig.RowAsync();
        Assert.Equal(SessionStatus.Unhealthy, row.Status);
        Assert.Equal(
            new SessionFailure("evidence", "not all evidence within 3 s: log /ready/: no line of its output matches; the last is: loaded", "loaded"), row.Of("student")!.Failure);
    }

    [Fact]
    public async Task Times_that_still_differ_at_the_limit_are_unhealthy()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        // The first start is slow; a second one would be needed to know that it is fast by now.
        var plan = Plan(rig, "[ -e warm ] || sleep 1; touch warm; " + Well, more: "repeat: { limit: 2, tolerance: 0%, slack: 0s }");
        var report = await WarmRunner.RunAsync(plan, new(), Cancel);
        Assert.Equal(WarmEnd.NotWarm, report.Verdict.End);
        var failure = (await rig.RowAsync()).Of("student")!.Failure!;
        Assert.Equal("repeat", failure.Step);
        Assert.EndsWith("the last 2 times still differ after 2 rehearsals, which is the limit", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interruption_is_unhealthy()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        using var interrupt = new CancellationTokenSource();
        var report = await WarmRunner.RunAsync(
            Plan(rig, "exec sleep 1000"),
            new() { Progress = progress => Interrupt(progress, interrupt) },
            interrupt.Token);
        Assert.Equal(WarmEnd.Interrupted, report.Verdict.End);
        Assert.Equal(new SessionFailure("evidence", "interrupted", ""), (await rig.RowAsync()).Of("student")!.Failure);

        static void Interrupt(WarmProgress progress, CancellationTokenSource source)
        {
            if (progress.Stage == RehearsalStage.Evidence)
                source.CancelAfter(0);
        }
    }

    [Theory]
    [InlineData(false, "There is no such session. It has to be created before it is reported on.")]
    [InlineData(true, "The session is over: nobody came.")]
    public async Task A_row_that_takes_no_report_is_an_error_before_anything_is_started(bool exists, string reason)
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("another", "student");
        if (exists)
        {
            await rig.PlanAsync("s", "student");
            await rig.Store.ApplyAsync("s", new Terminate("nobody came"), TimeProvider.System, Cancel);
        }
        var plan = Plan(rig, "touch started; " + Well);
        var report = await WarmRunner.RunAsync(plan, new(), Cancel);
        Assert.Equal((WarmEnd.Failed, false), (report.Verdict.End, report.Verdict.IsHealthy));
        Assert.Equal($"nothing was rehearsed: session s does not take reports of student: {reason}", report.Verdict.Line);
        Assert.False(File.Exists(Path.Combine(plan.Rehearsed.Directory, "started")));
        if (exists)
            Assert.Equal(SessionStatus.Terminated, (await rig.RowAsync()).Status);
        else
            Assert.Null(await rig.Store.GetAsync("s", Cancel));
    }

    [Fact]
    public async Task A_session_that_ends_meanwhile_is_not_made_healthy_and_that_is_told()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var isOver = Task.CompletedTask;
        var report = await WarmRunner.RunAsync(Plan(rig, Well), new()
        {
            Progress = progress =>
            {
                if (progress.Stage == RehearsalStage.Stop && isOver == Task.CompletedTask)
                    isOver = rig.Store.ApplyAsync("s", new Terminate("nobody came"), TimeProvider.System, Cancel);
                isOver.Wait(Cancel);
            },
        }, Cancel);
        Assert.Equal((true, ReportEnd.Refused, "The session is over: nobody came."), (report.Verdict.IsHealthy, report.Reported!.End, report.Reported.Reason));
        Assert.Equal(SessionStatus.Terminated, (await rig.RowAsync()).Status);
    }

    [Fact]
    public async Task A_store_that_is_down_delays_nothing_and_the_verdict_is_kept_on_disk()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var stores = new SessionStores(new Dictionary<string, Func<SessionAddress, ISessionStore>> { ["broken"] = _ => new BrokenStore(rig.Store) { Failures = int.MaxValue } });
        var report = await WarmRunner.RunAsync(Plan(rig, Well, store: "broken:store"), new() { Stores = stores }, Cancel);
        Assert.Equal((true, ReportEnd.Kept), (report.Verdict.IsHealthy, report.Reported!.End));
        Assert.Equal(ParticipantState.Healthy, Assert.Single(rig.Spool.List()).Kept.Report.State);
        Assert.Equal(SessionStatus.DnsWritten, (await rig.RowAsync()).Status);
    }

    [Fact]
    public async Task Two_machines_and_one_row()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "teacher", "student");
        await WarmRunner.RunAsync(Plan(rig, Well, "teacher"), new(), Cancel);
        Assert.NotEqual(SessionStatus.Healthy, (await rig.RowAsync()).Status);
        await WarmRunner.RunAsync(Plan(rig, Well, "student"), new(), Cancel);
        Assert.Equal(SessionStatus.Healthy, (await rig.RowAsync()).Status);
    }

    /// <summary>Remembers every row that was written to the store behind it.</summary>
    private sealed class WrittenRows(ISessionStore inner) : ISessionStore
    {
        public List<SessionRow> Rows { get; } = [];

        public SessionStores Stores => new(new Dictionary<string, Func<SessionAddress, ISessionStore>> { ["written"] = _ => this });

        public SessionAddress Address => inner.Address;

        public Task<StoredSession?> GetAsync(string id, CancellationToken cancel) => inner.GetAsync(id, cancel);

        public Task<bool> CreateAsync(SessionRow row, CancellationToken cancel) => inner.CreateAsync(row, cancel);

        public async Task<bool> ReplaceAsync(StoredSession was, SessionRow next, CancellationToken cancel)
        {
            var isWritten = await inner.ReplaceAsync(was, next, cancel);
            if (isWritten)
                Rows.Add(next);
            return isWritten;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
