using Hale.Native;
using Hale.Processes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Processes;

public sealed class ProcessWatcherTests : IDisposable
{
    private readonly ProcessWatcher watcher = new();

    [Theory]
    [InlineData("exit 0", "exited with code 0")]
    [InlineData("exit 7", "exited with code 7")]
    [InlineData("kill -KILL $$", "killed by SIGKILL")]
    [InlineData("kill -TERM $$", "killed by SIGTERM")]
    public async Task The_end_of_a_child_is_told_with_its_status(string script, string expected)
    {
        Assert.Equal(expected, (await EndOf(Start(script))).ToString());
    }

    [Fact]
    public async Task A_child_that_ended_before_it_was_watched_is_told_all_the_same()
    {
        var process = Start("exit 3");
        await Eventually.HoldsAsync(() => !ProcessTable.IsAlive(process.Identity), "the child ends");

        Assert.Equal(3, (await EndOf(process)).Code);
    }

    [Fact]
    public async Task A_dead_child_leaves_no_zombie()
    {
        var process = Start("exit 0");
        await EndOf(process);

        Assert.Equal(ProcRead.Gone, ProcessTable.Read(process.Identity.Pid, out _));
    }

    [Fact]
    public async Task The_end_of_a_process_that_is_not_our_child_is_noticed()
    {
        // The shell in the middle exits, so that the sleeper belongs to process 1.
        var result = await new CommandRunner(watcher).RunAsync(
            new Command { Argv = ["bash", "-c", "(exec setsid bash -c 'read -t 30 < <(sleep 30); exit 5') >/dev/null 2>&1 & echo $!"] },
            TimeProvider.System, TestContext.Current.CancellationToken);
        var pid = int.Parse(result.Output, System.Globalization.CultureInfo.InvariantCulture);
        ProcessStat stat = default;
        await Eventually.HoldsAsync(() => ProcessTable.Read(pid, out stat) == ProcRead.Ok && stat.Session == pid, "the sleeper has its own session");
        var stranger = ProcessHandle.Open(stat.Identity)!;
        Assert.Null(Pidfd.Peek(stranger.Pidfd));

        var end = EndOf(stranger);
        stranger.SignalGroup(Signals.Kill);

        var exit = await end;
        Assert.True(!exit.IsKnown || exit.Signal == Signals.Kill, exit.ToString());
    }

    [Fact]
    public async Task An_exception_in_one_callback_does_not_silence_the_others()
    {
        var problems = new List<Exception>();
        using var strict = new ProcessWatcher(problems.Add);
        Assert.True(strict.TryWatch(Start("exit 0"), _ => throw new InvalidOperationException("bad callback")));
        await Eventually.HoldsAsync(() => problems.Count == 1, "the exception is reported");

        var told = new TaskCompletionSource();
        Assert.True(strict.TryWatch(Start("exit 0"), _ => told.SetResult()));
        await told.Task.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Two_hundred_spawns_leave_no_descriptor_open()
    {
        var runner = new CommandRunner(watcher);
        var command = new Command { Argv = ["true"] };
        await runner.RunAsync(command, TimeProvider.System, TestContext.Current.CancellationToken);
        var before = CountPidfdsAndPipes();

        for (var i = 0; i < 200; i++)
            Assert.True((await runner.RunAsync(command, TimeProvider.System, TestContext.Current.CancellationToken)).IsSuccess);

        // Other tests run in this process too, so a few may come and go; a leak would leave hundreds.
        await Eventually.HoldsAsync(() => CountPidfdsAndPipes() < before + 50, "descriptors of ended commands are closed");
    }

    public void Dispose() => watcher.Dispose();

    private static int CountPidfdsAndPipes() =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(entry =>
            new FileInfo(entry).LinkTarget is { } link && (link.StartsWith("pipe:", StringComparison.Ordinal) || link.Contains("pidfd", StringComparison.Ordinal)));

    private static ProcessHandle Start(string script)
    {
        using var output = Files.Open("/dev/null", Files.WriteOnly | Files.CloseOnExec);
        var (process, error) = Launch.Start(["bash", "-c", script], Launch.EnvironmentWith([]), null, output, output);
        Assert.True(process is not null, error);
        return process;
    }

    private Task<ProcessExit> EndOf(ProcessHandle process)
    {
        var end = new TaskCompletionSource<ProcessExit>();
        Assert.True(watcher.TryWatch(process, end.SetResult));
        return end.Task.WaitAsync(Eventually.Limit);
    }
}
