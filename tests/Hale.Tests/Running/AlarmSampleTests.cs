using Hale.Config;
using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Running;
using Hale.Testing;
using Hale.Tests.Config;
using Xunit;

namespace Hale.Tests.Running;

/// <summary><c>samples/alarms</c>, loaded as it stands and run on real processes, with periods of ten seconds.</summary>
public sealed class AlarmSampleTests
{
    private static readonly string[] Names =
    [
        "ai-video-codec-orchestrator-down", "ai-video-codec-no-recent-experiments", "ai-video-codec-high-disk-usage", "ai-video-codec-high-memory-usage",
    ];

    [Fact]
    public void The_sample_has_the_six_metrics_and_the_four_alarms_of_the_orchestrator()
    {
        var plan = Load(_ => null);
        Assert.All(plan.Metrics, metric => Assert.Equal("AiVideoCodec/Orchestrator", metric.Namespace));
        Assert.Equal(["OrchestratorRunning", "RecentExperiments", "OverallHealth", "CPUUsage", "MemoryUsage", "DiskUsage"], plan.Metrics.Select(metric => metric.Name));
        Assert.Equal(Names, plan.World.Alarms.Select(alarm => alarm.Name));
        Assert.Equal(
            [
                "average of OrchestratorRunning < 0.5 in 2 of 2 periods of 5 min",
                "average of RecentExperiments < 0.5 over 10 min",
                "average of DiskUsage > 85 in 2 of 2 periods of 5 min",
                "average of MemoryUsage > 90 in 2 of 2 periods of 5 min",
            ],
            plan.World.Alarms.Select(AlarmText.Rule));
        Assert.Equal([MissingData.Breaching, MissingData.Breaching, MissingData.Missing, MissingData.Missing], plan.World.Alarms.Select(alarm => alarm.Condition!.Missing));
    }

    [Fact]
    public async Task The_alarms_are_ok_while_it_works_and_silence_is_an_alarm()
    {
        using var scratch = new Scratch();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(CorpusFiles.Repository, "samples/alarms")))
            File.Copy(file, scratch[Path.GetFileName(file)]);
        var settings = new Dictionary<string, string> { ["PERIOD"] = "10s", ["LONG_PERIOD"] = "10s", ["EVERY"] = "1s", ["DISK"] = "101%", ["LISTEN"] = "off" };
        var plan = Load(settings.GetValueOrDefault, scratch["hale.yaml"]);
        var cancel = TestContext.Current.CancellationToken;
        await using var daemon = await Daemon.StartAsync(plan, TimeProvider.System, cancel);
        daemon.TakesProcessesAlong = true;
        await BecomeAsync(3, AlarmValue.Ok);

        // A person's stop holds, so that nothing says any more that it runs.
        Assert.True((await daemon.OrderAsync(Order.Stop, "orchestrator", "a test", "", null, cancel)).Accepted);
        await BecomeAsync(2, AlarmValue.Alarm);
        Assert.Equal(AlarmValue.Ok, daemon.Current.Alarms[2].Value);

        await Eventually.HoldsAsync(() => daemon.History(new(Alarm: Names[0])).Count >= 2, "the changes stand in the history");
        var history = daemon.History(new(Alarm: Names[0])).Select(entry => entry.Text).Reverse().ToArray();
        Assert.StartsWith($"{Names[0]}: INSUFFICIENT_DATA -> OK: ", history[0]);
        Assert.StartsWith($"{Names[0]}: OK -> ALARM: ", history[1]);
        Assert.Equal("orchestrator", daemon.History(new(Kinds: ["alarm"]))[0].Target);

        // Twelve periods, for two that are needed: a busy machine may doubt itself, and then no alarm moves.
        async Task BecomeAsync(int first, AlarmValue value)
        {
            try
            {
                await Eventually.HoldsAsync(() => daemon.Current.Alarms.Take(first).All(alarm => alarm.Value == value), $"the first {first} alarms became {value}", TimeSpan.FromMinutes(2));
            }
            catch (TimeoutException error)
            {
                throw new TimeoutException($"{error.Message}\n{string.Join('\n', daemon.Current.Alarms.Select(a => $"{a.Name} {a.Value} {a.Reason}"))}\n{string.Join('\n', daemon.History(new(Limit: 50)).Select(h => $"{h.At:HH:mm:ss} {h.Text}"))}", error);
            }
        }
    }

    private static Plan Load(Func<string, string?> environment, string? file = null)
    {
        var loaded = new SpecLoader().Load(file ?? Path.Combine(CorpusFiles.Repository, "samples/alarms/hale.yaml"), environment);
        Assert.True(loaded.Plan is not null, string.Join('\n', loaded.Errors));
        return loaded.Plan;
    }
}
