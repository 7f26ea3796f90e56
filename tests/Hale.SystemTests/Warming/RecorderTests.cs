using System.Diagnostics;
using Hale.SystemTests.Fixture;
using Hale.Testing;

namespace Hale.SystemTests.Warming;

/// <summary>The sample recorder behaves like the one of the seed, which is what its rehearsals are worth.</summary>
public sealed class RecorderTests : IAsyncLifetime
{
    private readonly Scratch scratch = new();

    public async ValueTask InitializeAsync() => Assert.Equal(0, (await RunAsync("make", scratch["runtime"], "4")).ExitCode);

    [Theory]
    [InlineData(RealProcesses.Interrupt, 0)]
    [InlineData(RealProcesses.Terminate, 0)]
    [InlineData(RealProcesses.Kill, 1)]
    public async Task What_it_recorded_is_whole_unless_it_was_killed_hard(int signal, int verdict)
    {
        using var recorder = Start();
        await GrowsAsync("*.mcap");
        await GrowsAsync("*.mkv");
        Assert.Equal($"{recorder.Id}", await File.ReadAllTextAsync(scratch["ocap.pid"], TestContext.Current.CancellationToken));

        RealProcesses.Signal(recorder.Id, signal);
        await recorder.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Until.Limit, TestContext.Current.CancellationToken);

        var verified = await RunAsync(["verify", .. Directory.GetFiles(scratch["temp_recordings"])]);
        Assert.True(verdict == verified.ExitCode, verified.ToString());
        Assert.Equal(verdict == 0 ? 2 : 0, verified.Output.Split('\n').Count(line => line.EndsWith(": whole", StringComparison.Ordinal)));
        Assert.Equal(verdict != 0, File.Exists(scratch["ocap.pid"]));
    }

    [Fact]
    public async Task A_runtime_that_lacks_a_part_ends_it_with_the_reason_and_without_a_file()
    {
        File.Delete(scratch["runtime/library07.so"]);

        var result = await RunAsync("record", scratch["runtime"], scratch["temp_recordings"], scratch["ocap.pid"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("library07.so", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch["temp_recordings"]));
        Assert.False(File.Exists(scratch["ocap.pid"]));
    }

    public ValueTask DisposeAsync()
    {
        scratch.Dispose();
        return default;
    }

    private Process Start() => Process.Start(new ProcessStartInfo(
        Checkout.OcapRecorder, ["record", scratch["runtime"], scratch["temp_recordings"], scratch["ocap.pid"]])
    {
        // A recorder that is killed would leave the socket of its diagnostics among the temporary files.
        Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
    })!;

    private Task GrowsAsync(string pattern)
    {
        var first = 0L;
        return Until.TrueAsync(
            () => $"no {pattern} grew",
            () =>
            {
                var size = Directory.Exists(scratch["temp_recordings"]) ? Directory.GetFiles(scratch["temp_recordings"], pattern).Sum(path => new FileInfo(path).Length) : 0;
                first = first == 0 ? size : first;
                return first > 0 && size > first;
            });
    }

    private static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(Checkout.OcapRecorder, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel).WaitAsync(Until.Limit, cancel);
        return new(process.ExitCode, await output, await error);
    }
}
