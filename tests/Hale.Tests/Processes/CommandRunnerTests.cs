using System.Diagnostics;
using System.Globalization;
using Hale.Processes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Processes;

public sealed class CommandRunnerTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_systemd_says_to_Hale_alone_is_not_handed_on()
    {
        Environment.SetEnvironmentVariable("WATCHDOG_PID", "1");
        try
        {
            var result = await RunAsync(new Command { Argv = ["sh", "-c", "echo ${WATCHDOG_PID-none} ${PATH:+path}"] });
            Assert.Equal("none path\n", result.Output);
        }
        finally
        {
            Environment.SetEnvironmentVariable("WATCHDOG_PID", null);
        }
    }

    [Fact]
    public async Task Output_error_and_exit_code_come_back()
    {
        var result = await Shell("echo out; echo err >&2; exit 4");

        Assert.Equal((CommandEnd.Exited, 4, "out\n", "err\n"), (result.End, result.ExitCode, result.Output, result.Error));
        Assert.False(result.IsSuccess);
        Assert.False(result.IsTruncated);
    }

    [Fact]
    public async Task A_signal_is_not_an_exit_code()
    {
        var result = await Shell("kill -SEGV $$");

        Assert.Equal((CommandEnd.Signaled, 11, -1), (result.End, result.Signal, result.ExitCode));
        Assert.StartsWith("killed by SIGSEGV", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_and_directory_reach_the_command()
    {
        using var scratch = new Scratch();
        var result = await RunAsync(new Command
        {
            Argv = ["sh", "-c", "echo $COLOUR; pwd; test -n \"$PATH\" && echo has-path"],
            Directory = scratch.Path,
            Environment = new Dictionary<string, string> { ["COLOUR"] = "grün" },
        });

        Assert.Equal($"grün\n{scratch.Path}\nhas-path\n", result.Output);
    }

    [Fact]
    public async Task A_command_has_no_input_no_terminal_and_a_session_of_its_own()
    {
        var result = await Shell("cat; readlink /proc/self/fd/0; cut -d' ' -f1,5,6 /proc/$$/stat");

        var lines = result.Output.Split('\n');
        Assert.Equal("/dev/null", lines[0]);
        Assert.Single(lines[1].Split(' ').Distinct());
    }

    [Fact]
    public async Task A_command_gets_no_descriptor_of_ours_and_no_ignored_or_blocked_signal()
    {
        // No pipe in the script: for a moment the shell itself holds the ends of one.
        var result = await Shell("ls /proc/$$/fd; grep -E 'Sig(Ign|Blk)' /proc/self/status");

        var lines = result.Output.Split('\n');
        Assert.Equal(["0", "1", "2"], lines[..3]);
        // Signals 32 and 33 belong to the C library, which keeps them ignored from fork to exec.
        const long internals = 1L << 31 | 1L << 32;
        Assert.All(lines[3..5], line => Assert.Equal(0, long.Parse(line.Split('\t')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & ~internals));
    }

    [Theory]
    [InlineData("no-such-program-anywhere", "ENOENT")]
    [InlineData("/no/such/program", "ENOENT")]
    [InlineData("/etc/passwd", "EACCES")]
    [InlineData("/etc", "EACCES")]
    public async Task What_cannot_be_executed_says_why(string program, string error)
    {
        // A folder of PATH that may not be entered would make it EACCES, as for any shell.
        var result = await RunAsync(new Command { Argv = [program], Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" } });

        Assert.Equal(CommandEnd.CouldNotStart, result.End);
        Assert.Contains(program, result.Summary, StringComparison.Ordinal);
        Assert.Contains(error, result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_without_an_interpreter_says_so()
    {
        using var scratch = new Scratch();
        var result = await RunAsync(new Command { Argv = [Script.Write(scratch["script"], "echo hello\n")] });

        Assert.Equal(CommandEnd.CouldNotStart, result.End);
        Assert.Contains("ENOEXEC", result.Summary, StringComparison.Ordinal);
        Assert.Contains("#!", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_directory_is_not_taken_for_a_missing_program()
    {
        var result = await RunAsync(new Command { Argv = ["true"], Directory = "/no/such/folder" });

        Assert.Equal(CommandEnd.CouldNotStart, result.End);
        Assert.Contains("/no/such/folder", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_is_looked_for_in_the_path_that_it_will_get()
    {
        using var scratch = new Scratch();
        Script.Write(scratch["greet"], "#!/bin/sh\necho hello\n");

        var result = await RunAsync(new Command { Argv = ["greet"], Environment = new Dictionary<string, string> { ["PATH"] = scratch.Path } });

        Assert.Equal("hello\n", result.Output);
    }

    [Fact]
    public async Task Output_beyond_the_limit_is_dropped_and_the_command_still_ends()
    {
        var result = await RunAsync(new Command { Argv = ["bash", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo -n end >&2"], OutputLimit = 1000, Timeout = Ample });

        Assert.True(result.IsSuccess, result.Summary);
        Assert.True(result.IsTruncated);
        Assert.Equal(new string('x', 1000), result.Output);
        Assert.Equal("end", result.Error);
    }

    [Fact]
    public async Task Bytes_that_are_not_text_are_replaced()
    {
        Assert.Equal("a\uFFFD\uFFFDb", (await Shell("printf 'a\\377\\376b'")).Output);
    }

    [Fact]
    public async Task At_the_time_out_the_whole_group_is_killed()
    {
        var result = await RunAsync(new Command
        {
            Argv = ["bash", "-c", "trap '' TERM; sleep 300 & echo $!; wait"],
            Timeout = TimeSpan.FromSeconds(1),
        });

        Assert.Equal(CommandEnd.TimedOut, result.End);
        var child = int.Parse(result.Output, CultureInfo.InvariantCulture);
        await Eventually.HoldsAsync(() => ProcessTable.Read(child, out var stat) != ProcRead.Ok || stat.IsDead, "the child of the command is dead");
    }

    [Fact]
    public async Task A_child_that_keeps_the_pipe_open_does_not_hold_us_up()
    {
        var started = Stopwatch.GetTimestamp();
        var result = await RunAsync(new Command { Argv = ["bash", "-c", "setsid sleep 120 & echo $!"], Timeout = Ample });

        Assert.Equal(CommandEnd.Exited, result.End);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "the command was waited for until its background child ended");
        Kill(int.Parse(result.Output, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_child_that_left_the_group_does_not_hold_us_up_at_the_time_out()
    {
        var result = await RunAsync(new Command { Argv = ["bash", "-c", "setsid sleep 120 & echo $!; sleep 120"], Timeout = TimeSpan.FromSeconds(1) });

        Assert.Equal(CommandEnd.TimedOut, result.End);
        Kill(int.Parse(result.Output, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Cancelling_kills_the_command()
    {
        using var scratch = new Scratch();
        using var cancel = new CancellationTokenSource();
        var running = CommandRunner.Shared.RunAsync(
            new Command { Argv = ["bash", "-c", "echo $$ > pid.new; mv pid.new pid; sleep 300"], Directory = scratch.Path, Timeout = Ample },
            TimeProvider.System, cancel.Token);
        await Eventually.HoldsAsync(() => File.Exists(scratch["pid"]), "the command has begun");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var pid = int.Parse(await File.ReadAllTextAsync(scratch["pid"], TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
        Assert.Equal(ProcRead.Gone, ProcessTable.Read(pid, out _));
    }

    private static void Kill(int pid)
    {
        if (ProcessTable.Read(pid, out var stat) == ProcRead.Ok)
            ProcessHandle.Open(stat.Identity)?.Signal(9);
    }

    private static Task<CommandResult> Shell(string script) => RunAsync(new Command { Argv = ["bash", "-c", script], Timeout = Ample });

    private static Task<CommandResult> RunAsync(Command command) =>
        CommandRunner.Shared.RunAsync(command, TimeProvider.System, TestContext.Current.CancellationToken);
}
