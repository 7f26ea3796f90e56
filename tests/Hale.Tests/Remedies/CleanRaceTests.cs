using System.Globalization;
using Hale.Core.Model;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Remedies;

/// <summary>Law 9 under fire: random trees, and somebody who swaps folders for links while the remedy works.</summary>
public sealed class CleanRaceTests
{
    [Fact]
    public async Task Nothing_outside_the_root_is_touched_while_a_folder_is_swapped_for_a_link_all_the_time()
    {
        using var tree = new CleanTree();
        // The link leads to a folder with the very names that are being deleted.
        for (var i = 0; i < 50; i++)
            tree.Old(string.Create(CultureInfo.InvariantCulture, $"{tree.Outside}/file{i}"), 10);
        Directory.CreateDirectory(tree.Root + "/work");
        Directory.CreateSymbolicLink(tree.Root + "/swap", tree.Outside);
        using var stop = new CancellationTokenSource();
        var swaps = 0L;
        var swapping = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                if (Names.Exchange(tree.Root + "/work", tree.Root + "/swap"))
                    Interlocked.Increment(ref swaps);
        }, CancellationToken.None);

        var deleted = 0.0;
        for (var round = 0; round < 15; round++)
        {
            // By way of whichever of the two names is the folder at the moment; a miss writes outside, which is our own doing.
            for (var i = 0; i < 50; i++)
                tree.Old(string.Create(CultureInfo.InvariantCulture, $"work/file{i}"), 10);
            deleted += (await tree.Clean()).Value("files");
        }
        await stop.CancelAsync();
        await swapping;

        Assert.True(swaps > 0, "no swap took place");
        Assert.True(deleted > 0, "the remedy deleted nothing, so this shows nothing");
        Assert.Equal(50, Directory.GetFiles(tree.Outside).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task In_a_random_tree_exactly_the_files_that_qualify_go(int seed)
    {
        using var tree = new CleanTree();
        var chance = new Random(seed);
        var folders = new List<string> { tree.Root };
        var doomed = new HashSet<string>();
        var kept = new HashSet<string>();
        var held = new List<FileStream>();
        for (var i = 0; i < 200; i++)
        {
            var parent = folders[chance.Next(folders.Count)];
            var path = $"{parent}/{Name(chance, i)}";
            switch (chance.Next(8))
            {
                case 0:
                    folders.Add(Directory.CreateDirectory(path).FullName);
                    break;
                case 1:
                    kept.Add(tree.Young(path + ".tmp"));
                    break;
                case 2:
                    kept.Add(tree.Old(path + ".mp4"));
                    break;
                case 3:
                    var target = tree.Old($"{tree.Outside}/target{i}.tmp");
                    File.CreateSymbolicLink(path + ".tmp", target);
                    kept.Add(path + ".tmp");
                    kept.Add(target);
                    break;
                case 4:
                    Directory.CreateSymbolicLink(path, chance.Next(2) == 0 ? tree.Outside : tree.Root);
                    kept.Add(path);
                    break;
                case 5:
                    var open = tree.Old(path + ".tmp");
                    held.Add(File.OpenRead(open));
                    kept.Add(open);
                    break;
                case 6:
                    var linked = tree.Old(path + ".tmp");
                    Names.Link(linked, $"{tree.Outside}/hard{i}.tmp");
                    doomed.Add(linked);
                    kept.Add($"{tree.Outside}/hard{i}.tmp");
                    break;
                default:
                    doomed.Add(tree.Old(path + ".tmp"));
                    break;
            }
        }

        var result = await tree.Clean(tree.Rules with { Patterns = ["*.tmp"], EmptyFolders = chance.Next(2) == 0 });
        held.ForEach(stream => stream.Dispose());

        Assert.Equal(RemedyOutcome.Done, result.Outcome);
        Assert.Equal(doomed.Count, result.Value("files"));
        Assert.All(doomed, path => Assert.False(File.Exists(path), path));
        Assert.All(kept, path => Assert.True(File.Exists(path) || Directory.Exists(path), path));
    }

    private static string Name(Random chance, int i)
    {
        string[] odd = ["plain", "with space", "new\nline", "-dash", "grün", ".hidden", "quote'\"", "star*", "tab\t", "\u202eleft"];
        return string.Create(CultureInfo.InvariantCulture, $"{odd[chance.Next(odd.Length)]}{i}");
    }
}
