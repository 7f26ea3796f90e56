using Hale.Metrics;
using Xunit;

namespace Hale.Tests.Metrics;

public sealed class ChunkCodecTests
{
    [Fact]
    public void What_is_written_reads_back_within_one_part_in_sixteen_thousand()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var shard = Enumerable.Range(0, ChunkWriter.Shard).Select(_ => Buckets(random)).ToArray();
            var plain = ChunkReader.Unpack(Write(shard, compress: seed % 2 == 0));
            for (var i = 0; i < shard.Length; i++)
            {
                var slots = new Bucket[1440];
                ChunkReader.Add(plain, i, slots);
                Assert.Equal(shard[i].Length, slots.Count(slot => slot.Count > 0));
                foreach (var (slot, written) in shard[i])
                {
                    Assert.Equal(written.Count, slots[slot].Count);
                    Near(written.Sum, slots[slot].Sum);
                    Near(written.Minimum, slots[slot].Minimum);
                    Near(written.Maximum, slots[slot].Maximum);
                }
            }
        }
    }

    [Fact]
    public void Whole_numbers_up_to_sixteen_thousand_are_exact()
    {
        for (var n = -16_384; n <= 16_384; n++)
            Assert.Equal(n, ChunkWriter.Value(ChunkWriter.Rounded(n)));
    }

    [Fact]
    public void A_number_that_stays_costs_next_to_nothing_and_one_that_wavers_two_bytes()
    {
        var random = new Random(1);
        var calm = Enumerable.Range(0, 1440).Select(slot => new Slotted(slot, One(1))).ToArray();
        var wavering = Enumerable.Range(0, 1440).Select(slot => new Slotted(slot, One(0.02 + (random.NextDouble() * 0.01)))).ToArray();
        Assert.InRange(Write([calm], compress: false).Length, 1, 20);
        Assert.InRange(Write([wavering], compress: false).Length, 1440, 1440 * 2.2);
    }

    [Fact]
    public void Rubbish_is_refused_and_never_anything_else()
    {
        var random = new Random(2);
        var good = Write([.. Enumerable.Range(0, ChunkWriter.Shard).Select(_ => Buckets(random))], compress: false);
        for (var n = 0; n < 5000; n++)
        {
            var bad = good.AsSpan(0, random.Next(1, good.Length)).ToArray();
            for (var i = random.Next(1, 8); i > 0; i--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            try
            {
                var plain = ChunkReader.Unpack(bad);
                ChunkReader.Add(plain, random.Next(ChunkWriter.Shard), new Bucket[1440]);
                var at = 0;
                ChunkReader.AddOne(plain, ref at, new Bucket[24]);
            }
            catch (InvalidDataException)
            {
                // That is what it is for.
            }
        }
    }

    private static byte[] Write(Slotted[][] shard, bool compress)
    {
        var writer = new ChunkWriter();
        foreach (var series in shard)
            writer.Write(series);
        return writer.Take(compress);
    }

    private static Slotted[] Buckets(Random random)
    {
        var scale = Math.Pow(10, random.Next(-9, 12)) * (random.Next(4) == 0 ? -1 : 1);
        var (density, most) = (random.NextDouble(), random.Next(1, 4));
        return [.. Enumerable.Range(0, 1440).Where(_ => random.NextDouble() < density).Select(slot =>
        {
            var bucket = default(Bucket);
            for (var n = random.Next(1, most + 1); n > 0; n--)
                bucket.Add(random.Next(5) == 0 ? 0 : scale * random.NextDouble());
            return new Slotted(slot, bucket);
        })];
    }

    private static Bucket One(double value)
    {
        var bucket = default(Bucket);
        bucket.Add(value);
        return bucket;
    }

    private static void Near(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= Math.Abs(expected) / 16_000, $"{actual} is too far from {expected}");
}
