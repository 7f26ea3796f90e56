using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Hale.Core.Model;
using Hale.Core.Sessions;
using Hale.Sessions;
using Hale.Web.Door;
using Xunit;

namespace Hale.Tests.Sessions;

/// <summary>
/// Two machines, two users at the door and an operator, all at once and in random order, over a real store. Every version that was written is kept, and
/// held against the laws afterwards. <c>HALE_DOOR_ROUNDS</c> in the environment says how many interleavings for each store.
/// </summary>
[Collection(nameof(Dynalite))]
public sealed class DoorRaceTests(Dynalite dynalite)
{
    private const int AtOnce = 8;

    private static readonly string[] Roles = ["teacher", "student"];

    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("HALE_DOOR_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_machines_and_one_row_in_SQLite()
    {
        await using var rig = new SessionRig();
        await rig.PlanAsync("first", Roles);
        await RaceAsync(rig.Store);
    }

    [Fact]
    public async Task Two_machines_and_one_row_in_DynamoDB()
    {
        await using var store = dynalite.Store(await dynalite.TableAsync());
        await RaceAsync(store);
    }

    private static async Task RaceAsync(ISessionStore real)
    {
        var store = new HistoryStore(real);
        var options = new DoorOptions { Look = TimeSpan.FromMilliseconds(5), Rate = new Budget(1_000_000, TimeSpan.FromSeconds(1)) };
        await using var host = await DoorHost.StartAsync(store, "127.0.0.1:0", options, Cancel);
        using var client = new HttpClient { BaseAddress = host.Address };
        var ends = new ConcurrentDictionary<string, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Rounds), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancel }, async (seed, _) =>
        {
            var one = new Interleaving(store, client, seed);
            await one.RunAsync();
            ends.AddOrUpdate($"{one.Hold()}", 1, (_, count) => count + 1);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{Rounds} interleavings over {real.Address.Scheme}: {string.Join(", ", ends.OrderBy(each => each.Key).Select(each => $"{each.Key} {each.Value}"))}");
        Assert.Equal(Rounds, ends.Values.Sum());
        // The race is one only if there are all kinds of ends.
        Assert.Contains(ends.Keys, end => end.Contains("admitted", StringComparison.Ordinal));
        Assert.Contains(ends.Keys, end => end.Contains("Terminated", StringComparison.Ordinal));
    }

    /// <summary>One session, and everything that is done to it at the same time.</summary>
    private sealed class Interleaving(HistoryStore store, HttpClient client, int seed)
    {
        private readonly string id = $"s{seed}-{Guid.NewGuid():n}";
        private readonly ConcurrentDictionary<string, long> healthySince = new();
        private readonly ConcurrentQueue<(long Asked, long Answered, HttpStatusCode Status)> answers = new();
        private long terminatedAt = long.MaxValue;

        public async Task RunAsync()
        {
            Assert.True(await store.CreateAsync(SessionRow.Plan(id, Roles, DateTimeOffset.UtcNow), Cancel));
            var tasks = Roles.SelectMany((role, i) => (Task[])[MachineAsync(role, new Random((seed * 7) + i)), LambdaAsync(role, new Random((seed * 7) + 2 + i)), UserAsync(role, new Random((seed * 7) + 4 + i))]).ToList();
            tasks.Add(OperatorAsync(new Random((seed * 7) + 6)));
            await Task.WhenAll(tasks);
            // When all is quiet everybody asks once more: what is healthy now opens.
            foreach (var role in Roles)
                await AskAsync(role, "");
        }

        // One or two runs; a run has one verdict, and a good one may turn out to be false later.
        private async Task MachineAsync(string role, Random chance)
        {
            for (var run = chance.Next(3) == 0 ? 0 : 1; run < 2; run++)
            {
                var reporter = new SessionReporter(store, new ReportOptions { Session = id, Role = role }, TimeProvider.System);
                for (var stage = chance.Next(0, 3); stage > 0; stage--)
                {
                    await PauseAsync(chance);
                    await reporter.WarmingAsync($"stage {stage}", 0.5, Cancel);
                }
                await PauseAsync(chance);
                if (chance.Next(5) == 0)
                {
                    await reporter.UnhealthyAsync("evidence", "none", "", Cancel);
                    continue;
                }
                healthySince.TryAdd(role, Stopwatch.GetTimestamp());
                await reporter.HealthyAsync(Cancel);
                if (chance.Next(6) == 0)
                    await reporter.UnhealthyAsync("watch", "it died", "", Cancel);
            }
        }

        // Milestones come when they come.
        private async Task LambdaAsync(string role, Random chance)
        {
            await PauseAsync(chance);
            await store.ApplyAsync(id, new Provision(role) { Milestone = ParticipantState.Launched }, TimeProvider.System, Cancel);
            await PauseAsync(chance);
            await store.ApplyAsync(id, new Provision(role) { Milestone = ParticipantState.DnsWritten, Link = $"{SessionRig.Link}/{role}" }, TimeProvider.System, Cancel);
        }

        private async Task UserAsync(string role, Random chance)
        {
            for (var i = 0; i < 8; i++)
            {
                await PauseAsync(chance);
                await AskAsync(role, chance.Next(2) == 0 ? "?wait=20ms" : "");
            }
        }

        private async Task AskAsync(string role, string query)
        {
            var asked = Stopwatch.GetTimestamp();
            using var response = await client.GetAsync($"join/{id}/{role}{query}", Cancel);
            answers.Enqueue((asked, Stopwatch.GetTimestamp(), response.StatusCode));
        }

        private async Task OperatorAsync(Random chance)
        {
            if (chance.Next(3) != 0)
                return;
            for (var i = chance.Next(0, 6); i >= 0; i--)
                await PauseAsync(chance);
            await store.ApplyAsync(id, new Terminate("ended"), TimeProvider.System, Cancel);
            terminatedAt = Stopwatch.GetTimestamp();
        }

        private static Task PauseAsync(Random chance) => chance.Next(3) == 0 ? Task.Delay(chance.Next(1, 25), Cancel) : Task.CompletedTask;

        /// <summary>The laws over all versions and all answers; how it ended.</summary>
        public string Hold()
        {
            var history = store.Of(id);
            Assert.Equal(Enumerable.Range(1, history.Count).Select(version => (long)version), history.Select(row => row.Version));
            foreach (var (was, next) in history.Zip(history.Skip(1)))
            {
                Assert.True(was.Status == next.Status || SessionStatuses.MayFollow(was.Status, next.Status), $"{id}: {was.Status} → {next.Status}");
                Assert.NotEqual(SessionStatus.Terminated, was.Status);
                // No machine was replaced, so nothing went back behind its warming.
                Assert.False(was.Status >= SessionStatus.Warming && next.Status < SessionStatus.Warming, $"{id}: {was.Status} → {next.Status}");
                if (next.Status == SessionStatus.InProgress && was.Status != SessionStatus.InProgress)
                    Assert.All(was.Participants, each => Assert.Equal(ParticipantState.Healthy, each.State));
                if (next.Status == SessionStatus.Healthy)
                    Assert.All(next.Participants, each => Assert.Equal(ParticipantState.Healthy, each.State));
            }
            Assert.NotEqual(SessionStatus.Healthy, history[^1].Status);
            var admitted = answers.Where(each => each.Status == HttpStatusCode.OK).ToList();
            Assert.Equal(admitted.Count > 0, admitted.Count > 0 && history.Any(row => row.Status == SessionStatus.InProgress));
            foreach (var (_, answered, _) in admitted)
                Assert.All(Roles, role => Assert.True(healthySince.TryGetValue(role, out var since) && since < answered, $"{id}: let in before {role} was healthy"));
            foreach (var (asked, _, status) in answers.Where(each => each.Asked > terminatedAt))
                Assert.Equal(HttpStatusCode.Gone, status);
            Assert.All(answers, each => Assert.True(each.Status is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.Conflict or HttpStatusCode.Gone, $"{id}: {each.Status}"));
            return $"{history[^1].Status}{(admitted.Count > 0 ? " admitted" : "")}";
        }
    }

    /// <summary>Remembers every version that a store took.</summary>
    private sealed class HistoryStore(ISessionStore inner) : ISessionStore
    {
        private readonly ConcurrentDictionary<string, ConcurrentBag<SessionRow>> taken = new();

        public SessionAddress Address => inner.Address;

        public IReadOnlyList<SessionRow> Of(string id) => [.. taken[id].OrderBy(row => row.Version)];

        public Task<StoredSession?> GetAsync(string id, CancellationToken cancel) => inner.GetAsync(id, cancel);

        public async Task<bool> CreateAsync(SessionRow row, CancellationToken cancel) => Take(row, await inner.CreateAsync(row, cancel));

        public async Task<bool> ReplaceAsync(StoredSession was, SessionRow next, CancellationToken cancel) => Take(next, await inner.ReplaceAsync(was, next, cancel));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private bool Take(SessionRow row, bool isWritten)
        {
            if (isWritten)
                taken.GetOrAdd(row.Id, _ => []).Add(row);
            return isWritten;
        }
    }
}
