using System.Diagnostics;
using Hale.Testing;
using Hale.Warming.Recording;
using Xunit;

namespace Hale.Tests.Warming;

public sealed class OpenRecorderTests : IDisposable
{
    private readonly Scratch scratch = new();

    public static TheoryData<bool> Ways => new(true, false);

    [Theory, MemberData(nameof(Ways))]
    public async Task What_a_process_and_its_children_open_is_noted(bool maySpy)
    {
        Directory.CreateDirectory(scratch["lib"]);
        var direct = Write("lib/direct");
        var nested = Write("lib/nested");
        var untouched = Write("lib/untouched");
        // Both are held open until the end, so that looking now and then must see them too.
        using var program = new HeldProgram($"exec 3<{direct}; sh -c 'exec 4<{nested}; echo open; read line'");
        await SettleAsync();

        using var recorder = Start(program, maySpy);
        program.Go();
        await program.SaysAsync("open");
        await SeenAsync(recorder);
        var recording = recorder.Stop();

        Assert.Contains(direct, recording.Paths);
        Assert.Contains(nested, recording.Paths);
        Assert.DoesNotContain(untouched, recording.Paths);
        Assert.Contains(recording.Paths, path => path.EndsWith("/libc.so.6", StringComparison.Ordinal));
        Assert.Equal(recording.Paths.Order(StringComparer.Ordinal), recording.Paths);
        Assert.Equal(maySpy, recorder.Method == "fanotify");
        Assert.Equal(!maySpy, recording.Gaps.Any(gap => gap.Contains("short time", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_kernel_tells_of_files_that_are_open_for_a_moment_only()
    {
        var files = Enumerable.Range(0, 200).Select(index => Write($"f{index}")).ToArray();
        using var program = new HeldProgram($"for f in {scratch.Path}/f*; do read -r x <$f; done; echo done; read line");
        await SettleAsync();

        using var recorder = Start(program, maySpy: true);
        program.Go();
        await program.SaysAsync("done");

        Assert.Empty(files.Except(recorder.Stop().Paths));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task What_the_rehearsal_made_or_changed_and_what_the_kernel_makes_up_is_left_out(bool maySpy)
    {
        var (log, input) = (Write("log"), Write("input"));
        var made = scratch["made"];
        using var program = new HeldProgram($"exec 3>{made} 4>>{log} 5<{input} 6</proc/self/status 7</dev/zero; echo x >&3; echo x >&4; echo open; read line");
        await SettleAsync();

        using var recorder = Start(program, maySpy);
        program.Go();
        await program.SaysAsync("open");
        await SeenAsync(recorder);
        var paths = recorder.Stop().Paths;

        Assert.Contains(input, paths);
        Assert.DoesNotContain(made, paths);
        Assert.DoesNotContain(log, paths);
        Assert.DoesNotContain(paths, path => path.StartsWith("/proc/", StringComparison.Ordinal) || path.StartsWith("/dev/", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Other_processes_are_none_of_its_business(bool maySpy)
    {
        var (ours, theirs) = (Write("ours"), Write("theirs"));
        using var other = new HeldProgram($"exec 3<{theirs}; echo open; read line");
        using var program = new HeldProgram($"exec 3<{ours}; echo open; read line");
        await SettleAsync();

        using var recorder = Start(program, maySpy);
        other.Go();
        await other.SaysAsync("open");
        program.Go();
        await program.SaysAsync("open");
        await SeenAsync(recorder);
        var paths = recorder.Stop().Paths;

        Assert.Contains(ours, paths);
        Assert.DoesNotContain(theirs, paths);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_process_whose_parent_has_ended_still_belongs_to_it(bool maySpy)
    {
        var (file, leave, open) = (Write("late"), scratch["leave"], scratch["open"]);
        var child = $"while [ ! -e {open} ]; do sleep 0.02; done; exec 3<{file}; echo open; while [ -e {file} ]; do sleep 0.02; done";
        using var program = new HeldProgram($"setsid sh -c '({child}) & echo begun; while [ ! -e {leave} ]; do sleep 0.02; done'; echo left; read line");
        await SettleAsync();

        using var recorder = Start(program, maySpy);
        program.Go();
        await program.SaysAsync("begun");
        await SeenAsync(recorder);
        Write("leave");
        await program.SaysAsync("left");
        Write("open");
        await program.SaysAsync("open");
        await SeenAsync(recorder);

        Assert.Contains(file, recorder.Stop().Paths);
    }

    public void Dispose() => scratch.Dispose();

    // What was written just now is not told from what the rehearsal itself writes: time stamps have their grain.
    private static Task SettleAsync() => Task.Delay(100, TestContext.Current.CancellationToken);

    // A look that begins from now on, whole. The kernel has something to tell only when somebody opens a file.
    private async Task SeenAsync(OpenRecorder recorder)
    {
        var (before, any) = (recorder.Watch.Looks, Write("any"));
        await Eventually.HoldsAsync(
            () =>
            {
                File.OpenRead(any).Dispose();
                return recorder.Watch.Looks >= before + 2;
            },
            "two more looks");
    }

    private static OpenRecorder Start(HeldProgram program, bool maySpy)
    {
        var recorder = OpenRecorder.TryStart(program.Pid, maySpy, out var why);
        Assert.NotNull(recorder);
        if (maySpy && recorder.Method != "fanotify")
        {
            recorder.Dispose();
            Assert.Skip(recorder.Method);
        }
        Assert.Null(why);
        return recorder;
    }

    private string Write(string name)
    {
        var path = scratch[name];
        File.WriteAllText(path, "content\n");
        return path;
    }

    /// <summary>A shell script that waits for leave before it does anything, so that whoever watches it has begun by then.</summary>
    private sealed class HeldProgram : IDisposable
    {
        private readonly Process process;

        public HeldProgram(string script) =>
            process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read line; " + script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

        public int Pid => process.Id;

        public void Go() => process.StandardInput.WriteLine();

        public async Task SaysAsync(string word) =>
            Assert.Equal(word, await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken));

        public void Dispose()
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }
}
