using Hale.Core;
using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Metrics;
using Hale.Storage;

namespace Hale.Tests.Metrics;

/// <summary>
/// Days of many checks in simulated time, through the real world, journal, metric store, alarms, checkpoints and pruning, as the engine goes about them.
/// Used by tests in small and by the benchmark <c>month</c> in full.
/// </summary>
internal sealed class SimulatedDays : IDisposable
{
    /// <summary>Midnight, so that days are whole.</summary>
    public static readonly Instant Begin = Instant.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private readonly string file;
    private readonly TimeSpan step;
    private readonly TimeSpan checkpointEvery;
    private readonly int[][] dueAt;
    private readonly ProbeResult fine = ProbeResult.Pass("200 OK");
    private ulong chance = 0x9E3779B97F4A7C15;
    private Instant committedAt;
    private Instant checkpointAt;

    /// <param name="file">The journal.</param>
    /// <param name="checks">How many targets with one check each.</param>
    /// <param name="every">Their interval; whole seconds.</param>
    /// <param name="checkpointEvery">As the engine does it: 10 minutes.</param>
    /// <param name="step">How time goes: whole seconds; default one.</param>
    public SimulatedDays(string file, int checks, TimeSpan every, TimeSpan checkpointEvery, TimeSpan? step = null)
    {
        (this.file, this.checkpointEvery, this.step) = (file, checkpointEvery, step ?? TimeSpan.FromSeconds(1));
        Spec = SpecOf(checks, every);
        Journal = Journal.Open(file);
        World = Journal.Restore(Spec) ?? new World(Spec, Begin);
        Journal.UseConfig(Spec, "simulated", World.Now.ToUtc());
        Journal.Commit(World.Now.ToUtc(), World);
        (Now, committedAt, checkpointAt) = (World.Now, World.Now, World.Now);
        var steps = (int)(every / this.step);
        dueAt = [.. Enumerable.Range(0, steps).Select(at => Enumerable.Range(0, checks).Where(c => c * 7919 % steps == at).ToArray())];
    }

    public WorldSpec Spec { get; }

    public Journal Journal { get; }

    public World World { get; }

    public Instant Now { get; private set; }

    /// <summary>Time between two commits; the engine's is 200 ms while observations come.</summary>
    public TimeSpan CommitEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between two ticks; the engine's is 250 ms.</summary>
    public TimeSpan TickEvery { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan KeepObservations { get; set; } = TimeSpan.FromHours(24);

    public long Observations { get; private set; }

    /// <summary>What the samples of check 0 came to, by minute since 1970: what the store has to tell.</summary>
    public Dictionary<long, (int Count, double Sum)>? Told { get; set; }

    /// <summary>Bytes of the journal on disk.</summary>
    public long Bytes => new[] { "", "-wal" }.Sum(suffix => new FileInfo(file + suffix) is { Exists: true } info ? info.Length : 0);

    /// <summary>Lets time pass.</summary>
    public void Run(TimeSpan span)
    {
        var end = Now + span;
        for (; Now < end; Now += step)
        {
            var due = dueAt[Now.Ticks / step.Ticks % dueAt.Length];
            for (var i = 0; i < due.Length; i++)
                Observe(due[i], Now + (step * (i / (double)due.Length)));
            if (Now.Ticks % TickEvery.Ticks == 0)
                Write(new Ticked(Now));
            Commit();
        }
    }

    /// <summary>Writes what is left, with a checkpoint or without.</summary>
    public void Settle(bool checkpoint) => Journal.Commit(World.Now.ToUtc(), checkpoint ? World : null);

    public void Dispose() => Journal.Dispose();

    private static WorldSpec SpecOf(int checks, TimeSpan every)
    {
        var targets = Enumerable.Range(0, checks).Select(i => new TargetSpec { Name = $"service-{i:0000}", Checks = [i] }).ToArray();
        var over = Enumerable.Range(0, (checks + 9) / 10).Select(a => new AlarmSpec
        {
            Name = $"slow-{a:0000}",
            Condition = new AlarmCondition
            {
                Source = new(MetricField.Measurement, a * 10, a * 10, "latency"),
                Metric = $"service-{a * 10:0000}/http.latency",
                Comparison = Comparison.GreaterThan,
                Threshold = 0.0235,
                Period = TimeSpan.FromMinutes(5),
                Periods = 3,
                Datapoints = 2,
            },
        }).ToList();
        over.Add(new AlarmSpec { Name = "any", Expression = AlarmExpressionParser.Parse("ALARM(slow-0000) OR NOT OK(slow-0000)", _ => 0) });
        return new WorldSpec
        {
            Targets = targets,
            Checks = [.. targets.Select((t, i) => new CheckSpec { Name = "http", Target = i, Kind = "http", Every = every, StaleAfter = (every * 3) + TimeSpan.FromSeconds(10) })],
            Alarms = [.. over],
        };
    }

    private void Observe(int check, Instant at)
    {
        Observations++;
        // Twenty milliseconds, give or take; one attempt in a thousand fails.
        var latency = 0.015 + (Next() % 10_000 / 1e6);
        var took = TimeSpan.FromSeconds(latency + 0.0005);
        var result = Next() % 1000 == 0 ? ProbeResult.Fail("503 Service Unavailable") : fine with { Measurements = [new("latency", latency, Unit.Seconds)] };
        Write(new Observed(at, new Observation(check, Incarnation.None, at, took, result)));
        if (check == 0 && result.Outcome == Outcome.Pass && Told is { } told)
        {
            var minute = at.Ticks / TimeSpan.TicksPerMinute;
            var (count, sum) = told.GetValueOrDefault(minute);
            told[minute] = (count + 1, sum + latency);
        }
    }

    private void Write(Fact fact)
    {
        World.Fold(fact);
        Journal.Metrics.Recorder.Record(World);
        Journal.Append(fact);
        foreach (var change in World.Changes)
            Journal.AppendHistory(fact.At.ToUtc(), "check", null, change.Text, null);
    }

    private void Commit()
    {
        var checkpoint = Now - checkpointAt >= checkpointEvery;
        if (!checkpoint && Now - committedAt < CommitEvery)
            return;
        var wall = Now.ToUtc();
        Journal.Commit(wall, checkpoint ? World : null);
        committedAt = Now;
        if (!checkpoint)
            return;
        checkpointAt = Now;
        Journal.Prune(wall, KeepObservations, TimeSpan.FromDays(455));
    }

    private ulong Next()
    {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        return chance;
    }
}
