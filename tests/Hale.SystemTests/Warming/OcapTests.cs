using System.Text.Json;
using System.Text.RegularExpressions;
using Hale.Core.Sessions;
using Hale.Sessions;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Warming;

/// <summary>The sample recorder, rehearsed by its own plan.</summary>
public sealed partial class OcapTests : IAsyncLifetime
{
    private readonly HaleRun run = new("targets: {}");

    public async ValueTask InitializeAsync()
    {
        run.Environment["OCAP_RECORDER"] = Checkout.OcapRecorder;
        Assert.Equal(0, (await run.CommandAsync(Checkout.OcapRecorder, "make", run.At("runtime"), "8")).ExitCode);
        Directory.CreateDirectory(run.At("temp_recordings"));
        run.Write("temp_recordings/lesson.mcap", "of last week");
        run.Write("plan.yaml", await File.ReadAllTextAsync(Path.Combine(Checkout.Ocap, "plan.yaml"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_unhealthy_row_says_healthy_after_rehearsals_that_wrote_both_files_and_left_neither()
    {
        await using var store = await ReportToAsync("sessions.db");

        var report = await WarmAsync(0);

        Assert.Equal(SessionStatus.Healthy, (await RowAsync(store)).Status);
        var rehearsals = report.GetProperty("rehearsals").EnumerateArray().ToArray();
        Assert.True(rehearsals.Length >= 2);
        Assert.All(rehearsals, rehearsal =>
        {
            Assert.Contains("stopped, both files are whole", rehearsal.GetProperty("ending").GetString(), StringComparison.Ordinal);
            var evidence = rehearsal.GetProperty("evidence").EnumerateArray().ToArray();
            Assert.Equal(["files temp_recordings/*.mcap", "files temp_recordings/*.mkv"], evidence.Select(each => each.GetProperty("name").GetString()));
            Assert.All(evidence, each => Assert.Matches(SomeBytes(), each.GetProperty("seen").GetString()));
            Assert.StartsWith("removed 2 files", rehearsal.GetProperty("cleaning").GetString(), StringComparison.Ordinal);
            Assert.False(rehearsal.GetProperty("killed").GetBoolean());
        });
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_recorder_that_cannot_load_makes_the_row_unhealthy_with_the_reason()
    {
        await using var store = await ReportToAsync("sessions.db");
        File.Delete(run.At("runtime/library07.so"));

        await WarmAsync(1);

        var row = await RowAsync(store);
        Assert.Equal(SessionStatus.Unhealthy, row.Status);
        Assert.Equal("evidence", row.Of("student")!.Failure!.Step);
        Assert.Contains("library07.so", row.Of("student")!.Failure!.Reason, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task What_a_start_opens_is_learned_and_read_ahead_the_next_time()
    {
        var first = await WarmAsync(0, "--record");
        var list = run.Lines("plan.prefetch");
        Assert.SkipUnless(list[0].Contains("by fanotify", StringComparison.Ordinal), list[0]);

        var learned = list.Where(line => !line.StartsWith('#')).ToArray();
        Assert.Equal(400, learned.Count(line => line.StartsWith("runtime/", StringComparison.Ordinal)));
        Assert.DoesNotContain(learned, line => line.Contains("temp_recordings", StringComparison.Ordinal) || line.Contains("ocap.pid", StringComparison.Ordinal));
        Assert.Contains(learned, line => line.EndsWith("/ocap-recorder.dll", StringComparison.Ordinal));
        Assert.Equal(learned.Length, first.GetProperty("recording").GetProperty("files").GetInt32());
        Assert.False(first.TryGetProperty("prefetch", out _));

        File.Delete(run.At("runtime/module000.pyc"));
        var second = await run.HaleAsync("warm", "plan.yaml", "--once");
        Assert.Contains("read ahead: ", second.Error, StringComparison.Ordinal);
        Assert.Contains($"missing: {run.At("runtime/module000.pyc")}", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_plan_names_is_read_ahead_and_may_not_be_missing_where_it_says_so()
    {
        run.Write("plan.yaml", run.Read("plan.yaml") + "prefetch: { paths: [runtime, models], missing: fail }\n");

        var report = await WarmAsync(1);

        Assert.Equal($"failed at prefetch: {run.At("models")} is to be read ahead and does not exist", report.GetProperty("line").GetString());
        Assert.Equal(400, report.GetProperty("prefetch").GetProperty("files").GetInt32());
        Assert.Empty(report.GetProperty("rehearsals").EnumerateArray());
    }

    [Fact]
    public async Task The_demo_tells_its_story_to_the_end()
    {
        run.Environment["HALE"] = Checkout.Hale;
        run.Environment["OCAP_MEGABYTES"] = "8";

        var told = await run.CommandAsync(TimeSpan.FromMinutes(3), Path.Combine(Checkout.Ocap, "demo.sh"));

        Assert.True(told.ExitCode == 0, told.ToString());
        Assert.Contains("recorded by", told.Output, StringComparison.Ordinal);
        Assert.Contains("read ahead: ", told.Output, StringComparison.Ordinal);
        Assert.Contains("library07.so", told.Output, StringComparison.Ordinal);
        Assert.Contains("Warm, and only then said to be.", told.Output, StringComparison.Ordinal);
        Assert.Empty(run.Others());
    }

    public ValueTask DisposeAsync() => run.DisposeAsync();

    private async Task<ISessionStore> ReportToAsync(string file)
    {
        var cancel = TestContext.Current.CancellationToken;
        run.Write("plan.yaml", run.Read("plan.yaml") + $"report: {{ store: 'sqlite:{file}', session: lesson, role: student, spool: spool }}\n");
        var store = SessionStores.Local.Open($"sqlite:{run.At(file)}");
        Assert.True(await store.CreateAsync(SessionRow.Plan("lesson", ["student"], TimeProvider.System.GetUtcNow()), cancel));
        var earlier = new ReportStamp(TimeProvider.System.GetUtcNow().AddHours(-1), "earlier", 1);
        Assert.True((await store.ApplyAsync("lesson", new Report("student", earlier, ParticipantState.Unhealthy) { Failure = new("evidence", "it was cold", "") }, TimeProvider.System, cancel)).IsDone);
        Assert.Equal(SessionStatus.Unhealthy, (await RowAsync(store)).Status);
        return store;
    }

    private static async Task<SessionRow> RowAsync(ISessionStore store) => (await store.GetAsync("lesson", TestContext.Current.CancellationToken))!.Row;

    private async Task<JsonElement> WarmAsync(int exitCode, params string[] more)
    {
        var result = await run.CommandAsync(TimeSpan.FromMinutes(3), Checkout.Hale, ["warm", "plan.yaml", "--json", .. more]);
        Assert.True(result.ExitCode == exitCode, result.ToString());
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.Clone();
    }

    private void AssertNothingIsLeft()
    {
        Assert.Equal(["lesson.mcap"], Directory.GetFiles(run.At("temp_recordings")).Select(Path.GetFileName));
        Assert.Equal("of last week", run.Read("temp_recordings/lesson.mcap"));
        Assert.False(File.Exists(run.At("ocap.pid")));
        Assert.Empty(run.Others());
    }

    [GeneratedRegex(@" has [1-9][\d.]*\w+ and grows$")]
    private static partial Regex SomeBytes();
}
