using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hale.SystemTests.Fixture;
using Hale.Testing;

namespace Hale.SystemTests;

/// <summary><c>hale wait</c> as it is shipped: output into pipes, exit codes, and the command that it starts.</summary>
public sealed class WaitTests : IAsyncDisposable
{
    private readonly HaleRun run = new("targets: {}");

    public ValueTask DisposeAsync() => run.DisposeAsync();

    [Fact]
    public async Task The_command_takes_over_when_the_target_is_ready()
    {
        await using var server = LoopbackServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var result = await run.HaleAsync("wait", server.Url().ToString(), "--", "sh", "-c", "echo started with $0; exit 7", "--timeout");
        Assert.Equal((7, "started with --timeout\n"), (result.ExitCode, result.Output));
        Assert.StartsWith("hale: ready after ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_is_not_started_when_the_target_is_not_ready()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        var result = await run.HaleAsync("wait", $"tcp:127.0.0.1:{port}", "--timeout", "3s", "--", "touch", run.At("started"));
        Assert.Equal((1, "", false), (result.ExitCode, result.Output, File.Exists(run.At("started"))));
        Assert.Contains($"connection refused; nothing listens on port {port}", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-program", 127)]
    [InlineData("/etc/hostname", 126)]
    public async Task A_command_that_cannot_be_started_gives_the_code_of_a_shell(string program, int code)
    {
        var after = await run.HaleAsync("wait", "file:/etc/hostname", "--", program);
        Assert.True(after.ExitCode == code, after.ToString());
        Assert.Contains($"cannot start {program}", after.Error, StringComparison.Ordinal);
        var first = await run.HaleAsync("wait", "--start-first", "file:/etc/hostname", "--", program);
        Assert.True(first.ExitCode == code, first.ToString());
        Assert.Contains($"cannot start {program}", first.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_was_started_first_goes_on_in_the_foreground_and_gives_its_exit_code()
    {
        using var process = Start("wait", "--start-first", "file:ready", "--", "sh", "-c", "touch ready; while [ ! -e done ]; do sleep 0.05; done; echo good; echo bad >&2; exit 5");
        await ReadyAsync(process);
        run.Write("done", "");
        Assert.Equal(5, await EndAsync(process));
        Assert.Equal("good\n", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal("bad\n", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_death_of_a_command_that_was_started_first_fails_at_once_with_its_exit_code_and_last_output()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        var result = await run.HaleAsync("wait", "--start-first", "--json", $"tcp:127.0.0.1:{port}", "--timeout", "10m", "--", "sh", "-c", "echo cannot bind >&2; exit 4");
        Assert.Equal(1, result.ExitCode);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal("notReady", json.RootElement.GetProperty("end").GetString());
        Assert.Matches(@"^sh \(process \d+\) exited with code 4; its last output: cannot bind(;|$)", json.RootElement.GetProperty("reason").GetString());
        Assert.Contains("cannot bind", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_was_started_first_is_ended_when_the_deadline_passes_with_what_it_listens_on_instead()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        // A process of its own group that listens where nobody expects it, and a helper of it.
        var result = await run.HaleAsync(
            "wait", "--start-first", $"tcp:127.0.0.1:{port}", "--timeout", "3s", "--",
            "bash", "-c", "sleep 1000 & python3 -c 'import socket,time; s=socket.socket(); s.bind((\"127.0.0.1\",0)); s.listen(); print(s.getsockname()[1],flush=True); time.sleep(1000)'; true");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"(bash) listens on 127.0.0.1:{result.Output.Trim()}", result.Error, StringComparison.Ordinal);
        await Until.TrueAsync(() => $"these still ran: {string.Join(", ", run.Others())}", () => run.Others().Count == 0);
    }

    [Theory]
    [InlineData(2, 130)]
    [InlineData(15, 143)]
    public async Task A_signal_during_the_wait_ends_it_and_what_was_started_first(int signal, int code)
    {
        using var process = Start("wait", "--start-first", "file:/does/not/exist", "--timeout", "10m", "--", "sh", "-c", "echo up; exec sleep 1000");
        Assert.Equal("up", await LineAsync(process.StandardOutput));
        RealProcesses.Signal(process.Id, signal);
        Assert.Equal(code, await EndAsync(process));
        Assert.Empty(run.Others());
    }

    [Fact]
    public async Task Signals_are_the_commands_once_it_is_ready()
    {
        using var process = Start("wait", "--start-first", $"file:{run.At("ready")}", "--", "sh", "-c", "trap 'echo got TERM; exit 9' TERM; touch ready; echo up; while :; do sleep 0.05; done");
        Assert.Equal("up", await LineAsync(process.StandardOutput));
        await ReadyAsync(process);
        RealProcesses.Signal(process.Id, RealProcesses.Terminate);
        Assert.Equal("got TERM", await LineAsync(process.StandardOutput));
        Assert.Equal(9, await EndAsync(process));
    }

    [Fact]
    public async Task The_command_that_took_over_hears_signals_and_can_be_interrupted()
    {
        using var process = Start("wait", "file:/etc/hostname", "--", "sh", "-c", "trap 'echo got INT; exit 9' INT; echo up; while :; do sleep 0.05; done");
        Assert.Equal("up", await LineAsync(process.StandardOutput));
        RealProcesses.Signal(process.Id, 2);
        Assert.Equal("got INT", await LineAsync(process.StandardOutput));
        Assert.Equal(9, await EndAsync(process));
    }

    [Fact]
    public async Task A_process_that_ends_fails_the_wait_for_it_at_once()
    {
        using var other = Process.Start(new ProcessStartInfo("sleep", ["1000"]))!;
        using var process = Start("wait", "file:/does/not/exist", $"pid:{other.Id}", "--timeout", "10m");
        await LineAsync(process.StandardError);
        RealProcesses.Signal(other.Id, RealProcesses.Kill);
        Assert.Equal(1, await EndAsync(process));
        Assert.Contains($"process {other.Id} ", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_on_another_address_is_told()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.2"), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var result = await run.HaleAsync("wait", $"tcp:127.0.0.3:{port}", "--timeout", "3s");
        Assert.Contains($"port {port} is listened on at 127.0.0.2 only, not at 127.0.0.3", result.Error, StringComparison.Ordinal);
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Checkout.Hale, arguments) { WorkingDirectory = run.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        run.Mark(start);
        return Process.Start(start)!;
    }

    private static async Task ReadyAsync(Process process)
    {
        while (await LineAsync(process.StandardError) is { } line)
        {
            if (line.StartsWith("hale: ready after ", StringComparison.Ordinal))
                return;
        }
        Assert.Fail("hale ended without having been ready");
    }

    private static Task<string?> LineAsync(StreamReader reader) =>
        reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Until.Limit, TestContext.Current.CancellationToken);

    private static async Task<int> EndAsync(Process process)
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Until.Limit, TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
