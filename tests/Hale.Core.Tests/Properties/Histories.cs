using FsCheck;
using FsCheck.Fluent;

namespace Hale.Core.Tests.Properties;

/// <summary>Runs a property over random histories and, where it fails, over shorter and shorter ones.</summary>
internal static class Histories
{
    private const int Cases = 500;

    private static readonly Arbitrary<History> Any = Arb.From(
        from seed in Gen.Choose(0, int.MaxValue)
        from length in Gen.Choose(0, 80)
        select History.Random(seed, length),
        Shorter);

    public static void Hold(Action<History> property) => Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true), Prop.ForAll(Any, property));

    /// <summary>Without a half, a quarter, an eighth … of its steps, and at last without one, or without the wait before one.</summary>
    private static IEnumerable<History> Shorter(History history)
    {
        var steps = history.Steps;
        for (var size = Math.Max(1, steps.Length / 2); size > 0 && steps.Length > 0; size /= 2)
            for (var at = 0; at < steps.Length; at += size)
                yield return history with { Steps = [.. steps[..at], .. steps[Math.Min(at + size, steps.Length)..]] };
        for (var at = 0; at < steps.Length; at++)
            if (steps[at].Wait > 0)
                yield return history with { Steps = [.. steps[..at], steps[at] with { Wait = 0 }, .. steps[(at + 1)..]] };
    }
}
