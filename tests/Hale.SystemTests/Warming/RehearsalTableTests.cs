using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hale.Core.Sessions;
using Hale.Sessions;
using Hale.SystemTests.Fixture;
using Hale.Testing;

namespace Hale.SystemTests.Warming;

/// <summary>
/// Rehearsals that cannot succeed, each broken in its own way: <c>hale warm</c> says so within its bound, names the reason, says healthy of none, and leaves nothing
/// running. The test prints the table: case, time to verdict, reason.
/// </summary>
public sealed class RehearsalTableTests
{
    // Two cores: more at once would only wait for each other.
    private const int AtOnce = 3;

    // Every step of the plans below at its longest (3 s for the evidence, 4 s of hold, 1 s for the stop command, 5 s of grace), and 30 s for the start of the
    // command on a machine with other work.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3 + 4 + 1 + 5 + 30);

    [Fact]
    public async Task Each_ends_within_its_bound_with_the_reason_named()
    {
        using var bystander = Process.Start("sleep", "600");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var table = new VerdictTable();
        var wrong = new ConcurrentQueue<string>();
        try
        {
            var cases = Cases(bystander.Id, ((IPEndPoint)listener.LocalEndpoint).Port);
            await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (broken, _) =>
            {
                if (await RunAsync(broken, table) is { } trouble)
                    wrong.Enqueue($"{broken.Name}: {trouble}");
            });
            TestContext.Current.TestOutputHelper!.WriteLine(table.ToString());

            Assert.True(wrong.IsEmpty, string.Join("\n\n", wrong));
            Assert.Equal(cases.Length, table.Count);
            Assert.False(bystander.HasExited, "a process that has nothing to do with any rehearsal was ended");
        }
        finally
        {
            bystander.Kill();
        }
    }

    private static Broken[] Cases(int bystander, int takenPort) =>
    [
        new("exits with 7 at once", "echo no display; exit 7", "exited with code 7", "no display", "before all evidence"),
        new("exits with 7 after a second", "sleep 1; echo lost the display; exit 7", "exited with code 7", "lost the display"),
        new("exits with 0 before evidence", "echo nothing to record", "exited with code 0", "before all evidence"),
        new("crashes", "kill -SEGV $$", "SIGSEGV", "before all evidence"),
        new("is not there", "") { Command = "[./recorder]", Words = ["cannot start ./recorder", "No such file"] },
        new("is not executable", "") { Command = "[./plan.yaml]", Words = ["cannot start ./plan.yaml", "Permission denied"] },
        new("evidence is stale", "sleep 600", "out/old.mcap", "from before the start") { Before = "echo old >out/old.mcap" },
        new("evidence has 0 bytes", ": >out/new.mcap; sleep 600", "new.mcap is there and has 0 bytes"),
        new("evidence never grows", "echo x >out/new.mcap; sleep 600", "does not grow"),
        new("evidence is too small", "while :; do echo x >>out/new.mcap; sleep 0.1; done", "fewer than") { Evidence = "[{ files: { path: out/*.mcap, min: 1MB } }]" },
        new("another pattern", "while :; do echo x >>out/new.mkv; sleep 0.1; done", "there is no such file"),
        new("one of two is missing", "while :; do echo x >>out/new.mcap; sleep 0.1; done", "files out/*.mkv: there is no such file") { Evidence = "[{ files: out/*.mcap }, { files: out/*.mkv }]" },
        new("the line never comes", "echo almost ready; sleep 600", "/ready now/", "evidence") { Evidence = "[{ log: ready now }]" },
        new("nothing listens", "sleep 600", "127.0.0.1:1", "refused") { Evidence = "[{ port: '127.0.0.1:1' }]" },
        new("somebody else listens", "sleep 600", $"127.0.0.1:{takenPort}") { Evidence = $"[{{ port: '127.0.0.1:{takenPort}' }}]" },
        new("the child is missing", "sleep 600", "process encoder") { Evidence = "[{ process: encoder }]" },
        new("the evidence does not last", $"{Grow} & sleep 1.5; rm out/new.mcap; kill %1; sleep 600", "did not last") { Hold = "4s" },
        new("dies while it is held", $"{Grow} & sleep 1.5; exit 3", "exited with code 3") { Hold = "4s" },
        new("ignores SIGINT", $"trap '' INT; {Grow}", "was killed") { Stop = "{ signal: INT, grace: 1s }" },
        new("its tree survives it", $"setsid sleep 600 & trap 'exit 0' INT; {Grow}", "sleep", "was killed") { Stop = "{ signal: INT, to: process, grace: 1s }" },
        new("the stop command fails", Grow, "stop command exited with code 3", "no such session") { Stop = "{ command: [sh, -c, 'echo no such session; exit 3'], command_within: 2s, grace: 1s, killed: accept }" },
        new("the stop command hangs", Grow, "stop command", "timed out") { Stop = "{ command: [sleep, '600'], command_within: 1s, grace: 1s, killed: accept }" },
        new("the pid file names another process", $"echo {bystander} >recorder.pid; {Grow}", $"process {bystander}", "does not belong to this rehearsal") { Stop = "{ pid_file: recorder.pid, grace: 5s }" },
        new("the pid file is missing", Grow, "recorder.pid") { Stop = "{ pid_file: recorder.pid, grace: 5s }" },
        new("a file cannot be removed", $"{Keep}; {Grow}", "kept.mcap") { After = "chattr -i out/kept.mcap 2>/dev/null; chmod 755 out; true" },
        new("the row is missing", Grow, "nothing was rehearsed: session nowhere", "no such session") { Report = Row("sessions.db", "nowhere") },
        new("the row is TERMINATED", Grow, "nothing was rehearsed: session over", "is over: NO_SHOW") { Report = Row("sessions.db", "over") },
        // It is warm, and nobody who asks the row knows: exit code 3, and the verdict is on disk.
        new("the store is down", Grow, "kept in", "hale session deliver") { Report = Row("gone/sessions.db", "lesson"), ExitCode = 3 },
    ];

    private static string Row(string store, string session) => $"report: {{ store: 'sqlite:{store}', session: {session}, role: student, within: 1s, spool: spool }}";

    // A session that is over.
    private static async Task MakeSessionsAsync(string file)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var store = SessionStores.Local.Open($"sqlite:{file}");
        Assert.True(await store.CreateAsync(SessionRow.Plan("over", ["student"], TimeProvider.System.GetUtcNow()), cancel));
        Assert.True((await store.ApplyAsync("over", new Terminate("NO_SHOW"), TimeProvider.System, cancel)).IsDone);
    }

    private const string Grow = "while :; do echo x >>out/new.mcap; sleep 0.1; done";

    // Root may remove anything but what is immutable; anybody else nothing from a folder that may not be written.
    private const string Keep = "echo x >out/kept.mcap; if [ $(id -u) = 0 ]; then chattr +i out/kept.mcap; else : >out/new.mcap; chmod 555 out; fi";

    private static async Task<string?> RunAsync(Broken broken, VerdictTable table)
    {
        await using var run = new HaleRun("targets: {}");
        Directory.CreateDirectory(run.At("out"));
        run.Write("plan.yaml", $$"""
            rehearse: { command: {{broken.Command}}, within: 3s, hold: {{broken.Hold}} }
            evidence: {{broken.Evidence}}
            stop: {{broken.Stop}}
            clean: out
            repeat: 1
            {{broken.Report}}
            """);
        await MakeSessionsAsync(run.At("sessions.db"));
        run.Write("recorder.sh", broken.Script + "\n");
        if (broken.Before is { } before)
            await run.CommandAsync("sh", "-c", before);

        var watch = Stopwatch.StartNew();
        var result = await run.CommandAsync(Until.Limit + Bound, Checkout.Hale, "warm", "plan.yaml", "--json");
        var took = watch.Elapsed;
        if (broken.After is { } after)
            await run.CommandAsync("sh", "-c", after);

        if (result.ExitCode != broken.ExitCode)
            return result.ToString();
        using var report = JsonDocument.Parse(result.Output);
        var (line, isHealthy) = (report.RootElement.GetProperty("line").GetString()!, report.RootElement.GetProperty("healthy").GetBoolean());
        if (report.RootElement.TryGetProperty("reported", out var reported))
            (line, isHealthy) = (reported.GetProperty("reason").GetString() is { } told && !line.Contains(told, StringComparison.Ordinal) ? $"{line}; {told}" : line, isHealthy && reported.GetProperty("end").GetString() == "delivered");
        table.Add(broken.Name, took, Bound, line.Replace(run.Folder, "…", StringComparison.Ordinal));
        var missing = broken.Words.Where(word => !line.Contains(word, StringComparison.OrdinalIgnoreCase)).ToArray();
        return isHealthy ? "it is said to be healthy"
            : missing.Length > 0 ? $"\"{line}\" does not say: {string.Join(", ", missing)}"
            : took > Bound ? $"it took {took.TotalSeconds:0.0} s of {Bound.TotalSeconds:0} s"
            : run.Others() is { Count: > 0 } left ? $"left running: {string.Join(", ", left.Select(RealProcesses.CommandOf))}"
            : null;
    }

    /// <summary>A rehearsal that cannot succeed.</summary>
    /// <param name="Name">How it is broken.</param>
    /// <param name="Script">What it runs.</param>
    /// <param name="Words">What the reason has to say.</param>
    private sealed record Broken(string Name, string Script, params string[] Words)
    {
        public string Command { get; init; } = "[bash, recorder.sh]";

        public string Evidence { get; init; } = "[{ files: out/*.mcap }]";

        public string Stop { get; init; } = "{ grace: 5s }";

        public string Hold { get; init; } = "0s";

        public string Report { get; init; } = "";

        public int ExitCode { get; init; } = 1;

        public string? Before { get; init; }

        public string? After { get; init; }
    }
}
