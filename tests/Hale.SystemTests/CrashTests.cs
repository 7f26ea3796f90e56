using System.Globalization;
using Hale.Core.Model;
using Hale.SystemTests.Fixture;
using Hale.Web.Contract;

namespace Hale.SystemTests;

/// <summary>Hale is killed, again and again, at random points of an incident that does not stop for it.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    // ./test crash sets more; each takes about a second.
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("HALE_CRASH_ROUNDS") ?? "20", CultureInfo.InvariantCulture);

    private static string Worker(string name) => Path.Combine(AppContext.BaseDirectory, "Workers", name);

    [Fact]
    public async Task Kill_9_of_Hale_at_any_point_loses_no_intent_repeats_no_remedy_and_doubles_no_child()
    {
        // The leader dies all the time and is restarted at once; the mender's check fails whenever the flag is taken away. So nearly
        // every moment is one between two steps of some remedy. A rung can be tried a hundred times; there are enough of them for all rounds.
        var rungs = Rounds / 10 + 2;
        await using var run = new HaleRun($$"""
            targets:
              leader:
                process: [{{Worker("leader.sh")}}]
                heal: [{{string.Join(", ", Enumerable.Repeat("{ restart: {}, tries: 100 }", rungs))}}]
              mender:
                checks:
                  flag: { file: flag }
                heal: [{{string.Join(", ", Enumerable.Repeat($"{{ exec: [{Worker("mend.sh")}], tries: 100 }}", rungs))}}]
            defaults: { every: 50ms, timeout: 5s, fall: 1 }
            healing: { budget: 1000000 per 1h, cooldown: 0s, stable: 1s }
            """);
        var seed = Random.Shared.Next();
        var chance = new Random(seed);
        for (var round = 1; round <= Rounds; round++)
        {
            run.Launch();
            File.Delete(run.At("flag"));
            // Every third time somewhere in its start, from before its first instruction on; otherwise somewhere in its work.
            if (round % 3 != 0)
                await run.AnswersAsync();
            await Task.Delay(chance.Next(700), TestContext.Current.CancellationToken);
            Assert.True(RealProcesses.IsAlive(run.Pid), $"In round {round} (seed {seed}) Hale ended by itself. It said:\n{run.Said}");
            await run.KillAsync();
        }

        run.Write("calm", "");
        await run.StartAsync();
        await run.UntilAsync("leader", "ok, with nothing under way", leader => leader is { Health: Health.Ok, OpenIntent: null, VerifyUntil: null });
        await run.UntilAsync("mender", "ok, with nothing under way", mender => mender is { Health: Health.Ok, OpenIntent: null, VerifyUntil: null });

        Assert.Equal("", run.Read("trouble")); // two leaders at once
        var starts = run.Lines("starts").Select(line => line.Split(' ')).ToArray();
        Assert.All(starts.GroupBy(words => words[0]), life => Assert.True(life.Count() == 1, $"life {life.Key} was started {life.Count()} times (seed {seed})"));
        Assert.Equal(int.Parse(starts[^1][1], CultureInfo.InvariantCulture), Assert.Single(run.Others()));
        Assert.All(run.Lines("mended").GroupBy(intent => intent), remedy => Assert.True(remedy.Count() == 1, $"remedy {remedy.Key} was carried out {remedy.Count()} times (seed {seed})"));

        // A leader of before the calm may still die, and its restart be under way as we look: an intent is lost that never ends.
        var history = await run.HistoryAsync();
        for (var looks = 0; looks < 100 && Numbers(history, "intent").Except(Numbers(history, "outcome")).Any(); looks++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            history = await run.HistoryAsync();
        }
        var (opened, closed) = (Numbers(history, "intent"), Numbers(history, "outcome"));
        var settled = history.Count(entry => entry.Kind == "outcome" && (entry.Text.Contains(" Interrupted", StringComparison.Ordinal) || entry.Text.Contains(" Unknown", StringComparison.Ordinal)));
        output.WriteLine($"{Rounds} kills: {starts.Length} lives, {run.Lines("mended").Length} other remedies, {opened.Count} intents, of which {settled} were open when Hale was killed and had not taken effect or could not tell");
        Assert.True(opened.Count > Rounds, "The incident did not go on: the kills hit a Hale that had nothing to do.");
        Assert.Empty(opened.Except(closed)); // an intent that was lost
        Assert.Empty(closed.Except(opened)); // an act without an intent on disk

        Assert.Equal(0, await run.EndAsync());
        var replay = await run.HaleAsync("replay", ".hale/journal.db");
        Assert.True(replay.ExitCode == 0, $"The journal folded again does not give the same world (seed {seed}): {replay}");
    }

    private static HashSet<long?> Numbers(IReadOnlyList<HistoryEntryDto> history, string kind) =>
        history.Where(entry => entry.Kind == kind).Select(entry => entry.Intent).ToHashSet();
}
