using System.Text;
using Hale.Probes.Log;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class LogFollowerTests : IDisposable
{
    private readonly Scratch folder = new();
    private readonly List<string> seen = [];
    private readonly List<LogFollower> followers = [];

    private string Log => folder["app.log"];

    public void Dispose()
    {
        followers.ForEach(follower => follower.Dispose());
        folder.Dispose();
    }

    private LogFollower Follow(string? path = null, bool fromStart = false)
    {
        var follower = new LogFollower(path ?? Log, fromStart);
        followers.Add(follower);
        return follower;
    }

    private LogLook Look(LogFollower follower, Func<string, bool>? counts = null) => follower.Look(
        line =>
        {
            seen.Add(line.ToString());
            return counts?.Invoke(line.ToString()) ?? false;
        },
        TestContext.Current.CancellationToken);

    private void Write(string text, string? path = null) => File.AppendAllText(path ?? Log, text);

    [Fact]
    public void Lines_from_before_the_first_look_do_not_count()
    {
        Write("old\n");
        var follower = Follow();
        Assert.True(Look(follower).IsFirst);
        Write("new\r\n");
        var look = Look(follower);

        Assert.Equal(["new"], seen);
        Assert.Equal((false, 1, 1L, 0L, null), (look.IsFirst, look.Files, look.Lines, look.Behind, look.Trouble));
    }

    [Fact]
    public void Lines_from_before_count_when_asked()
    {
        Write("old\n");
        Look(Follow(fromStart: true));
        Assert.Equal(["old"], seen);
    }

    [Fact]
    public void A_log_that_comes_later_counts_from_its_beginning()
    {
        var follower = Follow();
        Assert.Equal(0, Look(follower).Files);
        Write("first\n");
        Look(follower);
        Assert.Equal(["first"], seen);
    }

    [Fact]
    public void A_renamed_log_is_read_to_its_end_and_its_successor_from_the_beginning()
    {
        Write("old\n");
        var follower = Follow();
        Look(follower);
        Write("one\n");
        File.Move(Log, Log + ".1");
        Write("two\n", Log + ".1");
        Write("three\n");
        Look(follower);
        // The writer has not noticed yet, and goes on in the old file.
        Write("late\n", Log + ".1");
        Look(follower);

        Assert.Equal(["one", "two", "three", "late"], seen);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("-2025010")]
    public void Generations_between_two_looks_are_found(string separator)
    {
        Write("old\n");
        File.WriteAllText($"{Log}{separator}7", "an archive from before\n");
        File.WriteAllText(Log + ".json", "another log\n");
        var follower = Follow();
        Look(follower);
        for (var i = 0; i < 3; i++)
        {
            Write($"line {i}\n");
            File.Move(Log, $"{Log}{separator}{i + 1}");
        }
        Write("line 3\n");
        Look(follower);
        Look(follower);

        Assert.Equal(["line 0", "line 1", "line 2", "line 3"], seen);
    }

    [Fact]
    public void A_log_that_is_copied_and_cut_loses_no_line()
    {
        Write("old\n");
        var follower = Follow();
        Look(follower);
        Write("one\n");
        Look(follower);
        Write("two\nthr");
        Look(follower);
        Write("ee\n");
        File.Copy(Log, Log + ".1");
        File.WriteAllText(Log, "");
        Write("four, which makes it longer than it was before\n");
        Look(follower);
        Look(follower);

        Assert.Equal(["one", "two", "three", "four, which makes it longer than it was before"], seen);
    }

    [Fact]
    public void A_copy_that_matches_the_wildcard_itself_is_not_read_twice()
    {
        Write("old\n");
        var follower = Follow(folder["*.log*"]);
        Look(follower);
        Write("one\n");
        Look(follower);
        Write("two\n");
        File.Copy(Log, Log + ".1");
        File.WriteAllText(Log, "three\n");
        Look(follower);
        Look(follower);

        Assert.Equal(["one", "three", "two"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_log_that_is_emptied_is_read_from_its_beginning()
    {
        Write("old and rather long\n");
        var follower = Follow();
        Look(follower);
        File.WriteAllText(Log, "new\n");
        Look(follower);
        Assert.Equal(["new"], seen);
    }

    [Fact]
    public void A_deleted_log_is_let_go_after_a_while()
    {
        Write("old\n");
        var follower = Follow();
        Look(follower);
        Write("last words\n");
        File.Delete(Log);
        Assert.Equal(1, Look(follower).Files);
        for (var i = 0; i < 3; i++)
            Look(follower);
        Assert.Equal(0, Look(follower).Files);
        Assert.Equal(["last words"], seen);
    }

    [Fact]
    public void An_unfinished_line_counts_once_when_it_ends()
    {
        Write("old, unfin");
        var follower = Follow();
        Look(follower);
        Write("ished\nnew, unfin");
        Look(follower);
        Write("ished\n");
        Look(follower);
        Assert.Equal(["old, unfinished", "new, unfinished"], seen);
    }

    [Fact]
    public void A_line_without_end_is_shown_when_its_writer_pauses_and_not_again_if_it_counted()
    {
        Write("");
        var follower = Follow();
        Look(follower);
        Write("ready> ");
        Look(follower, _ => true);
        Assert.Empty(seen);
        Look(follower, _ => true);
        Look(follower, _ => true);
        Write("go\nnext\n");
        Look(follower, _ => true);
        Assert.Equal(["ready> ", "next"], seen);
    }

    [Fact]
    public void A_huge_line_is_looked_at_in_its_beginning_only()
    {
        Write("");
        var follower = Follow();
        Look(follower);
        Write(new string('x', 3 << 20) + "\nafter\n");
        Look(follower);
        Assert.Equal((LineSplitter.Limit, "after"), (seen[0].Length, seen[1]));
    }

    [Fact]
    public void Rubbish_is_taken_as_lines()
    {
        Write("");
        var follower = Follow();
        Look(follower);
        var bytes = new byte[200_000];
        new Random(7).NextBytes(bytes);
        File.WriteAllBytes(Log, [.. bytes, (byte)'\n', .. "ERROR\n"u8]);
        Look(follower);
        Assert.Equal("ERROR", seen[^1]);
        Assert.Equal(bytes.Count(value => value == '\n') + 2, seen.Count);
    }

    [Fact]
    public void A_look_reads_no_more_than_its_limit_and_the_next_goes_on()
    {
        Write("");
        var follower = Follow();
        Look(follower);
        // A hole costs no disk: what a writer leaves that did not notice that its file was emptied.
        using (var file = File.OpenWrite(Log))
            file.SetLength(LogFollower.LookLimit + 1000);
        Write("\nend\n");
        Assert.InRange(Look(follower).Behind, 1000, 1100);
        Assert.Equal(0, Look(follower).Behind);
        Assert.Equal("end", seen[^1]);
    }

    [Fact]
    public void More_files_than_can_be_held_are_trouble_and_so_is_what_is_no_file()
    {
        for (var i = 0; i <= LogFollower.FileLimit; i++)
            Write("x\n", folder[$"{i}.log"]);
        Assert.Contains("more than the 64", Look(Follow(folder["*.log"])).Trouble, StringComparison.Ordinal);
        Assert.Contains("is not a regular file", Look(Follow(folder.Path)).Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public void No_line_is_lost_or_doubled_whatever_rotates_between_any_two_looks()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var log = folder[$"{seed}.log"];
            var (written, length) = (0, 0);
            seen.Clear();
            var follower = Follow(log);
            Look(follower);
            for (var step = 0; step < 200; step++)
            {
                switch (random.Next(10))
                {
                    case 0 when File.Exists(log) && length == 0:
                        Shift(log);
                        File.Move(log, log + ".1");
                        break;
                    // Two copies between two looks could not be told apart, so there is a look before each.
                    case 1 when File.Exists(log) && length == 0:
                        Look(follower);
                        for (var i = random.Next(3); i > 0; i--)
                            Write($"line {written++}\n", log);
                        Shift(log);
                        File.Copy(log, log + ".1");
                        using (var file = File.OpenWrite(log))
                            file.SetLength(0);
                        break;
                    case < 5:
                        Look(follower);
                        break;
                    default:
                        // In two halves, so that a look falls in between.
                        Write(length == 0 ? $"line {written}" : "\n", log);
                        (written, length) = length == 0 ? (written, 1) : (written + 1, 0);
                        break;
                }
            }
            Write(length == 0 ? "" : "\n", log);
            for (var i = 0; i < 3; i++)
                Look(follower);
            Assert.Equal(Enumerable.Range(0, written + length).Select(i => $"line {i}"), seen.Distinct().OrderBy(line => int.Parse(line[5..], System.Globalization.CultureInfo.InvariantCulture)));
            // A pause in the middle of a line shows it twice, since it did not count.
            Assert.True(seen.Count <= 2 * (written + length), $"seed {seed}");
        }
    }

    private static void Shift(string log)
    {
        for (var i = 30; i >= 1; i--)
        {
            if (File.Exists($"{log}.{i}"))
                File.Move($"{log}.{i}", $"{log}.{i + 1}", overwrite: true);
        }
    }
}
