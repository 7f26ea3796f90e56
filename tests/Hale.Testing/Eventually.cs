using System.Diagnostics;

namespace Hale.Testing;

/// <summary>Waits for what must come, without guessing how long it takes.</summary>
public static class Eventually
{
    /// <summary>Far beyond what anything here needs on a busy machine: it only bounds a test that fails.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the condition holds.</summary>
    /// <param name="condition">What is to hold.</param>
    /// <param name="what">The same in words, for a wait in vain.</param>
    /// <param name="longest">Where the thing itself takes its time; default <see cref="Limit"/>.</param>
    /// <exception cref="TimeoutException">It did not in time; the message says what had not happened.</exception>
    public static async Task HoldsAsync(Func<bool> condition, string what, TimeSpan? longest = null)
    {
        var limit = longest ?? Limit;
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new TimeoutException($"had not happened after {limit.TotalSeconds} s: {what}");
            await Task.Delay(5);
        }
    }

    /// <summary>Returns the value once there is one.</summary>
    public static async Task<T> GivesAsync<T>(Func<T?> value, string what) where T : class
    {
        T? found = null;
        await HoldsAsync(() => (found = value()) is not null, what);
        return found!;
    }
}
