using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using Hale.Config;
using Hale.Core.Model;
using Hale.Native;
using Hale.Remedies;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Remedies;

public sealed class CleanRemedyTests : IDisposable
{
    private readonly CleanTree tree = new();

    public void Dispose() => tree.Dispose();

    [Fact]
    public async Task Old_files_go_and_young_ones_stay()
    {
        var old = tree.Old("a/b/old.tmp");
        var young = tree.Young("a/young.tmp");

        var result = await tree.Clean();

        result.AssertDone(files: 1);
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
        Assert.True(Directory.Exists(tree.Root + "/a/b"), "a folder was removed though nobody asked");
    }

    [Fact]
    public async Task Only_names_that_match_go()
    {
        tree.Old("a.tmp");
        tree.Old(".hidden.tmp");
        tree.Old("b1.log");
        var kept = new[] { tree.Old("video.mp4"), tree.Old("A.TMP"), tree.Old("b12.log") };

        (await tree.Clean(tree.Rules with { Patterns = ["*.tmp", "b?.log"] })).AssertDone(files: 3);

        Assert.All(kept, path => Assert.True(File.Exists(path), path));
    }

    [Fact]
    public async Task Videos_of_the_user_outside_the_named_roots_survive()
    {
        var videos = new[] { tree.Old(tree.Outside + "/result.mp4"), tree.Old(Path.GetDirectoryName(tree.Root) + "/experiment.mp4") };
        tree.Old("scratch.mp4");

        (await tree.Clean(tree.Rules with { Patterns = ["*.mp4"] })).AssertDone(files: 1);

        Assert.All(videos, path => Assert.True(File.Exists(path), path));
    }

    [Fact]
    public async Task A_file_unpacked_today_from_an_old_archive_is_young_unless_its_own_time_is_trusted()
    {
        var unpacked = tree.Old("unpacked");
        File.SetLastWriteTimeUtc(unpacked, DateTime.UtcNow.AddYears(-2));
        var rules = tree.Rules with { Older = TimeSpan.FromDays(30) };

        (await tree.Clean(rules)).AssertDone(files: 0);
        Assert.True(File.Exists(unpacked));

        (await tree.Clean(rules with { TrustsModified = true })).AssertDone(files: 1);
        Assert.False(File.Exists(unpacked));
    }

    [Fact]
    public async Task The_oldest_go_first_and_only_until_enough_is_freed()
    {
        foreach (var day in Enumerable.Range(1, 9))
            File.SetLastWriteTimeUtc(tree.Old($"{day % 3}/day{day}", 100_000), DateTime.UtcNow.AddDays(-day));

        var result = await tree.Clean(tree.Rules with { TrustsModified = true, Free = 250_000 });

        result.AssertDone(files: 3);
        Assert.InRange(result.Value("freed"), 250_000, 400_000);
        var left = Directory.GetFiles(tree.Root, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order();
        Assert.Equal(["day1", "day2", "day3", "day4", "day5", "day6"], left);
    }

    [Fact]
    public async Task Neither_a_link_nor_what_it_leads_to_is_touched()
    {
        var precious = tree.Old(tree.Outside + "/precious");
        File.CreateSymbolicLink(tree.Root + "/file", precious);
        Directory.CreateSymbolicLink(tree.Root + "/folder", tree.Outside);

        (await tree.Clean(tree.Rules with { EmptyFolders = true })).AssertDone(files: 0);

        Assert.True(File.Exists(precious));
        Assert.NotNull(new FileInfo(tree.Root + "/file").LinkTarget);
        Assert.NotNull(new FileInfo(tree.Root + "/folder").LinkTarget);
    }

    [Theory]
    [InlineData("-t", "tmpfs", "none")]
    [InlineData("--bind")]
    public async Task A_mount_is_not_crossed(params string[] options)
    {
        var mounted = Directory.CreateDirectory(tree.Root + "/mounted").FullName;
        if (Run("mount", [.. options[0] == "--bind" ? ["--bind", tree.Outside] : options, mounted]) != 0)
            Assert.Skip("nothing can be mounted here");
        try
        {
            var precious = tree.Old(mounted + "/precious");

            var result = await tree.Clean(tree.Rules with { EmptyFolders = true });

            result.AssertDone(files: 0);
            Assert.Contains("another mount", result.Detail, StringComparison.Ordinal);
            Assert.True(File.Exists(precious));
        }
        finally
        {
            Run("umount", [mounted]);
        }
    }

    [Fact]
    public async Task A_file_that_is_open_here_or_in_another_process_survives()
    {
        var ours = tree.Old("ours");
        var theirs = tree.Old("theirs");
        await using var held = File.OpenRead(ours);
        using var other = Process.Start(new ProcessStartInfo("sh", ["-c", "exec 3< \"$0\"; echo open; read line", theirs]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        Assert.Equal("open", await other.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        var whileOpen = await tree.Clean();
        other.StandardInput.Close();
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        await held.DisposeAsync();
        var afterwards = await tree.Clean();

        whileOpen.AssertDone(files: 0);
        Assert.Contains("2 (open)", whileOpen.Detail, StringComparison.Ordinal);
        Assert.Contains("in process", whileOpen.Detail, StringComparison.Ordinal);
        afterwards.AssertDone(files: 2);
    }

    [Fact]
    public async Task A_file_that_is_only_mapped_survives()
    {
        var path = tree.Old("mapped");
        using (var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read))
        using (map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read))
            (await tree.Clean()).AssertDone(files: 0);

        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_lease_is_granted_only_on_a_file_that_nobody_has_open_and_an_opener_in_between_does_no_harm()
    {
        var path = tree.Old("leased");
        using (File.OpenRead(path))
        using (var second = FileNative.OpenFile(System.Text.Encoding.UTF8.GetBytes(path), out _))
            Assert.Equal(FileNative.EAGAIN, FileNative.TakeWriteLease(second!));

        var first = FileNative.OpenFile(System.Text.Encoding.UTF8.GetBytes(path), out _)!;
        var error = FileNative.TakeWriteLease(first);
        if (error != 0)
            Assert.Skip($"no leases on this file system: {FileNative.Describe(error)}");
        // The opener waits in the kernel and a signal comes to us, which must not end this process.
        using var opener = Process.Start("head", ["-c0", path]);
        Poll(() => File.ReadAllText($"/proc/{opener.Id}/wchan").Contains("lease", StringComparison.Ordinal) || opener.HasExited, "the opener did not come to wait for the lease");
        first.Dispose();
        Assert.True(opener.WaitForExit(30_000), "the opener was not let go when the lease ended");
    }

    [Fact]
    public async Task A_name_with_another_link_outside_goes_but_frees_nothing()
    {
        var inside = tree.Old("one", 100_000);
        Names.Link(inside, tree.Outside + "/other");

        var result = await tree.Clean();

        result.AssertDone(files: 1);
        Assert.Equal(0, result.Value("freed"));
        Assert.Equal(100_000, new FileInfo(tree.Outside + "/other").Length);
    }

    [Fact]
    public async Task The_last_of_several_names_frees_the_space()
    {
        Names.Link(tree.Old("one", 100_000), tree.Root + "/two");

        var result = await tree.Clean();

        result.AssertDone(files: 2);
        Assert.InRange(result.Value("freed"), 100_000, 200_000);
    }

    [Fact]
    public async Task Names_that_are_not_text_go_as_well_and_are_shown_in_one_line()
    {
        Names.Create(tree.Root, [(byte)'r', 0xe9, (byte)'s'], "x");
        Names.Create(tree.Root, "two\nlines"u8.ToArray(), "x");
        Names.Create(tree.Root, [0xff, 0xfe], "x");
        Names.Create(tree.Root, "-rf *"u8.ToArray(), "x");

        var planned = await tree.Rehearse();
        var result = await tree.Clean();

        Assert.Contains(planned, line => line.Contains("r\\xE9s", StringComparison.Ordinal));
        Assert.Contains(planned, line => line.Contains("two\\nlines", StringComparison.Ordinal));
        result.AssertDone(files: 4);
        Assert.Empty(Directory.GetFileSystemEntries(tree.Root));
    }

    [Fact]
    public async Task Hales_own_folder_and_configuration_survive()
    {
        var kept = new[] { tree.Old(".hale/journal.db"), tree.Old("state/output.log"), tree.Old("hale.yaml") };

        (await tree.Clean(state: tree.Root + "/state")).AssertDone(files: 0);
        Assert.All(kept, path => Assert.True(File.Exists(path), path));

        var within = await tree.Clean(tree.Rules with { Roots = [tree.Root + "/state/sub"] }, state: tree.Root);
        Assert.Equal(RemedyOutcome.Failed, within.Outcome);
    }

    [Fact]
    public async Task Empty_folders_go_when_asked_but_not_those_that_services_expect()
    {
        tree.Old("a/b/c/file");
        Directory.CreateDirectory(tree.Root + "/empty");
        Directory.CreateDirectory(tree.Root + "/systemd-private-1234-x.service/tmp");
        Directory.CreateDirectory(tree.Root + "/.X11-unix");
        tree.Young("kept/young");

        var result = await tree.Clean(tree.Rules with { EmptyFolders = true });

        Assert.Equal(4, result.Value("folders"));
        Assert.Equal([".X11-unix", "kept", "systemd-private-1234-x.service"], Directory.GetDirectories(tree.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(Directory.Exists(tree.Root + "/systemd-private-1234-x.service/tmp"));
    }

    [Fact]
    public async Task A_young_empty_folder_and_one_that_somebody_works_in_stay()
    {
        Directory.CreateDirectory(tree.Root + "/young");
        Directory.SetLastWriteTimeUtc(tree.Root + "/young", DateTime.UtcNow.AddDays(9));
        var place = Directory.CreateDirectory(tree.Root + "/place").FullName;
        using var worker = Process.Start(new ProcessStartInfo("sh", ["-c", "echo here; read line"]) { WorkingDirectory = place, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("here", await worker.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        await tree.Clean(tree.Rules with { EmptyFolders = true });
        worker.StandardInput.Close();

        Assert.True(Directory.Exists(tree.Root + "/young"), "a young folder was removed");
        Assert.True(Directory.Exists(place), "a process works in the folder that was removed");
    }

    [Fact]
    public async Task Folders_deeper_than_asked_are_not_entered()
    {
        tree.Old("one");
        tree.Old("a/two");
        var third = tree.Old("a/b/three");

        (await tree.Clean(tree.Rules with { Depth = 2 })).AssertDone(files: 2);

        Assert.True(File.Exists(third));
    }

    [Fact]
    public async Task Only_regular_files_go()
    {
        Run("mkfifo", [tree.Root + "/pipe"]);

        (await tree.Clean()).AssertDone(files: 0);

        Assert.True(File.Exists(tree.Root + "/pipe"));
    }

    [Fact]
    public async Task A_rehearsal_deletes_nothing_and_tells_the_list_and_the_sum_that_the_act_then_frees()
    {
        foreach (var i in Enumerable.Range(0, 60))
            tree.Old($"file{i}");

        var planned = await tree.Rehearse();
        Assert.Equal(60, Directory.GetFiles(tree.Root).Length);
        var result = await tree.Clean();

        Assert.Equal(50, planned.Count(line => line.StartsWith("delete ", StringComparison.Ordinal)));
        Assert.Contains("10 more", planned[50], StringComparison.Ordinal);
        Assert.Contains("60 files", planned[^1], StringComparison.Ordinal);
        Assert.EndsWith(Hale.Probes.Figures.Bytes(result.Value("freed")), planned[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_delete_is_done_and_says_so()
    {
        var result = await tree.Clean();

        result.AssertDone(files: 0);
        Assert.StartsWith("nothing to delete", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_that_is_not_there_or_has_become_a_link_fails()
    {
        Directory.CreateSymbolicLink(tree.Root + "/link", tree.Outside);
        var precious = tree.Old(tree.Outside + "/precious");
        Directory.CreateDirectory(tree.Outside + "/below");

        foreach (var root in new[] { "/nowhere", "/link", "/link/below" })
        {
            var result = await tree.Clean(tree.Rules with { Roots = [tree.Root + root] });
            Assert.Equal(RemedyOutcome.Failed, result.Outcome);
            Assert.Contains(root, result.Detail, StringComparison.Ordinal);
        }
        Assert.True(File.Exists(precious));
    }

    [Fact]
    public async Task One_root_that_cannot_be_cleaned_does_not_keep_another_from_it()
    {
        tree.Old("a");

        var result = await tree.Clean(tree.Rules with { Roots = [tree.Root + "/nowhere", tree.Root] });

        result.AssertDone(files: 1);
        Assert.Contains("nowhere", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_journal_is_vacuumed_after_the_files_and_what_journalctl_says_is_told()
    {
        // The real tool where it is installed; it is asked for entries older than a century.
        if (!File.Exists("/usr/bin/journalctl"))
            Assert.Skip("journalctl is not installed here");
        tree.Old("a");
        var remedy = new CleanRemedy(tree.Rules, new CleanJournal(TimeSpan.FromDays(36500)));

        var planned = await remedy.RehearseAsync(tree.Context(), TestContext.Current.CancellationToken);
        var result = await remedy.ActAsync(tree.Context(), TestContext.Current.CancellationToken);

        Assert.StartsWith("run journalctl --vacuum-time=3153600000s (", planned[^1], StringComparison.Ordinal);
        result.AssertDone(files: 1);
        Assert.Contains("; journal: ", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_vacuumed_is_a_failure_that_says_why()
    {
        tree.Old("a");

        foreach (var program in new[] { "no-such-journalctl", "/bin/false" })
        {
            var result = await new CleanRemedy(tree.Rules, new CleanJournal(TimeSpan.FromDays(7), program)).ActAsync(tree.Context(), TestContext.Current.CancellationToken);
            Assert.Equal(RemedyOutcome.Failed, result.Outcome);
            Assert.Contains(program, result.Detail, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetFiles(tree.Root));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/etc")]
    [InlineData("/etc/ssl/certs")]
    [InlineData("/usr")]
    [InlineData("/usr/share/doc")]
    [InlineData("/home")]
    [InlineData("/home/")]
    [InlineData("/var")]
    [InlineData("/var/lib")]
    [InlineData("/root")]
    [InlineData("/proc/self")]
    [InlineData("/sys/fs")]
    [InlineData("/dev/input")]
    [InlineData("/tmp/../etc")]
    public void Folders_of_the_system_are_refused(string root)
    {
        var refused = Assert.Throws<SettingsException>(() => CleanRoots.Checked(root));

        Assert.Equal("roots", refused.Key);
    }

    [Theory]
    [InlineData("/tmp", "/tmp")]
    [InlineData("/var/log/app/", "/var/log/app")]
    [InlineData("/home/me/scratch", "/home/me/scratch")]
    [InlineData("/dev/shm", "/dev/shm")]
    [InlineData("/usrlocal", "/usrlocal")]
    public void Other_folders_may_be_named(string root, string used) => Assert.Equal(used, CleanRoots.Checked(root));

    [Fact]
    public void A_root_behind_a_link_is_refused_when_the_configuration_is_read()
    {
        Directory.CreateSymbolicLink(tree.Root + "/link", tree.Outside);

        foreach (var root in new[] { tree.Root + "/link", tree.Root + "/link/below" })
            Assert.Contains("is a link", Assert.Throws<SettingsException>(() => CleanRoots.Checked(root)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ older: 7d }", "nothing to clean")]
    [InlineData("{}", "nothing to clean")]
    [InlineData("{ journal: 7d, older: 7d }", "no roots")]
    [InlineData("{ roots: [/tmp] }", "older")]
    [InlineData("{ roots: [/etc], older: 7d }", "/etc")]
    [InlineData("{ roots: [/tmp], older: 0s }", "older")]
    [InlineData("{ roots: [/tmp], older: 7d, age: newest }", "age")]
    public void A_configuration_that_would_clean_the_wrong_thing_is_refused(string keys, string words)
    {
        var result = Load(keys);

        Assert.Contains(result.Errors, error => error.ToString()!.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ roots: /tmp, older: 7d }")]
    [InlineData("{ journal: 7d }")]
    [InlineData("{ roots: /tmp, older: 7d, journal: 2d }")]
    [InlineData("{ roots: [/tmp, /var/tmp], older: 1h30m, patterns: ['*.tmp'], free: 1GB, depth: 3, empty_folders: true, age: modified }")]
    public void A_configuration_of_one_line_is_enough(string keys) => Assert.Empty(Load(keys).Errors);

    private static LoadResult Load(string keys) =>
        new SpecLoader().LoadText($"targets: {{ host: {{ checks: {{ disk: {{ fail: 90% }} }}, heal: [ {{ clean: {keys} }} ] }} }}", "hale.yaml", "/", _ => null);

    private static int Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static void Poll(Func<bool> condition, string otherwise)
    {
        var patience = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30), otherwise);
            Thread.Sleep(5);
        }
    }
}
