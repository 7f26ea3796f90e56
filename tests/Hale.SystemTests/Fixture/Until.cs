using System.Diagnostics;

namespace Hale.SystemTests.Fixture;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Until
{
    /// <summary>Generous: it bounds a test that hangs, and says nothing about how fast Hale is.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Looks again and again until <paramref name="condition"/> holds.</summary>
    /// <param name="notYet">What had not happened, should the limit be reached.</param>
    /// <param name="condition">What to wait for.</param>
    public static Task TrueAsync(Func<string> notYet, Func<bool> condition) => TrueAsync(notYet, () => Task.FromResult(condition()));

    /// <inheritdoc cref="TrueAsync(Func{string}, Func{bool})"/>
    public static async Task TrueAsync(Func<string> notYet, Func<Task<bool>> condition)
    {
        var cancel = TestContext.Current.CancellationToken;
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Limit)
                Assert.Fail($"After {Limit.TotalSeconds:0} s: {notYet()}");
            await Task.Delay(20, cancel);
        }
    }
}
