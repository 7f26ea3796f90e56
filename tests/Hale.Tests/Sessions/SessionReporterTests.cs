using Hale.Core.Sessions;
using Hale.Sessions;
using Xunit;

namespace Hale.Tests.Sessions;

public sealed class SessionReporterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_machines_and_one_row()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "teacher", "student");
        var (teacher, student) = (rig.Reporter("teacher"), rig.Reporter("student"));
        await Task.WhenAll(teacher.WarmingAsync("rehearsal 1 of 2", 0, Cancel), student.WarmingAsync("rehearsal 1 of 2", 0, Cancel));
        Assert.Equal(SessionStatus.Warming, (await rig.RowAsync()).Status);
        await teacher.HealthyAsync(Cancel);
        Assert.Equal(SessionStatus.Warming, (await rig.RowAsync()).Status);
        await student.HealthyAsync(Cancel);
        Assert.Equal(SessionStatus.Healthy, (await rig.RowAsync()).Status);
        Assert.Empty(rig.Spool.List());
    }

    [Fact]
    public async Task A_missing_row_is_refused_at_once_and_no_row_is_made()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var result = await rig.Reporter("student", "ghost").HealthyAsync(Cancel);
        Assert.Equal(ReportEnd.Refused, result.End);
        Assert.Null(await rig.Store.GetAsync("ghost", Cancel));
        Assert.Empty(rig.Spool.List());
    }

    [Fact]
    public async Task An_answer_that_is_lost_writes_nothing_twice()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var store = new BrokenStore(rig.Store) { LosesAnswers = true };
        Assert.Equal(ReportEnd.Delivered, (await rig.Reporter("student", store: store).HealthyAsync(Cancel)).End);
        Assert.Equal((SessionStatus.Healthy, 3L), ((await rig.RowAsync()).Status, (await rig.RowAsync()).Version));
    }

    [Fact]
    public async Task A_store_that_is_down_for_a_while_is_tried_again_and_a_stage_is_not_waited_for()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var store = new BrokenStore(rig.Store) { Failures = 2 };
        var reporter = rig.Reporter("student", store: store);
        var stage = await reporter.WarmingAsync("rehearsal 1", 0, Cancel);
        Assert.Equal((ReportEnd.Lost, "The store is down."), (stage.End, stage.Reason));
        Assert.Empty(rig.Spool.List());
        store.Failures = 3;
        Assert.Equal(ReportEnd.Delivered, (await reporter.HealthyAsync(Cancel)).End);
        Assert.Equal(SessionStatus.Healthy, (await rig.RowAsync()).Status);
        Assert.Empty(rig.Spool.List());
    }

    [Fact]
    public async Task A_verdict_is_kept_when_the_store_stays_down_and_delivered_later()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var store = new BrokenStore(rig.Store) { Failures = int.MaxValue };
        var result = await rig.Reporter("student", store: store, patience: TimeSpan.Zero).UnhealthyAsync("evidence", "no file grew", "tail", Cancel);
        Assert.Equal(ReportEnd.Kept, result.End);
        Assert.Contains("hale session deliver", result.Reason, StringComparison.Ordinal);
        Assert.Equal(SessionStatus.DnsWritten, (await rig.RowAsync()).Status);
        var (_, kept) = Assert.Single(rig.Spool.List());
        Assert.Equal(("s", rig.Address, new SessionFailure("evidence", "no file grew", "tail")), (kept.Session, kept.Store, kept.Report.Failure));

        var delivery = Assert.Single(await rig.Spool.DeliverAsync(SessionStores.Local, TimeProvider.System, Cancel));
        Assert.Equal(ReportEnd.Delivered, delivery.End);
        Assert.Equal("no file grew", (await rig.RowAsync()).Of("student")!.Failure!.Reason);
        Assert.Empty(rig.Spool.List());
    }

    [Fact]
    public async Task The_verdict_is_on_disk_before_it_is_sent()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var store = new BrokenStore(rig.Store) { Failures = int.MaxValue };
        using var stop = new CancellationTokenSource();
        var reporting = rig.Reporter("student", store: store, patience: TimeSpan.FromHours(1)).HealthyAsync(stop.Token);
        await Testing.Eventually.HoldsAsync(() => store.Calls > 1, "the store was asked");
        Assert.Single(rig.Spool.List());
        await stop.CancelAsync();
        Assert.Equal(ReportEnd.Kept, (await reporting).End);
        Assert.Single(rig.Spool.List());
    }

    [Fact]
    public async Task The_next_run_delivers_what_an_earlier_one_kept_and_is_not_overwritten_by_it()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "teacher", "student");
        var down = new BrokenStore(rig.Store) { Failures = int.MaxValue };
        await rig.Reporter("student", store: down, patience: TimeSpan.Zero).UnhealthyAsync("evidence", "first run", "", Cancel);
        await rig.Reporter("teacher", store: down, patience: TimeSpan.Zero).HealthyAsync(Cancel);
        var next = rig.Reporter("student");
        await next.WarmingAsync("rehearsal 1", 0, Cancel);
        Assert.Empty(rig.Spool.List());
        Assert.Equal(ParticipantState.Healthy, (await rig.RowAsync()).Of("teacher")!.State);
        Assert.Equal((ParticipantState.Warming, "rehearsal 1"), ((await rig.RowAsync()).Of("student")!.State, (await rig.RowAsync()).Of("student")!.Stage));
    }

    [Fact]
    public async Task What_has_moved_on_is_not_overwritten_by_a_late_delivery()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var down = new BrokenStore(rig.Store) { Failures = int.MaxValue };
        await rig.Reporter("student", store: down, patience: TimeSpan.Zero).HealthyAsync(Cancel);
        await rig.Store.ApplyAsync("s", new Terminate("NO_SHOW"), TimeProvider.System, Cancel);
        var delivery = Assert.Single(await rig.Spool.DeliverAsync(SessionStores.Local, TimeProvider.System, Cancel));
        Assert.Equal(ReportEnd.Refused, delivery.End);
        Assert.Contains("NO_SHOW", delivery.Reason, StringComparison.Ordinal);
        Assert.Equal(SessionStatus.Terminated, (await rig.RowAsync()).Status);
        Assert.Empty(rig.Spool.List());
    }

    [Fact]
    public async Task A_newer_verdict_of_the_same_machine_takes_the_place_of_the_older_one()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student", "teacher");
        var down = new BrokenStore(rig.Store) { Failures = int.MaxValue };
        var reporter = rig.Reporter("student", store: down, patience: TimeSpan.Zero);
        await reporter.HealthyAsync(Cancel);
        await rig.Reporter("teacher", store: down, patience: TimeSpan.Zero).HealthyAsync(Cancel);
        await reporter.UnhealthyAsync("watch", "the recorder died", "", Cancel);
        Assert.Equal([("student", ParticipantState.Unhealthy), ("teacher", ParticipantState.Healthy)], rig.Spool.List().Select(each => (each.Kept.Report.Role, each.Kept.Report.State)).Order());
    }

    [Fact]
    public async Task A_machine_whose_clock_is_behind_is_heard_all_the_same()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        await rig.Store.ApplyAsync("s", new Report("student", new(DateTimeOffset.UtcNow.AddHours(1), "by hand", 1), ParticipantState.Unhealthy) { Failure = new("", "set by hand", "") }, TimeProvider.System, Cancel);
        var reporter = rig.Reporter("student");
        Assert.Equal(ReportEnd.Delivered, (await reporter.WarmingAsync("rehearsal 1", 0, Cancel)).End);
        Assert.Equal(ReportEnd.Delivered, (await reporter.HealthyAsync(Cancel)).End);
        Assert.Equal(SessionStatus.Healthy, (await rig.RowAsync()).Status);
    }

    [Fact]
    public async Task Without_a_place_to_keep_it_a_verdict_is_lost_and_says_so()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("s", "student");
        var down = new BrokenStore(rig.Store) { Failures = int.MaxValue };
        Assert.Equal((ReportEnd.Lost, "The store is down. It is kept nowhere: there is no spool."), await Told(rig.Reporter("student", store: down, spools: false, patience: TimeSpan.Zero)));
        await File.WriteAllTextAsync(Path.Combine(rig.Folder, "spool"), "in the way", Cancel);
        Assert.Equal(ReportEnd.Lost, (await Told(rig.Reporter("student", store: down, patience: TimeSpan.Zero))).End);

        static async Task<(ReportEnd End, string Reason)> Told(SessionReporter reporter) => await reporter.HealthyAsync(Cancel) is var result ? (result.End, result.Reason) : default;
    }

    [Fact]
    public async Task A_file_of_the_spool_that_cannot_be_read_is_left_alone()
    {
        await using var rig = new SessionRig();
        Directory.CreateDirectory(rig.Spool.Folder);
        var file = Path.Combine(rig.Spool.Folder, "x.report.json");
        await File.WriteAllTextAsync(file, "{ half", Cancel);
        Assert.Empty(await rig.Spool.DeliverAsync(SessionStores.Local, TimeProvider.System, Cancel));
        Assert.True(File.Exists(file));
    }
}
