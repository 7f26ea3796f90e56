using System.Diagnostics;
using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Storage;
using Hale.Tests.Config;
using Xunit;

namespace Hale.Tests.Running;

/// <summary>A running daemon is given one random configuration after another, good and bad. <c>HALE_RELOAD_ROUNDS</c> says how many; 100 unless it is set.</summary>
public sealed class RandomReloadTests
{
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("HALE_RELOAD_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 100;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_daemon_survives_random_valid_and_invalid_configurations()
    {
        await using var run = new DaemonFixture();
        await File.WriteAllTextAsync(Path.Combine(run.Folder, "here"), "", Cancel);
        var configurations = new RandomConfigurations(run.Folder);
        var corpus = Directory.GetFiles(CorpusFiles.Path("good"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();
        await run.StartAsync(RandomConfigurations.Anchor);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        var (pid, life) = (run.Pid, run.Target.Incarnation);
        var (taken, refused) = (0, 0);
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            var rest = configurations.Rest(random);
            if (random.Next(2) == 0)
                rest = FuzzTests.Damage(rest, corpus, random);
            var expected = run.Load(RandomConfigurations.Anchor + rest).Plan is { } plan ? plan.World.Targets.Select(t => t.Name).ToArray() : null;
            var before = run.Daemon.Current.Targets.Select(t => t.Name).ToArray();

            var result = await run.ReloadAsync(RandomConfigurations.Anchor + rest).WaitAsync(TimeSpan.FromMinutes(1), Cancel);

            Assert.True(result.Taken == expected is not null, $"seed {seed}: {result.Message}\n{rest}");
            Assert.Equal(expected ?? before, run.Daemon.Current.Targets.Select(t => t.Name));
            Assert.Equal(expected is null, run.Daemon.Figures.Configuration!.Refused is not null);
            Assert.True(run.Target is { Name: "anchor", Health: Health.Ok, Lives: 1 } && run.Target.Incarnation == life, $"seed {seed}: {run.Target}\n{rest}");
            if (seed % 10 == 0)
                Assert.True((await run.Daemon.CheckNowAsync("anchor", Cancel).WaitAsync(TimeSpan.FromMinutes(1), Cancel)).Accepted);
            (taken, refused) = expected is null ? (taken, refused + 1) : (taken + 1, refused);
        }
        Assert.False(Process.GetProcessById(pid).HasExited);
        Assert.True(taken > Rounds / 4 && refused > Rounds / 10, $"{taken} taken, {refused} refused: too few of one sort");
        TestContext.Current.SendDiagnosticMessage($"{taken} configurations taken, {refused} refused");
        await run.StopAsync(takeProcesses: true);
        using var reader = new JournalReader(Path.Combine(run.Folder, "state", "journal.db"));
        var replay = reader.Replay();
        Assert.Null(replay.Difference);
        // Most that were taken changed something, and each such wrote a checkpoint.
        Assert.True(replay.Checkpoints > taken / 2, $"{replay.Checkpoints} checkpoints of {taken} reloads");
    }
}
