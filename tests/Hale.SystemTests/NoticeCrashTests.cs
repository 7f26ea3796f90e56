using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hale.Core.Model;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>Hale is killed, again and again, while things break and are mended and half of those that are told fail or hang.</summary>
public sealed class NoticeCrashTests(ITestOutputHelper output)
{
    // ./test notices sets more; each takes about a second.
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("HALE_NOTICE_ROUNDS") ?? "20", CultureInfo.InvariantCulture);

    // Fewer than five, so that what breaks together does not make Hale doubt itself.
    private static readonly string[] Targets = ["t0", "t1", "t2", "t3"];

    private readonly Dictionary<string, List<string>> wanted = Targets.ToDictionary(target => target, _ => new List<string>());
    private readonly HashSet<string> broken = [];

    /// <summary>No flapping: what changes so often by intent is to be told each time.</summary>
    private static string Watched(string heal = "") => $$"""

        targets:
        {{string.Join('\n', Targets.Select(target => $"  {target}: {{ checks: {{ flag: {{ file: {target} }} }}{heal} }}"))}}
        defaults: { every: 50ms, timeout: 5s, fall: 1, flap: { high: 100%, low: 99% } }
        """;

    [Fact]
    public async Task Kill_9_of_Hale_at_any_point_loses_no_notice_and_what_comes_twice_has_the_same_key()
    {
        var seed = Random.Shared.Next();
        var chance = new Random(seed);
        await using var receivers = await Receivers.StartAsync(new Random(seed));
        await using var run = new HaleRun("hale: { listen: off }\n");
        run.Write("hale.yaml", receivers.Yaml(run.Folder) + Watched() + "\nhale: { listen: off }\n");
        foreach (var target in Targets)
            run.Write(target, "");

        var watch = Stopwatch.StartNew();
        for (var round = 1; round <= Rounds; round++)
        {
            run.Launch();
            // Every third time somewhere in its start, from before its first instruction on; otherwise somewhere in its work.
            if (round % 3 != 0)
                await run.AnswersAsync();
            Turn(run, receivers, chance);
            await Task.Delay(chance.Next(700), TestContext.Current.CancellationToken);
            Assert.True(RealProcesses.IsAlive(run.Pid), $"In round {round} (seed {seed}) Hale ended by itself. It said:\n{run.Said}");
            await run.KillAsync();
        }
        var took = watch.Elapsed;
        await SettleAsync(run, receivers);

        var flips = wanted.Values.Sum(list => list.Count);
        output.WriteLine($"{Rounds} kills in {took.TotalSeconds:0} s (seed {seed}): {flips} transitions that deserve a notice");
        Assert.True(flips >= Math.Min(Rounds, 4), "Nothing happened that deserves a notice: the kills hit a Hale that had nothing to tell.");
        foreach (var (channel, taken) in receivers.Of(run))
        {
            var once = taken.DistinctBy(notice => notice.Key).ToArray();
            output.WriteLine($"  {channel}: {taken.Length} taken, {once.Length} different, duplicate rate {(taken.Length - once.Length) / (double)once.Length:P1}");
            foreach (var target in Targets)
            {
                // In order, each exactly once by its key: nothing was lost, nothing came under two keys, no Resolved before its Problem.
                var told = once.Where(notice => notice.Subjects.Contains(target)).Select(notice => notice.Kind);
                Assert.True(told.SequenceEqual(wanted[target]), $"{channel} was told of {target}: {string.Join(' ', told)}\nand should have been told: {string.Join(' ', wanted[target])} (seed {seed})");
            }
            Assert.All(taken.GroupBy(notice => notice.Key), same => Assert.Single(same.Select(notice => (notice.Kind, notice.Incident)).Distinct()));
            if (channel != "exec") // A command outlives a kill of Hale, and may write when the next run has told more already.
                AssertOrder(channel, taken, seed);
        }
        await AssertSoundAsync(run, seed);
    }

    [Fact]
    public async Task With_the_disk_full_watching_goes_on_healing_refuses_and_nothing_is_corrupted()
    {
        var seed = Random.Shared.Next();
        var chance = new Random(seed);
        await using var receivers = await Receivers.StartAsync(new Random(seed));
        await using var run = new HaleRun("hale: { listen: off }\n");
        run.Write("hale.yaml", receivers.Yaml(run.Folder) + Watched($", heal: [{{ exec: [touch, {run.At("mended")}], tries: 100 }}]")
            + "\nhealing: { budget: 1000000 per 1h, cooldown: 0s, stable: 1s }\nhale: { listen: off }\n");
        using var disk = SmallDisk.Mount(run.At(".hale"));
        foreach (var target in Targets)
            run.Write(target, "");
        for (var round = 1; round <= Math.Max(2, Rounds / 10); round++)
        {
            await run.StartAsync();
            foreach (var target in Targets)
                await run.UntilAsync(target, "ok", each => each.Health == Health.Ok);
            var (problems, troubles) = (Count(run, receivers, "t0", "problem"), Count(run, receivers, "hale/journal", "problem"));
            disk.Fill();
            File.Delete(run.At("mended"));
            File.Delete(run.At("t0"));
            var t0 = await run.UntilAsync("t0", "impaired, and its remedy refused because of the journal", each => each is { Health: Health.Impaired, Refusal.Gate: Gate.Journal });
            Assert.Contains("cannot be written", t0.Refusal!.Reason, StringComparison.Ordinal);
            // Both are told although neither can be written down.
            await Until.TrueAsync(() => $"the problem and the journal had not been told in round {round} (seed {seed}). Hale said:\n{run.Said}",
                () => Count(run, receivers, "t0", "problem") > problems && Count(run, receivers, "hale/journal", "problem") > troubles);
            Assert.False(File.Exists(run.At("mended")), "a remedy was carried out that is not written down");
            if (round % 2 == 0)
            {
                await Task.Delay(chance.Next(700), TestContext.Current.CancellationToken);
                await run.KillAsync();
                disk.Free();
                await run.StartAsync();
                // What was told while nothing could be written down is not known any more: only what the new Hale tells again, it tells to be over.
                await Until.TrueAsync(() => $"t0 had not been told again in round {round} (seed {seed}). Hale said:\n{run.Said}", async () => await IsToldAsync(run, "t0"));
            }
            else
            {
                disk.Free();
                await Until.TrueAsync(() => $"that the journal is written again had not been told in round {round} (seed {seed}). Hale said:\n{run.Said}",
                    () => receivers.Of(run)["file"].Last(notice => notice.Subjects.Contains("hale/journal")).Kind == "resolved");
            }
            await Until.TrueAsync(() => $"healing had not gone on in round {round} (seed {seed}). Hale said:\n{run.Said}", () => File.Exists(run.At("mended")));
            run.Write("t0", "");
            await run.UntilAsync("t0", "ok again", each => each is { Health: Health.Ok, OpenIntent: null });
            await Until.TrueAsync(() => $"that t0 is well had not been told in round {round} (seed {seed}). Hale said:\n{run.Said}",
                () => receivers.Of(run)["file"].Last(notice => notice.Subjects.Contains("t0")).Kind == "resolved");
            Assert.Equal(0, await run.EndAsync());
        }
        var replay = await run.HaleAsync("replay", ".hale/journal.db");
        Assert.True(replay.ExitCode == 0, $"The journal folded again does not give the same world (seed {seed}): {replay}");
    }

    /// <summary>Whether the channel that never fails has been told of the subject, as Hale knows it.</summary>
    private static async Task<bool> IsToldAsync(HaleRun run, string subject)
    {
        var notices = await run.HaleAsync("notices", "--json");
        return JsonNode.Parse(notices.Output)!["incidents"]!.AsArray()
            .Any(incident => (string)incident!["subject"]! == subject && incident["told"]!.AsArray().Any(channel => (string)channel! == "file"));
    }

    private static int Count(HaleRun run, Receivers receivers, string subject, string kind) =>
        receivers.Of(run)["file"].Where(notice => notice.Kind == kind && notice.Subjects.Contains(subject)).DistinctBy(notice => notice.Key).Count();

    /// <summary>Breaks or mends what the one that never fails has been told of: a transition that is over before it could be told deserves no notice.</summary>
    private void Turn(HaleRun run, Receivers receivers, Random chance)
    {
        var told = receivers.Of(run)["file"];
        foreach (var target in Targets)
        {
            if (told.Where(notice => notice.Subjects.Contains(target)).DistinctBy(notice => notice.Key).Count() != wanted[target].Count || chance.Next(3) == 0)
                continue;
            if (broken.Add(target))
                File.Delete(run.At(target));
            else
            {
                broken.Remove(target);
                run.Write(target, "");
            }
            wanted[target].Add(broken.Contains(target) ? "problem" : "resolved");
        }
    }

    /// <summary>Everything is mended, everybody works, and Hale may finish.</summary>
    private async Task SettleAsync(HaleRun run, Receivers receivers)
    {
        receivers.Calm(run);
        await run.StartAsync();
        bool HasAll() => receivers.Of(run).Values.All(taken => Targets.All(target =>
            taken.Where(notice => notice.Subjects.Contains(target)).DistinctBy(notice => notice.Key).Count() >= wanted[target].Count));
        await Until.TrueAsync(() => $"not everything had been told. Hale said:\n{run.Said}", HasAll);
        foreach (var target in broken.ToArray())
        {
            broken.Remove(target);
            run.Write(target, "");
            wanted[target].Add("resolved");
        }
        await Until.TrueAsync(() => $"not every end had been told. Hale said:\n{run.Said}", HasAll);
        // What came too much would come now.
        await run.EndAsync();
        await run.StartAsync();
        await run.UntilAsync(Targets[0], "ok", each => each.Health == Health.Ok);
    }

    private static void AssertOrder(string channel, Taken[] taken, int seed)
    {
        foreach (var target in Targets)
        {
            var keys = taken.Where(notice => notice.Subjects.Contains(target)).Select(notice => notice.Key).ToArray();
            var order = keys.Distinct().ToList();
            for (var i = 1; i < keys.Length; i++)
                Assert.True(order.IndexOf(keys[i]) >= order.IndexOf(keys[i - 1]), $"{channel} got {keys[i]} after {keys[i - 1]} (seed {seed})");
        }
    }

    private static async Task AssertSoundAsync(HaleRun run, int seed)
    {
        Assert.Equal(0, await run.EndAsync());
        var replay = await run.HaleAsync("replay", ".hale/journal.db");
        Assert.True(replay.ExitCode == 0, $"The journal folded again does not give the same world (seed {seed}): {replay}");
    }
}
