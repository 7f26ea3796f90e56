using System.Diagnostics;
using System.Text.Json;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Warming;

/// <summary>A folder with a plan that rehearses <c>recorder.sh</c>, and <c>hale warm</c> run on it as a user would.</summary>
internal sealed class WarmRun : IAsyncDisposable
{
    /// <summary>A plan of which tests replace parts: the recorder's files as evidence, a stop by SIGINT, one rehearsal.</summary>
    private const string Usual = """
        rehearse: { command: [./recorder.sh, recordings, HOW], within: 30s }
        evidence: [{ files: recordings/*.mcap }, { log: recording started }]
        stop: { signal: INT, grace: 30s }
        clean: recordings
        repeat: 1
        """;

    private readonly HaleRun run = new("targets: { none: { checks: { beat: { heartbeat: {}, within: 1h } } } }");

    /// <param name="how">How the recorder behaves.</param>
    /// <param name="changes">What stands in the usual plan, and what is to stand there instead.</param>
    public WarmRun(string how = "well", params (string Was, string Becomes)[] changes)
    {
        var plan = Usual.Replace("HOW", how, StringComparison.Ordinal);
        foreach (var (was, becomes) in changes)
        {
            Assert.Contains(was, plan, StringComparison.Ordinal);
            plan = plan.Replace(was, becomes, StringComparison.Ordinal);
        }
        run.Write("plan.yaml", plan);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Workers", "recorder.sh"), run.At("recorder.sh"));
        Directory.CreateDirectory(run.At("recordings"));
    }

    public Dictionary<string, string> Environment => run.Environment;

    public string At(string name) => run.At(name);

    public void Write(string name, string text) => run.Write(name, text);

    public string[] Recordings => [.. Directory.EnumerateFiles(run.At("recordings")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    /// <summary>What the run has started and is alive.</summary>
    public IReadOnlyList<int> Living => run.Others();

    public Task<CommandResult> WarmAsync(params string[] more) => run.HaleAsync(["warm", "plan.yaml", .. more]);

    public Task<CommandResult> CommandAsync(string program, params string[] arguments) => run.CommandAsync(program, arguments);

    /// <summary>The report as JSON, and the exit code.</summary>
    public async Task<(int ExitCode, JsonElement Report)> ReportAsync()
    {
        var result = await WarmAsync("--json");
        using var json = JsonDocument.Parse(result.Output);
        return (result.ExitCode, json.RootElement.Clone());
    }

    /// <summary>Starts it without waiting for it.</summary>
    public Process Launch()
    {
        var start = new ProcessStartInfo(Checkout.Hale, ["warm", "plan.yaml"]) { WorkingDirectory = run.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        run.Mark(start);
        return Process.Start(start)!;
    }

    /// <summary>The recorder writes its first file.</summary>
    public Task RecordsAsync() => Until.TrueAsync(() => "nothing is recorded", () => Recordings.Length > 0);

    public ValueTask DisposeAsync() => run.DisposeAsync();
}
