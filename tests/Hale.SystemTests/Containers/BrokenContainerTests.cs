using System.Diagnostics;
using Hale.Containers;
using Hale.Containers.Groups;
using Hale.Core.Containers;
using Hale.Core.Readiness;
using Hale.SystemTests.Fixture;
using Hale.Testing;

namespace Hale.SystemTests.Containers;

/// <summary>The ways in which containers do not become ready, all at once on a real engine: each ends within its bound with the reason named.</summary>
[Collection(nameof(DockerEngine))]
public sealed class BrokenContainerTests(DockerEngine engine)
{
    private const string Ok = "printf \"HTTP/1.1 200 OK\\r\\n\\r\\nok\"";
    private const string Unavailable = "printf \"HTTP/1.1 503 No\\r\\n\\r\\nbusy\"";

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(4), Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static IEnumerable<BrokenContainer> Cases =>
    [
        new("crash at once", "exited with code 1", "image hale-test/httpd:1", "no configuration >&2", "its last words: 'no configuration'") { Recipe = BrokenContainer.Shell("echo no configuration >&2; exit 1") },
        new("crash after 3 s", "exited with code 7 after ", "'starting' | 'no such database'") { Recipe = BrokenContainer.Shell("echo starting; sleep 3; echo no such database >&2; exit 7") },
        new("exit 0", "exited with code 0", "'nothing to do'") { Recipe = BrokenContainer.Shell("echo nothing to do") },
        new("out of memory", "was killed for want of memory (its limit is 16 MiB), exit code 137") { Recipe = BrokenContainer.Shell("x=y; while :; do x=$x$x; done") with { MemoryBytes = 16 << 20 } },
        new("wrong port", "connection refused", "inside, nothing listens on port 8080, but on 80") { Probe = new() { Port = 8080, Path = "/" }, Timeout = Short },
        new("listens on 127.0.0.1 only", "connection refused", "inside, port 80 is listened on at 127.0.0.1 only") { Recipe = BrokenContainer.Shell("exec httpd -f -p 127.0.0.1:80 -h /www"), Timeout = Short },
        new("wrong path", "status 404") { Probe = new() { Port = 80, Path = "/nope" }, Timeout = Short },
        new("500", "status 500: 'status 500'") { Probe = new() { Port = 80, Path = "/cgi-bin/status?500" }, Timeout = Short },
        new("301", "status 301") { Probe = new() { Port = 80, Path = "/cgi-bin/status?301" }, Timeout = Short },
        new("hang on accept", "but no answer within", "it takes connections on port 80 and never answers") { Recipe = BrokenContainer.Shell("exec nc -ll -p 80 -e sleep 1000"), Timeout = Short, AttemptTimeout = Second },
        new("hang in body", "but the body did not end within", "its answers on port 80 begin and do not end")
        {
            Recipe = BrokenContainer.Shell(BrokenContainer.Answering("printf \"HTTP/1.1 200 OK\\r\\nContent-Length: 100\\r\\n\\r\\nhalf\"; sleep 1000")),
            Timeout = Short,
            AttemptTimeout = Second,
        },
        new("hangs up", "it takes connections on port 80 and closes them without an answer") { Recipe = BrokenContainer.Shell(BrokenContainer.Answering("exit 0")), Timeout = Short },
        new("slow start", "status 200 at ") { Recipe = BrokenContainer.Shell("sleep 3; exec httpd -f -p 80 -h /www"), BecomesReady = true },
        new("flapping 200", "not ready within", "and not often enough in a row")
        {
            Recipe = BrokenContainer.Shell(BrokenContainer.Answering($"if mkdir /tmp/up 2>/dev/null; then {Ok}; else rmdir /tmp/up; {Unavailable}; fi")),
            Successes = 3,
            Timeout = Short,
        },
        new("dies right after 200", "exited with code 3", "'goodbye'") { Recipe = BrokenContainer.Shell(BrokenContainer.Answering($"{Ok}; echo goodbye >&2; exit 3", "nc -l")) },
        new("entry point not executable", "could not be started, exit code 126: ", "permission denied") { Recipe = new() { Image = TestEngine.Httpd, EntryPoint = ["/etc/passwd"] }, Begin = FailToStartAsync },
        new("no log output", "exited with code 1", "it had logged nothing") { Recipe = BrokenContainer.Shell("sleep 1; exit 1") },
        new("binary log output", "exited with code 1", "its last words: '·ELF·[2J·'") { Recipe = BrokenContainer.Shell("sleep 1; printf '\\001\\000\\377\\376ELF\\033[2J\\377'; exit 1") },
        new("endless log line", "exited with code 1", "…'") { Recipe = BrokenContainer.Shell("head -c 3000000 /dev/zero | tr '\\000' x; exit 1") },
        new("restart loop", "its restart policy has started it anew ") { Recipe = BrokenContainer.Shell("echo loop; sleep 2; exit 9") with { Restart = new("always") }, Begin = StartUntilRestartedAsync, Timeout = 2 * Short },
        new("unhealthy", "its own health check has failed ", "the last time with: no route to db")
        {
            Recipe = new() { Image = TestEngine.Httpd, HealthCheck = HealthCheckRecipe.Of(["sh", "-c", "echo no route to db; exit 1"], TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(20), retries: 1) },
            Begin = StartUntilUnhealthyAsync,
            Timeout = Short,
        },
        new("health check still starting", "it runs, and its own health check has not passed yet")
        {
            Recipe = new() { Image = TestEngine.Httpd, HealthCheck = HealthCheckRecipe.Of(["true"], TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(20)) },
            Timeout = Short,
        },
        new("paused", "it is paused") { Begin = StartAndPauseAsync, Timeout = Short },
        new("made and never started", "was made, but not started") { Begin = (_, _, _) => Task.CompletedTask, Timeout = Short },
        new("another network", "it has no address in network back, but in bridge") { Probe = new() { Port = 80, Network = "back" }, Timeout = Short },
        new("killed by somebody", "exited with code 137 (SIGKILL)") { Recipe = BrokenContainer.Shell("sleep 1000"), Begin = StartAndKillAsync },
    ];

    [Fact]
    public async Task Each_way_not_to_become_ready_ends_within_its_bound_with_the_reason_named()
    {
        engine.Require();
        var table = new VerdictTable();
        var wrong = new List<string>();
        var cases = Cases.Select(broken => TryAsync(broken, table, wrong)).ToList();
        cases.Add(GroupAsync("image missing", table, wrong, "No such image: no-such-image:1", spec => spec with { Members = [spec.Members[0] with { Image = "no-such-image:1", Pull = ContainerGroupPull.Never }] }));
        cases.Add(GroupAsync("network missing", table, wrong, "no-such-network", spec => spec with { Networks = [new("front") { External = "no-such-network" }] }));
        cases.Add(GroupAsync("volume half-filled", table, wrong, "its command ended with exit code 5", spec => spec with
        {
            Volumes = [new("data") { Seed = new() { Image = TestEngine.Busybox, Path = "/data", Command = ["sh", "-c", "echo half >/data/first; exit 5"] } }],
            Members = [spec.Members[0] with { Mounts = [new("data", null, "/www/data", IsReadOnly: true)] }],
        }));
        cases.Add(NameInUseAsync(table, wrong));
        await Task.WhenAll(cases);

        TestContext.Current.TestOutputHelper!.WriteLine(table.ToString());
        Assert.True(wrong.Count == 0, $"{string.Join('\n', wrong)}\n\n{table}");
        Assert.Equal(cases.Count, table.Count);
    }

    private async Task TryAsync(BrokenContainer broken, VerdictTable table, List<string> wrong)
    {
        var (report, took) = await broken.WaitAsync(engine, Cancel);
        table.Add(broken.Name, took, BrokenContainer.Bound, $"{(report.IsReady ? "ready: " : "")}{report}");
        Judge(broken.Name, report.End == (broken.BecomesReady ? GateEnd.Ready : GateEnd.NotReady) && took < BrokenContainer.Bound, report.ToString(), broken.Says, wrong);
    }

    private async Task GroupAsync(string name, VerdictTable table, List<string> wrong, string says, Func<ContainerGroupSpec, ContainerGroupSpec> breaking)
    {
        var spec = breaking(new() { Session = engine.Unique(name), Members = [new("web") { Image = TestEngine.Httpd, Port = 80, Grace = TimeSpan.Zero }] });
        var watch = Stopwatch.StartNew();
        var report = await ContainerGroup.EnsureAsync(spec, new() { Engine = engine.Api }, Cancel);
        table.Add(name, watch.Elapsed, BrokenContainer.Bound, report.ToString());
        Judge(name, report.End == GateEnd.NotReady && report.Left.Count == 0, report.ToString(), [says], wrong);
    }

    // Of another's container, which is left as it is.
    private async Task NameInUseAsync(VerdictTable table, List<string> wrong)
    {
        var session = engine.Unique("name in use");
        var name = ContainerGroupNames.Member(session, "web", 1);
        await engine.RunAsync(new() { Image = TestEngine.Busybox, Command = ["sleep", "1000"] }, name);
        await GroupAsync("name in use", table, wrong, "is already in use", spec => spec with { Session = session });
        Judge("the name's owner", (await engine.Api.Containers.InspectAsync(name, Cancel)).State.Running, "", [], wrong);
        await engine.RemoveAsync(name);
    }

    private static void Judge(string name, bool isRight, string reason, string[] says, List<string> wrong)
    {
        var missing = says.Where(part => !reason.Contains(part, StringComparison.Ordinal)).ToList();
        if (isRight && missing.Count == 0)
            return;
        lock (wrong)
            wrong.Add($"{name}: {(isRight ? "" : "the wrong end; ")}does not say {string.Join(", ", missing)}: {reason}");
    }

    private static async Task FailToStartAsync(ContainerEngine api, string name, CancellationToken cancel) =>
        await Assert.ThrowsAsync<ContainerEngineException>(() => api.Containers.StartAsync(name, cancel));

    private static Task StartUntilRestartedAsync(ContainerEngine api, string name, CancellationToken cancel) =>
        StartUntilAsync(api, name, "started anew", container => container.RestartCount > 0, cancel);

    private static Task StartUntilUnhealthyAsync(ContainerEngine api, string name, CancellationToken cancel) =>
        StartUntilAsync(api, name, "unhealthy", container => container.State.Health?.Status == "unhealthy", cancel);

    private static async Task StartUntilAsync(ContainerEngine api, string name, string what, Func<ContainerDetails, bool> isSo, CancellationToken cancel)
    {
        await api.Containers.StartAsync(name, cancel);
        await Until.TrueAsync(() => $"{name} was not {what}", async () => isSo(await api.Containers.InspectAsync(name, cancel)));
    }

    private static async Task StartAndPauseAsync(ContainerEngine api, string name, CancellationToken cancel)
    {
        await api.Containers.StartAsync(name, cancel);
        await api.Containers.PauseAsync(name, cancel);
    }

    private static async Task StartAndKillAsync(ContainerEngine api, string name, CancellationToken cancel)
    {
        await api.Containers.StartAsync(name, cancel);
        await api.Containers.KillAsync(name, cancel: cancel);
    }
}
