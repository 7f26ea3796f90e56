using Hale.Core.Model;
using Hale.Core.Tests.Properties;
using Hale.Storage;
using Xunit;

namespace Hale.Tests.Storage;

public class FactCodecTests
{
    private static readonly Instant Noon = Instant.From(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Every kind of fact, with the values that are easily got wrong.</summary>
    public static TheoryData<Core.Model.Fact> Kinds =>
    [
        new Ticked(Noon),
        new EngineStarted(new(0)),
        new Reconfigured(Noon, [], "1 target removed (old)"),
        new Reconfigured(Noon, [0, 4999, 127], "configuration reloaded by SIGHUP: 3 checks changed"),
        new DatapointsRecalled(Noon, 3, [new(Noon - TimeSpan.FromDays(7), 60, 1e300, double.MinValue, double.Epsilon), new(Noon, 1, -0.5, -0.5, -0.5)]),
        new JournalChanged(Noon, "the disk is full"),
        new JournalChanged(Noon, null),
        new Observed(Noon, new Observation(0, default, Noon - TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(2999), ProbeResult.Pass(""))),
        new Observed(Noon, new Observation(4999, new("4711:99"), Noon + TimeSpan.FromSeconds(1), TimeSpan.Zero, ProbeResult.Warn("slow", new Measurement("latency", 0.25, Unit.Seconds), new Measurement("", double.NaN), new Measurement("used", double.PositiveInfinity, Unit.Percent)))),
        new Observed(Noon, new Observation(1, new("x"), Noon, TimeSpan.MaxValue, ProbeResult.Fail("ends in \0 and 🜂, ünïcode") with { IsProof = true, Progress = "", ProgressAge = TimeSpan.FromDays(-1) })),
        new Observed(Noon, new Observation(1, new("x"), Noon, TimeSpan.Zero, ProbeResult.Inconclusive(new string('x', 100_000)) with { Progress = "row 7" })),
        new Observed(Noon, new Observation(1, new("x"), Noon, TimeSpan.Zero, ProbeResult.Pass("x") with { ProgressAge = TimeSpan.Zero })),
        new LifeBegan(Noon, 3, new("4711:99"), Instant.Never, Adopted: true),
        new LifeBegan(Noon, 3, new("4711:99"), Noon, Adopted: false),
        new LifeEnded(Noon, 3, new("4711:99"), "exit code 1", Unwatched: true),
        new LifeEnded(Noon, 3, default, "", Unwatched: false),
        new IntentOpened(Noon, new Intent(long.MaxValue, 3, -1, Cause.Stop, default, 0, "stopped by a person", Noon)),
        new IntentOpened(Noon, new Intent(1, 0, 7, Cause.Heal, new("4711:99"), 12, "http: refused", Noon - TimeSpan.FromDays(1))),
        new IntentClosed(Noon, 1, 0, RemedyOutcome.Unknown, "Hale was killed"),
        new Ordered(Noon, Order.Reject, 2, "ann", "", Instant.Distant),
        new Ordered(Noon, Order.Pause, 2, "ann", "a release", Noon + TimeSpan.FromHours(1)),
        new DoubtRaised(Noon, "Hale itself stood still for 30.0 s", Noon + TimeSpan.FromSeconds(5)),
    ];

    [Theory]
    [MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void Every_kind_of_fact_reads_back_as_it_was_written(Core.Model.Fact fact) => Assert.Equal(Telling(fact), Telling(Assert.Single(RoundTrip([fact]))));

    [Fact]
    public void Every_kind_of_fact_is_among_the_kinds_that_are_tried()
    {
        var kinds = typeof(Core.Model.Fact).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Core.Model.Fact))).Select(t => t.Name).Order();
        Assert.Equal(kinds, Kinds.Select(row => row.Data.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void A_segment_reads_back_in_its_order_also_when_time_goes_back()
    {
        Core.Model.Fact[] facts = [.. Kinds.Select(row => row.Data), new Ticked(Noon - TimeSpan.FromDays(400)), .. Kinds.Select(row => row.Data)];
        Assert.Equal(facts.Select(Telling), RoundTrip(facts).Select(Telling));
    }

    [Fact]
    public void Random_histories_read_back_as_they_were_written()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var facts = Player.Play(History.Random(seed, 60)).Facts;
            Assert.Equal(facts.Select(Telling), RoundTrip(facts).Select(Telling));
        }
    }

    [Fact]
    public void An_observation_that_repeats_itself_costs_less_than_thirty_bytes()
    {
        using var writer = new SegmentWriter();
        var result = ProbeResult.Pass("200 in 3 ms", new Measurement("latency", 0.003, Unit.Seconds));
        for (var n = 0; n < 1000; n++)
            writer.Write(new Observed(Noon + TimeSpan.FromSeconds(n), new Observation(7, default, Noon + TimeSpan.FromSeconds(n) - TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(3), result)));
        Assert.InRange(writer.Length / 1000.0, 1, 30);
    }

    [Fact]
    public void A_writer_that_was_cleared_begins_a_segment_of_its_own()
    {
        using var writer = new SegmentWriter();
        writer.Write(new LifeEnded(Noon, 3, new("a"), "exit code 1"));
        writer.Clear();
        Assert.Equal((0, 0, 0L), (writer.Count, writer.Weight, writer.Length));
        writer.Write(new LifeEnded(Noon, 3, new("a"), "exit code 1"));
        Assert.Equal("exit code 1", Assert.IsType<LifeEnded>(Assert.Single(SegmentReader.Read(writer.Bytes.ToArray()))).How);
    }

    [Fact]
    public void Damaged_bytes_are_refused_with_the_place_or_read_as_other_facts_but_never_anything_else()
    {
        var whole = Bytes(Kinds.Select(row => row.Data).Where(f => f is not Observed { Observation.Result.Evidence.Length: > 1000 }));
        var random = new Random(1);
        for (var n = 0; n < 2000; n++)
        {
            var damaged = (byte[])whole.Clone();
            if (n % 4 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            else
                for (var hits = random.Next(1, 4); hits > 0; hits--)
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                Assert.True(SegmentReader.Read(damaged).Count() <= damaged.Length);
            }
            catch (InvalidDataException error)
            {
                Assert.Matches("^fact [0-9]+ of the segment cannot be read: .+", error.Message);
            }
        }
    }

    private static List<Core.Model.Fact> RoundTrip(IEnumerable<Core.Model.Fact> facts) => [.. SegmentReader.Read(Bytes(facts))];

    private static byte[] Bytes(IEnumerable<Core.Model.Fact> facts)
    {
        using var writer = new SegmentWriter();
        foreach (var fact in facts)
            writer.Write(fact);
        return writer.Bytes.ToArray();
    }

    /// <summary>A fact with all it holds, as text: records compare their arrays by reference.</summary>
    private static string Telling(Core.Model.Fact fact) => fact is DatapointsRecalled recalled ? $"{recalled.At} {recalled.Alarm} {string.Join(", ", recalled.Pieces)}"
        : fact is not Observed { Observation: var seen } ? fact.ToString()
        : $"{fact.At} {seen.Check} {seen.Incarnation} {seen.StartedAt.Ticks} {seen.Took} {seen.Result.Outcome} {seen.Result.Evidence} {seen.Result.IsProof} "
            + $"{seen.Result.Progress ?? "-"} {seen.Result.ProgressAge} {string.Join(", ", seen.Result.Measurements)}";
}
