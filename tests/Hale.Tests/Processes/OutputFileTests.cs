using System.Globalization;
using Hale.Processes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Processes;

public sealed class OutputFileTests
{
    private const long Max = 300_000;

    [Fact]
    public async Task No_line_is_lost_while_a_process_writes_on()
    {
        using var target = new SupervisedTarget(
            "for ((i = 0; ; i++)); do echo \"line $i\"; if ((i % 1000 == 0)) && [ -e enough ]; then exit; fi; done",
            spec => spec with { OutputMax = 64 << 10, OutputKeep = 1000 });
        Assert.SkipUnless(CanCollapse(target["probe"]), $"this file system cannot cut the head off a file: {Hale.Native.Errno.Describe(Hale.Native.Errno.Last)}");
        var life = target.Start(1).Incarnation;
        await Eventually.HoldsAsync(
            () =>
            {
                target.Supervisor.RotateIfNeeded();
                return File.Exists(target.OutputPath + ".5");
            },
            "the output has been rotated five times");
        await File.WriteAllTextAsync(target["enough"], "", TestContext.Current.CancellationToken);
        await target.EndOf(life);

        var files = Enumerable.Range(1, 1000).Reverse().Select(number => $"{target.OutputPath}.{number}").Where(File.Exists).Append(target.OutputPath);
        var lines = string.Concat(files.Select(File.ReadAllText)).TrimEnd('\n').Split('\n');
        Assert.Equal(Enumerable.Range(0, lines.Length).Select(number => $"line {number}"), lines);
    }

    [Fact]
    public void Only_so_many_rotated_files_are_kept()
    {
        using var scratch = new Scratch();
        var output = new OutputFile(scratch["x.log"], Max, keep: 2);
        for (var round = 0; round < 4; round++)
        {
            File.AppendAllText(scratch["x.log"], new string((char)('a' + round), (int)Max) + "\n");
            output.RotateIfNeeded();
        }

        Assert.Equal(["x.log", "x.log.1", "x.log.2"], Directory.GetFiles(scratch.Path).Select(Path.GetFileName).Order());
        Assert.Contains('d', File.ReadAllText(scratch["x.log.1"]));
    }

    [Fact]
    public void Nothing_is_kept_when_nothing_is_to_be_kept()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["x.log"], new string('a', (int)Max + 1));
        new OutputFile(scratch["x.log"], Max, keep: 0).RotateIfNeeded();

        Assert.Equal(["x.log"], Directory.GetFiles(scratch.Path).Select(Path.GetFileName));
        Assert.True(new FileInfo(scratch["x.log"]).Length < Max);
    }

    [Fact]
    public void A_file_below_its_maximum_is_left_alone()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["x.log"], new string('a', (int)Max));
        new OutputFile(scratch["x.log"], Max, keep: 2).RotateIfNeeded();

        Assert.Equal(Max, new FileInfo(scratch["x.log"]).Length);
    }

    [Fact]
    public void Where_the_head_cannot_be_cut_off_the_file_is_copied_and_emptied()
    {
        var folder = Path.Combine("/dev/shm", Path.GetRandomFileName());
        if (!Directory.Exists("/dev/shm"))
            Assert.Skip("no tmpfs at /dev/shm");
        Directory.CreateDirectory(folder);
        try
        {
            var path = Path.Combine(folder, "x.log");
            var text = string.Concat(Enumerable.Range(0, 50000).Select(number => string.Create(CultureInfo.InvariantCulture, $"line {number}\n")));
            File.WriteAllText(path, text);
            new OutputFile(path, Max, keep: 2).RotateIfNeeded();

            Assert.Equal(text, File.ReadAllText(path + ".1") + File.ReadAllText(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_tail_reaches_over_a_rotation()
    {
        using var scratch = new Scratch();
        var output = new OutputFile(scratch["x.log"], Max, keep: 2);
        File.WriteAllLines(scratch["x.log"], Enumerable.Range(0, 50000).Select(number => $"line {number}"));
        output.RotateIfNeeded();

        Assert.Equal(Enumerable.Range(49000, 1000).Select(number => $"line {number}"), output.Tail(1000));
    }

    [Fact]
    public void The_tail_is_bounded_however_long_a_line_is()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["x.log"], new string('x', 5_000_000));

        Assert.Equal(64 << 10, new OutputFile(scratch["x.log"], 10 << 20, 1).Tail(10).Single().Length);
    }

    [Fact]
    public void Without_output_there_is_no_tail_and_there_are_no_last_words()
    {
        using var scratch = new Scratch();
        var output = new OutputFile(scratch["x.log"], Max, 1);

        Assert.Empty(output.Tail(10));
        Assert.Null(output.LastLineSince(0));
    }

    private static bool CanCollapse(string path)
    {
        File.WriteAllBytes(path, new byte[8192]);
        using var file = Hale.Native.Files.OpenHandle(path, Hale.Native.Files.ReadWrite);
        return Hale.Native.Files.Allocate(file, Hale.Native.Files.CollapseRange, 0, 4096) == 0;
    }
}
