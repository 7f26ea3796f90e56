using System.Runtime.Versioning;
using System.Text;
using Hale.Core.Model;
using Hale.Native;
using Hale.Probes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

[SupportedOSPlatform("linux")]
public sealed class FilesProbeTests : IDisposable
{
    private readonly Scratch folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_new_a_newer_and_a_growing_file_are_progress_and_nothing_else_is()
    {
        Directory.CreateDirectory(folder["deep/down"]);
        await File.WriteAllTextAsync(folder["deep/down/a"], "1", TestContext.Current.CancellationToken);
        var probe = new FilesProbe(folder.Path);

        var first = await Attempt.Of(probe);
        Assert.Equal(Outcome.Pass, first.Outcome);
        Assert.NotNull(first.Progress);
        Assert.Equal(first.Progress, (await Attempt.Of(probe)).Progress);

        // Growing, with its time put back: the size alone tells.
        var stamp = File.GetLastWriteTimeUtc(folder["deep/down/a"]);
        await File.AppendAllTextAsync(folder["deep/down/a"], "2", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(folder["deep/down/a"], stamp);
        var grown = await Attempt.Of(probe);
        Assert.NotEqual(first.Progress, grown.Progress);

        // Newer, of the same size.
        File.SetLastWriteTimeUtc(folder["deep/down/a"], stamp.AddSeconds(1));
        var newer = await Attempt.Of(probe);
        Assert.NotEqual(grown.Progress, newer.Progress);

        // One more, empty and old.
        await File.WriteAllTextAsync(folder["b"], "", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(folder["b"], stamp.AddDays(-1));
        Assert.NotEqual(newer.Progress, (await Attempt.Of(probe)).Progress);
    }

    [Fact]
    public async Task The_age_is_that_of_the_newest()
    {
        foreach (var (name, hours) in new[] { ("a", 5), ("b", 2), ("c", 9) })
        {
            await File.WriteAllTextAsync(folder[name], "x", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(folder[name], DateTime.UtcNow.AddHours(-hours));
        }

        var result = await Attempt.Of(new FilesProbe(folder["?"]));

        Assert.Equal(2, result.ProgressAge!.Value.TotalHours, 0.1);
        Assert.Equal(3, result.Value("files"));
    }

    [Fact]
    public async Task A_single_file_and_a_pattern_do_as_well()
    {
        await File.WriteAllTextAsync(folder["run.log"], "x", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["noise"], "x", TestContext.Current.CancellationToken);

        Assert.Equal(1, (await Attempt.Of(new FilesProbe(folder["run.log"]))).Value("files"));
        Assert.Equal(1, (await Attempt.Of(new FilesProbe(folder["*.log"]))).Value("files"));
    }

    [Fact]
    public async Task No_file_yet_is_no_progress_and_no_failure()
    {
        var result = await Attempt.Of(new FilesProbe(folder.Path));

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Null(result.Progress);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_inconclusive() =>
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new FilesProbe(folder["nowhere"]))).Outcome);

    [Fact]
    public async Task A_part_that_may_not_be_looked_at_makes_the_whole_inconclusive()
    {
        if (FileNative.EffectiveUser == 0)
            Assert.Skip("root may look everywhere");
        Directory.CreateDirectory(folder["closed"], UnixFileMode.None);
        await File.WriteAllTextAsync(folder["open"], "x", TestContext.Current.CancellationToken);

        var result = await Attempt.Of(new FilesProbe(folder.Path));
        File.SetUnixFileMode(folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Equal(Outcome.Inconclusive, result.Outcome);
    }

    [Fact]
    public async Task A_name_that_is_not_text_is_seen_and_a_link_to_a_folder_is_not_followed()
    {
        Directory.CreateDirectory(folder["odd"]);
        Names.Create(folder["odd"], [(byte)'r', 0xe9, (byte)'s'], "x");
        Directory.CreateSymbolicLink(folder["loop"], folder.Path);

        var result = await Attempt.Of(new FilesProbe(folder.Path));
        Names.Remove(folder["odd"]);

        Assert.Equal(1, result.Value("files"));
        Assert.Contains("r\\xE9s", result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("grün", "grün")]
    [InlineData("two\nlines", "two\\nlines")]
    [InlineData("\u001b[31mred", "\\x1B[31mred")]
    [InlineData("\u202egnp.exe", "\\xE2\\x80\\xAEgnp.exe")]
    public void A_name_is_shown_on_one_line_and_steers_nothing(string name, string shown) =>
        Assert.Equal(shown, FileName.Printable(Encoding.UTF8.GetBytes(name)));
}
