using FsCheck;
using FsCheck.Fluent;
using Hale.Core.Model;

namespace Hale.Core.Tests;

public class InstantTests
{
    private static readonly long[] Edges = [long.MinValue, long.MinValue + 1, -1, 0, 1, long.MaxValue - 1, long.MaxValue];

    private static readonly Gen<long> Any = Gen.OneOf(Gen.Elements(Edges), from high in Gen.Choose(int.MinValue, int.MaxValue) from low in Gen.Choose(0, int.MaxValue) select ((long)high << 32) + low);

    [Fact]
    public void Sums_and_differences_are_those_of_arithmetic_up_to_the_ends_of_the_line() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true),
        Prop.ForAll(Arb.From(from a in Any from b in Any select (a, b)), pair =>
        {
            var (a, b) = pair;
            var sum = a is long.MinValue or long.MaxValue ? a : (long)Int128.Clamp((Int128)a + b, long.MinValue + 1, long.MaxValue);
            Assert.Equal(sum, (new Instant(a) + new TimeSpan(b)).Ticks);
            Assert.Equal((long)Int128.Clamp((Int128)a - b, long.MinValue, long.MaxValue), (new Instant(a) - new Instant(b)).Ticks);
        }));
}
