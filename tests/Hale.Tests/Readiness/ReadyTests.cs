using System.Diagnostics;
using Hale.Core.Model;
using Hale.Core.Readiness;
using Hale.Probes;
using Hale.Readiness;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Readiness;

public class ReadyTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 8\r\n\r\nstarting";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_ready_is_ready_at_the_first_attempt()
    {
        await using var server = LoopbackServer.Answering(Ok);
        var report = await Ready.WhenAsync(server.Url().ToString(), cancel: Cancel);
        Assert.Equal((GateEnd.Ready, $"{server.Url()}: status 200", 1), (report.End, report.Reason, Assert.Single(report.Targets).Attempts));
    }

    [Fact]
    public async Task What_becomes_ready_later_is_waited_for()
    {
        var asked = 0;
        await using var server = LoopbackServer.Start(async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.WriteAsync(Interlocked.Increment(ref asked) < 5 ? Busy : Ok);
        });
        var report = await Ready.WhenAsync(server.Url().ToString(), Eventually.Limit, Cancel);
        var target = Assert.Single(report.Targets);
        Assert.Equal(
            [(Outcome.Fail, "status 503: 'starting'", 4), (Outcome.Pass, "status 200", 1)],
            target.Timeline.Select(episode => (episode.Outcome, episode.Evidence, episode.Count)));
    }

    [Fact]
    public async Task Not_ready_is_an_exception_that_names_the_cause()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        var failure = await Assert.ThrowsAsync<NotReadyException>(() => Ready.WhenAsync($"tcp:127.0.0.1:{port}", TimeSpan.FromSeconds(2), Cancel));
        Assert.StartsWith($"not ready within 2 s: tcp:127.0.0.1:{port}: connecting to 127.0.0.1:{port}: connection refused; nothing listens on port {port}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(GateEnd.NotReady, failure.Report.End);
    }

    [Fact]
    public async Task Several_are_waited_for_and_one_is_enough_when_that_is_said()
    {
        await using var server = LoopbackServer.Answering(Ok);
        using var refusing = LoopbackServer.Refusing(out var port);
        string[] targets = [server.Url().ToString(), $"tcp:127.0.0.1:{port}"];
        var options = new ReadyOptions { Timeout = TimeSpan.FromSeconds(3) };
        Assert.True((await Ready.WhenAsync(targets, options with { Any = true }, Cancel)).IsReady);
        var report = await Ready.TryWhenAsync(targets.Select(target => ReadyTarget.Parse(target)), options, Cancel);
        Assert.Equal([true, false], report.Targets.Select(target => target.IsReady));
    }

    [Fact]
    public async Task Progress_is_told_after_each_attempt()
    {
        var told = new List<ReadyProgress>();
        var asked = 0;
        await using var server = LoopbackServer.Start(async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.WriteAsync(Interlocked.Increment(ref asked) < 3 ? Busy : Ok);
        });
        await Ready.WhenAsync([server.Url().ToString()], new ReadyOptions { Progress = told.Add, Timeout = Eventually.Limit }, Cancel);
        Assert.Equal([1, 2, 3], told.Select(each => each.Attempt));
        Assert.Equal([false, false, true], told.Select(each => each.IsReady));
    }

    [Fact]
    public async Task The_end_of_a_watched_process_fails_the_wait_at_once_with_its_exit_code()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read line; exit 3"]) { RedirectStandardInput = true })!;
        var waiting = Ready.TryWhenAsync([ReadyTarget.Parse($"tcp:127.0.0.1:{port}")], new ReadyOptions { Process = process, Timeout = TimeSpan.FromMinutes(10) }, Cancel);
        process.StandardInput.Close();
        var report = await waiting.WaitAsync(Eventually.Limit, Cancel);
        Assert.Equal((GateEnd.NotReady, $"process {process.Id} exited with code 3"), (report.End, report.Reason));
    }

    [Fact]
    public async Task The_end_of_a_process_of_somebody_else_fails_the_wait_at_once_and_leaves_its_status_to_its_parent()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read line; exit 3"]) { RedirectStandardInput = true })!;
        var waiting = Ready.TryWhenAsync(
            [ReadyTarget.Parse($"tcp:127.0.0.1:{port}"), ReadyTarget.Parse($"pid:{process.Id}")], new ReadyOptions { Timeout = TimeSpan.FromMinutes(10) }, Cancel);
        process.StandardInput.Close();
        var report = await waiting.WaitAsync(Eventually.Limit, Cancel);
        Assert.Equal(GateEnd.NotReady, report.End);
        Assert.StartsWith($"process {process.Id} ", report.Reason, StringComparison.Ordinal);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(3, process.ExitCode);
    }

    [Fact]
    public async Task Accepts_and_never_answers_fails_at_its_deadline()
    {
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        var report = await Ready.TryWhenAsync([ReadyTarget.Parse(server.Url().ToString())], new ReadyOptions { Timeout = TimeSpan.FromSeconds(2), AttemptTimeout = TimeSpan.FromMilliseconds(300) }, Cancel);
        Assert.Equal(GateEnd.NotReady, report.End);
        Assert.Contains($"connected to 127.0.0.1:{server.Port}, but no answer within 300ms", report.Reason, StringComparison.Ordinal);
        // The verdict is of the deadline; how much later it is told is measured by the benchmark, since this machine may be busy.
        Assert.Equal(TimeSpan.FromSeconds(2), report.Took);
    }

    [Fact]
    public async Task A_probe_that_ignores_its_token_is_left_behind()
    {
        var hangs = new Hanging();
        var report = await Ready.TryWhenAsync([new ReadyTarget("stuck", hangs)], new ReadyOptions { Timeout = TimeSpan.FromMilliseconds(200) }, Cancel)
            .WaitAsync(Eventually.Limit, Cancel);
        Assert.Equal((GateEnd.CouldNotTell, "not ready within 200 ms: stuck: no attempt has ended"), (report.End, report.Reason));
        hangs.Release.Set();
    }

    [Fact]
    public async Task A_probe_that_throws_could_not_tell()
    {
        var report = await Ready.TryWhenAsync([new ReadyTarget("broken", new Throwing())], new ReadyOptions { Timeout = TimeSpan.FromSeconds(1) }, Cancel);
        Assert.Equal(GateEnd.CouldNotTell, report.End);
        Assert.Contains("the attempt failed: InvalidOperationException: out of order", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var waiting = Ready.WhenAsync($"tcp:127.0.0.1:{port}", TimeSpan.FromMinutes(10), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Eventually.Limit, Cancel));
    }

    [Fact]
    public async Task Cancelling_ends_an_attempt_that_holds_the_thread_that_waits()
    {
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var waiting = Task.Factory.StartNew(
            () => Ready.TryWhen([ReadyTarget.Parse(server.Url().ToString())], new ReadyOptions { Timeout = Eventually.Limit * 2, AttemptTimeout = Eventually.Limit * 2 }, cancel.Token),
            Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Eventually.HoldsAsync(() => server.Connections == 1, "it was connected to");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Eventually.Limit, Cancel));
    }

    [Fact]
    public async Task Options_out_of_their_range_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Ready.WhenAsync(Array.Empty<string>(), new ReadyOptions(), Cancel));
        foreach (var wrong in (ReadyOptions[])[new() { Timeout = TimeSpan.FromSeconds(-2) }, new() { Interval = default }, new() { AttemptTimeout = default }, new() { Successes = 0 }, new() { MaxAttempts = 0 }])
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Ready.WhenAsync(["tcp:127.0.0.1:1"], wrong, Cancel));
    }

    private sealed class Hanging : IProbe
    {
        public ManualResetEventSlim Release { get; } = new();

        public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
        {
            Release.Wait(CancellationToken.None);
            return new(ProbeResult.Pass("too late"));
        }
    }

    private sealed class Throwing : IProbe
    {
        public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => throw new InvalidOperationException("out of order");
    }
}
