using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Native;
using Hale.Probes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

[SupportedOSPlatform("linux")]
public sealed class FileProbeTests : IDisposable
{
    private readonly Scratch folder = new();

    public void Dispose() => folder.Dispose();

    private string Write(string name, string text = "hello")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        File.WriteAllText(folder[name], text);
        return folder[name];
    }

    private static Task<ProbeResult> Try(FileProbe.Expectations expected) => Attempt.Of(new FileProbe(expected));

    [Fact]
    public async Task A_file_that_is_there_passes_and_one_that_is_not_fails()
    {
        var path = Write("a");

        var there = await Try(new(path));
        Assert.Equal(Outcome.Pass, there.Outcome);
        Assert.Equal(5, there.Value("size"));
        Assert.Equal(Outcome.Pass, (await Try(new(folder.Path))).Outcome);
        Assert.Equal(Outcome.Fail, (await Try(new(folder["b"]))).Outcome);
        Assert.Equal(Outcome.Fail, (await Try(new(path + "/below a file"))).Outcome);
    }

    [Fact]
    public async Task A_file_that_must_not_be_there_fails_when_it_is()
    {
        Assert.Equal(Outcome.Fail, (await Try(new(Write("a")) { Absent = true })).Outcome);
        Assert.Equal(Outcome.Pass, (await Try(new(folder["b"]) { Absent = true })).Outcome);
    }

    [Fact]
    public async Task An_old_file_is_not_newer_than()
    {
        var path = Write("a");
        Assert.Equal(Outcome.Pass, (await Try(new(path) { NewerThan = TimeSpan.FromHours(1) })).Outcome);

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-2));
        var old = await Try(new(path) { NewerThan = TimeSpan.FromHours(1) });
        Assert.Equal(Outcome.Fail, old.Outcome);
        Assert.Equal(7200, old.Value("age"), 60.0);

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(2));
        Assert.Equal(Outcome.Pass, (await Try(new(path) { NewerThan = TimeSpan.FromHours(1) })).Outcome);
    }

    [Theory]
    [InlineData(5L, 5L, Outcome.Pass)]
    [InlineData(6L, null, Outcome.Fail)]
    [InlineData(null, 4L, Outcome.Fail)]
    public async Task The_size_lies_between_min_and_max(long? min, long? max, Outcome outcome) =>
        Assert.Equal(outcome, (await Try(new(Write("a")) { Min = min, Max = max })).Outcome);

    [Fact]
    public async Task The_content_must_match()
    {
        var path = Write("a", "state: ready\n");

        Assert.Equal(Outcome.Pass, (await Try(new(path) { Contains = new Regex("^state: (ready|busy)") })).Outcome);
        Assert.Equal(Outcome.Fail, (await Try(new(path) { Contains = new Regex("failed") })).Outcome);
        Assert.Equal(Outcome.Inconclusive, (await Try(new(folder.Path) { Contains = new Regex("x") })).Outcome);
    }

    [Fact]
    public async Task What_may_stand_behind_the_part_that_is_read_cannot_be_told()
    {
        var path = Write("a", new string('.', FileText.Limit) + "needle");

        Assert.Equal(Outcome.Inconclusive, (await Try(new(path) { Contains = new Regex("needle") })).Outcome);
    }

    [Fact]
    public async Task A_pipe_is_not_waited_for()
    {
        using var made = Process.Start("mkfifo", [folder["pipe"]]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Outcome.Inconclusive, (await Try(new(folder["pipe"]) { Contains = new Regex("x") })).Outcome);
    }

    [Fact]
    public async Task Owner_and_mode_must_be_as_written()
    {
        var path = Write("a");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var me = FileNative.EffectiveUser.ToString(System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(Outcome.Pass, (await Try(new(path) { Mode = 0x1a0, Owner = me })).Outcome);
        Assert.Equal(Outcome.Fail, (await Try(new(path) { Mode = 0x1a4 })).Outcome);
        Assert.Equal(Outcome.Fail, (await Try(new(path) { Owner = "4242424" })).Outcome);
        Assert.Equal(Outcome.Inconclusive, (await Try(new(path) { Owner = "nobody-by-that-name" })).Outcome);
        if (me == "0")
            Assert.Equal(Outcome.Pass, (await Try(new(path) { Owner = "root" })).Outcome);
    }

    [Theory]
    [InlineData("0640", 0x1a0)]
    [InlineData("4755", 0x9ed)]
    [InlineData("648", null)]
    [InlineData("rw", null)]
    [InlineData("77777", null)]
    public void A_mode_is_octal(string text, int? mode) => Assert.Equal(mode, FileProbe.ParseMode(text));

    [Fact]
    public async Task With_wildcards_the_newest_match_is_judged()
    {
        Write("backup/monday/dump.sql");
        File.SetLastWriteTimeUtc(folder["backup/monday/dump.sql"], DateTime.UtcNow.AddDays(-3));
        Write("backup/tuesday/dump.sql");
        Write("backup/tuesday/other.txt");

        Assert.Equal(Outcome.Pass, (await Try(new(folder["backup/*/dump.sql"]) { NewerThan = TimeSpan.FromDays(1) })).Outcome);
        Assert.Equal(Outcome.Pass, (await Try(new(folder["**/*.sql"]))).Outcome);
        Assert.Equal(Outcome.Pass, (await Try(new(folder["backup/mon???/dump.sql"]))).Outcome);
        Assert.Equal(Outcome.Fail, (await Try(new(folder["backup/mon*/dump.sql"]) { NewerThan = TimeSpan.FromDays(1) })).Outcome);
        Assert.Equal(Outcome.Fail, (await Try(new(folder["backup/*/*.gz"]))).Outcome);
        Assert.Equal(Outcome.Fail, (await Try(new(folder["nowhere/*.gz"]))).Outcome);
        Assert.Equal(Outcome.Pass, (await Try(new(folder["backup/*/*.gz"]) { Absent = true })).Outcome);
    }

    [Fact]
    public async Task No_permission_to_look_is_inconclusive()
    {
        if (FileNative.EffectiveUser == 0)
            Assert.Skip("root may look everywhere");
        Write("closed/a");
        File.SetUnixFileMode(folder["closed"], UnixFileMode.None);
        try
        {
            Assert.Equal(Outcome.Inconclusive, (await Try(new(folder["closed/a"]))).Outcome);
            Assert.Equal(Outcome.Inconclusive, (await Try(new(folder["closed/*"]))).Outcome);
            Assert.Equal(Outcome.Inconclusive, (await Try(new(folder["closed/a"]) { Absent = true })).Outcome);
        }
        finally
        {
            File.SetUnixFileMode(folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Theory]
    [InlineData("{ path: a, absent: true, max: 1KB }", "absent")]
    [InlineData("{ path: a, mode: rw-r--r-- }", "octal")]
    public void Keys_that_contradict_are_refused(string keys, string words)
    {
        var result = new SpecLoader().LoadText($"targets: {{ app: {{ checks: {{ flag: {{ file: {keys} }} }} }} }}", "hale.yaml", "/", _ => null);

        Assert.Contains(result.Errors, error => error.ToString()!.Contains(words, StringComparison.Ordinal));
    }
}
