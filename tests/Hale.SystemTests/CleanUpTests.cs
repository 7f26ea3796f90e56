using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>What a clean-up may and may not delete.</summary>
public sealed class CleanUpTests
{
    [Fact]
    public async Task The_users_mp4_outside_the_named_roots_survive()
    {
        // Any disk is fuller than this, so the clean-up is wanted at once and everywhere, without filling one.
        await using var run = new HaleRun("""
            targets:
              host:
                checks:
                  disk: { path: ., fail: 0.0001% }
                heal:
                  # By the files' own time alone: the test can set that, and not the kernel's record of the last change.
                  - { clean: { roots: [scratch], older: 7d, age: modified }, verify: 1s }
            defaults: { every: 100ms, timeout: 5s }
            """);
        var old = DateTime.UtcNow.AddDays(-30);
        var survivors = new[] { "results/mine.mp4", "mine.mp4", "results/scratch/mine.mp4" };
        foreach (var file in survivors.Append("scratch/old.tmp").Append("scratch/deep/old.mp4"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(run.At(file))!);
            run.Write(file, "frames");
            File.SetLastWriteTimeUtc(run.At(file), old);
        }
        run.Write("scratch/young.tmp", "frames");
        // A link out of the root leads to the user's files: it is not followed.
        File.CreateSymbolicLink(run.At("scratch/link"), run.At("results"));

        await run.StartAsync();
        await Until.TrueAsync(() => "the old files in the root had not been deleted", () => !File.Exists(run.At("scratch/old.tmp")) && !File.Exists(run.At("scratch/deep/old.mp4")));
        await run.UntilAsync("host", "handed to a person, since the disk is no emptier", host => host.NeedsHuman is not null);
        Assert.All(survivors, file => Assert.True(File.Exists(run.At(file)), $"{file} is gone"));
        Assert.True(File.Exists(run.At("scratch/young.tmp")), "a file younger than seven days is gone");
    }
}
