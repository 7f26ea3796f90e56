using System.Diagnostics;
using System.Net.Sockets;
using Hale.Native;
using Hale.Testing;
using Hale.Warming.Prefetch;
using Xunit;

namespace Hale.Tests.Warming;

public sealed class PrefetchTests : IDisposable
{
    private readonly Scratch scratch = new();

    [Fact]
    public async Task Files_and_folders_are_in_memory_afterwards()
    {
        Directory.CreateDirectory(scratch["runtime/deep"]);
        var files = new[] { Write("runtime/a", 300_000), Write("runtime/deep/b", 5_000_000), Write("alone", 10) };
        var mayTell = files.All(path => Drop(path) is 0);

        var report = await RunAsync(new PrefetchSpec { Paths = [scratch["runtime"], scratch["alone"]] });

        Assert.Equal((3, 5_300_010L, PrefetchEnd.Complete), (report.Files, report.Bytes, report.End));
        Assert.Null(report.Failure);
        if (mayTell)
        {
            Assert.Equal(0, report.AlreadyCached);
            Assert.All(files, path => Assert.Equal(new FileInfo(path).Length, Cached(path)));
        }
    }

    [Fact]
    public async Task What_is_in_memory_already_is_counted_as_such()
    {
        var path = Write("a", 1_000_000);
        _ = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        Assert.SkipWhen(Cached(path) is null, "the kernel does not say what is in its cache (cachestat, Linux 6.5)");

        var report = await RunAsync(new PrefetchSpec { Paths = [path] });

        Assert.Equal((1, 1_000_000L, (long?)1_000_000L), (report.Files, report.Bytes, report.AlreadyCached));
        Assert.Contains("all of it was in memory already", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_missing_is_named_and_fails_only_where_the_plan_says_so()
    {
        var spec = new PrefetchSpec { Paths = [Write("a", 10), scratch["nothing"]] };

        var lenient = await RunAsync(spec);
        var strict = await RunAsync(spec with { MissingFails = true });

        Assert.Equal([scratch["nothing"]], lenient.Missing);
        Assert.Null(lenient.Failure);
        Assert.Equal(1, lenient.Files);
        Assert.Contains($"missing: {scratch["nothing"]}", lenient.Summary, StringComparison.Ordinal);
        Assert.Contains(scratch["nothing"], strict.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recorded_list_is_read_ahead_and_what_it_names_may_be_missing()
    {
        Write("a", 10);
        File.WriteAllText(scratch["plan.prefetch"], "# remark\na\ngone\n");

        var report = await RunAsync(new PrefetchSpec { List = scratch["plan.prefetch"], MissingFails = true });

        Assert.Equal((1, 10L), (report.Files, report.Bytes));
        Assert.Equal([scratch["gone"]], report.Missing);
        Assert.Null(report.Failure);
    }

    [Fact]
    public async Task A_list_that_is_none_is_named_and_the_rest_is_read()
    {
        File.WriteAllText(scratch["plan.prefetch"], new string('x', 5000));

        var report = await RunAsync(new PrefetchSpec { Paths = [Write("a", 10)], List = scratch["plan.prefetch"] });

        Assert.Equal(1, report.Files);
        Assert.Contains("this is no path", Assert.Single(report.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_regular_file_is_never_opened()
    {
        var folder = Directory.CreateDirectory(scratch["runtime"]).FullName;
        Write("runtime/real", 10);
        // To open a pipe without a writer for reading would wait for one, and would wake one that waits.
        await RunAsync("mkfifo", scratch["runtime/pipe"]);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(scratch["runtime/socket"]));
        File.CreateSymbolicLink(scratch["runtime/zero"], "/dev/zero");
        File.CreateSymbolicLink(scratch["runtime/nowhere"], scratch["nothing"]);

        var report = await RunAsync(new PrefetchSpec { Paths = [folder] });

        Assert.Equal((1, 10L, 4), (report.Files, report.Bytes, report.SkippedCount));
        Assert.Equal(3, report.Skipped.Count(skip => skip.Reason == "is no regular file"));
        Assert.Contains(report.Skipped, skip => skip.Path.EndsWith("nowhere", StringComparison.Ordinal) && skip.Reason.Contains("No such file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_link_to_a_file_is_followed_once_and_a_link_to_a_folder_is_not()
    {
        var folder = Directory.CreateDirectory(scratch["runtime"]).FullName;
        Directory.CreateDirectory(scratch["elsewhere"]);
        Write("elsewhere/library.so.1", 100);
        Write("elsewhere/other", 100);
        File.CreateSymbolicLink(scratch["runtime/library.so"], scratch["elsewhere/library.so.1"]);
        File.CreateSymbolicLink(scratch["runtime/library.so.1"], scratch["elsewhere/library.so.1"]);
        File.CreateSymbolicLink(scratch["runtime/round"], folder);

        var report = await RunAsync(new PrefetchSpec { Paths = [folder] });

        Assert.Equal((1, 100L), (report.Files, report.Bytes));
        Assert.Equal([new PrefetchSkip(scratch["runtime/round"], "is a link to a folder")], report.Skipped);
    }

    [Fact]
    public async Task A_named_link_leads_to_what_it_means()
    {
        Directory.CreateDirectory(scratch["v2"]);
        Write("v2/a", 100);
        File.CreateSymbolicLink(scratch["current"], scratch["v2"]);

        var report = await RunAsync(new PrefetchSpec { Paths = [scratch["current"]] });

        Assert.Equal((1, 100L), (report.Files, report.Bytes));
    }

    [Fact]
    public async Task Another_mount_is_not_entered()
    {
        Directory.CreateDirectory(scratch["runtime/mounted"]);
        Write("runtime/here", 100);
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "none", scratch["runtime/mounted"]) == 0, "nothing can be mounted here");
        try
        {
            Write("runtime/mounted/there", 100);

            var report = await RunAsync(new PrefetchSpec { Paths = [scratch["runtime"]] });

            Assert.Equal(100, report.Bytes);
            Assert.Equal([new PrefetchSkip(scratch["runtime/mounted"], "is another mount")], report.Skipped);
        }
        finally
        {
            await RunAsync("umount", scratch["runtime/mounted"]);
        }
    }

    [Fact]
    public async Task The_limit_holds_to_the_byte()
    {
        var paths = Enumerable.Range(0, 20).Select(index => Write($"f{index}", 200_000)).ToArray();
        foreach (var path in paths)
            Assert.SkipWhen(Drop(path) is not 0, "the page cache cannot be dropped here, and what is in memory is not read");

        var report = await RunAsync(new PrefetchSpec { Paths = paths, Limit = 1_000_000 });

        Assert.Equal((PrefetchEnd.Limit, 1_000_000L), (report.End, report.Bytes));
        Assert.Contains("its limit was reached", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_deadline_ends_it_with_what_was_read_until_then()
    {
        var time = new ManualTime();
        var paths = Enumerable.Range(0, 50).Select(index => Write($"f{index}", 1000)).ToArray();
        // The first file is read, and then there is no time left.
        var report = await Prefetcher.RunAsync(
            new PrefetchSpec { Paths = paths, AtOnce = 1, Deadline = TimeSpan.FromSeconds(5) },
            progress => time.Advance(TimeSpan.FromSeconds(progress.Files == 1 ? 5 : 0)),
            time,
            TestContext.Current.CancellationToken);

        Assert.Equal(PrefetchEnd.Deadline, report.End);
        Assert.InRange(report.Files, 1, 49);
        Assert.Contains("its time was up", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_the_disk_does_not_let_go_of_is_left_behind()
    {
        var time = new ManualTime();
        using var stuck = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var running = Prefetcher.RunAsync(
            new PrefetchSpec { Paths = [Write("a", 10)], Deadline = TimeSpan.FromSeconds(5) },
            _ =>
            {
                entered.Set();
                stuck.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            },
            time,
            TestContext.Current.CancellationToken);
        Assert.True(entered.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));

        // Time passes again and again, since nothing tells when the outer wait has begun.
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return running.IsCompleted;
            },
            "the prefetch ended");
        stuck.Set();

        Assert.Equal(PrefetchEnd.Deadline, (await running).End);
    }

    [Fact]
    public async Task A_cancelled_prefetch_says_so()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Prefetcher.RunAsync(new PrefetchSpec { Paths = [scratch.Path] }, null, TimeProvider.System, cancel.Token));
    }

    [Fact]
    public async Task Progress_counts_up_to_the_report()
    {
        var heard = new List<PrefetchProgress>();
        var paths = Enumerable.Range(0, 10).Select(index => Write($"f{index}", 1000 + index)).ToArray();

        var report = await Prefetcher.RunAsync(new PrefetchSpec { Paths = paths }, heard.Add, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, 10), heard.Select(progress => progress.Files));
        Assert.Equal(report.Bytes, heard[^1].Bytes);
    }

    public void Dispose() => scratch.Dispose();

    private static Task<PrefetchReport> RunAsync(PrefetchSpec spec) => Prefetcher.RunAsync(spec, null, TimeProvider.System, TestContext.Current.CancellationToken);

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    private string Write(string name, int size)
    {
        var path = scratch[name];
        File.WriteAllBytes(path, new byte[size]);
        return path;
    }

    private static long? Cached(string path)
    {
        using var file = File.OpenHandle(path);
        return PageCache.CachedBytes(file, RandomAccess.GetLength(file));
    }

    // Puts it on disk and out of memory; 0 when it is gone from there, null when that cannot be known.
    private static long? Drop(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
        FileAdvice.Drop(file);
        return PageCache.CachedBytes(file, RandomAccess.GetLength(file));
    }
}
