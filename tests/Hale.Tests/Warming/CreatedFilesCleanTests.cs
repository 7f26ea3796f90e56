using Hale.Testing;
using Hale.Warming.Cleaning;
using Hale.Warming.Plans;
using Xunit;

namespace Hale.Tests.Warming;

/// <summary>What a rehearsal created goes, and everything else stays.</summary>
public sealed class CreatedFilesCleanTests : IDisposable
{
    private readonly Scratch scratch = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Created_files_and_folders_go_and_what_was_there_stays_whatever_happened_to_it()
    {
        Write("root/old.txt", "old");
        Write("root/written.txt", "old");
        Write("root/replaced.txt", "old");
        Write("root/moved.txt", "old");
        Write("root/deep/old.txt", "old");
        Directory.CreateDirectory(scratch["root/empty"]);
        var result = Clean(() =>
        {
            Write("root/new.txt", "new");
            Write("root/deep/new.txt", "new");
            Write("root/made/deeper/new.txt", "new");
            File.AppendAllText(scratch["root/written.txt"], "more");
            Write("root/replacement", "new");
            File.Move(scratch["root/replacement"], scratch["root/replaced.txt"], overwrite: true);
            File.Move(scratch["root/moved.txt"], scratch["root/moved-on.txt"]);
        });
        Assert.Null(result.Trouble);
        Assert.Equal(["deep/old.txt", "moved-on.txt", "old.txt", "replaced.txt", "written.txt"], Left());
        Assert.True(Directory.Exists(scratch["root/empty"]));
        Assert.False(Directory.Exists(scratch["root/made"]));
        Assert.StartsWith("removed 3 files (", result.Summary, StringComparison.Ordinal);
        Assert.Contains("removed 2 folders; left 5 files from before the start: ", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_moved_in_from_elsewhere_is_older_and_stays()
    {
        Write("elsewhere.txt", "somebody's");
        Thread.Sleep(50);
        var result = Clean(() => File.Move(scratch["elsewhere.txt"], scratch["root/brought.txt"]));
        Assert.Equal(["brought.txt"], Left());
        Assert.Contains("left 1 file from before the start", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_not_followed()
    {
        Write("elsewhere/kept.txt", "somebody's");
        var result = Clean(() => Directory.CreateSymbolicLink(scratch["root/link"], scratch["elsewhere"]));
        Assert.Null(result.Trouble);
        Assert.True(File.Exists(scratch["elsewhere/kept.txt"]));
    }

    [Fact]
    public void A_created_file_that_is_still_open_is_not_removed_and_is_trouble()
    {
        FileStream? open = null;
        var result = Clean(() => open = File.Create(scratch["root/open.mcap"]));
        using (open)
        {
            Assert.Equal($"1 file that it created cannot be removed: {scratch["root/open.mcap"]}: open", result.Trouble);
            Assert.Equal(["open.mcap"], Left());
        }
    }

    [Fact]
    public void Only_names_that_the_plan_gives_go_and_the_others_are_named()
    {
        var result = Clean(
            () =>
            {
                Write("root/take.mcap", "new");
                Write("root/notes.txt", "new");
            },
            "*.mcap");
        Assert.Null(result.Trouble);
        Assert.Equal(["notes.txt"], Left());
        Assert.EndsWith($"left 1 file whose name is not one of those to be removed: {scratch["root/notes.txt"]}", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_that_comes_to_be_only_then_is_cleaned_as_well()
    {
        var clean = new CreatedFilesClean(new([scratch["later"]], ["*"]), TimeProvider.System);
        Assert.Null(clean.Remember(Cancel));
        Write("later/take.mcap", "new");
        Assert.Null(clean.Remove(Cancel).Trouble);
        Assert.Empty(Directory.EnumerateFiles(scratch["later"]));
    }

    [Fact]
    public void Without_the_calls_of_Linux_files_are_told_by_path_and_birth()
    {
        Write("root/old.txt", "old");
        Write("root/written.txt", "old");
        Write("elsewhere/kept.txt", "somebody's");
        var clean = new CreatedFilesByName(new([scratch["root"]], ["*.mcap"]), TimeProvider.System);
        Assert.Null(clean.Remember(Cancel));
        Write("root/made/take.mcap", "new");
        Write("root/notes.txt", "new");
        File.AppendAllText(scratch["root/written.txt"], "more");
        Directory.CreateSymbolicLink(scratch["root/link"], scratch["elsewhere"]);
        var result = clean.Remove(Cancel);
        Assert.Null(result.Trouble);
        Assert.Equal(["notes.txt", "old.txt", "written.txt"], Directory.EnumerateFiles(scratch["root"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(scratch["root/made"]));
        Assert.True(File.Exists(scratch["elsewhere/kept.txt"]));
        Assert.Equal(
            "removed 1 file (3B); removed 1 folder", string.Join("; ", result.Summary.Split("; ")[..2]));
        Assert.Contains($"left 1 file whose name is not one of those to be removed: {scratch["root/notes.txt"]}", result.Summary, StringComparison.Ordinal);
    }

    private CleanResult Clean(Action rehearse, params string[] patterns)
    {
        Directory.CreateDirectory(scratch["root"]);
        var clean = new CreatedFilesClean(new([scratch["root"]], patterns.Length == 0 ? ["*"] : patterns), TimeProvider.System);
        Assert.Null(clean.Remember(Cancel));
        rehearse();
        return clean.Remove(Cancel);
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(scratch[name])!);
        File.WriteAllText(scratch[name], text);
    }

    private string[] Left() => [.. Directory.EnumerateFiles(scratch["root"], "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(scratch["root"], file)).Order(StringComparer.Ordinal)];
}
