using System.Diagnostics;

namespace Hale.Testing;

/// <summary>Waits for what must come, without guessing how long it takes.</summary>
public static class Eventually
{
    /// <summary>Far beyond what anything here needs on a busy machine: it only bounds a test that fails.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within <see cref="Limit"/>; the message says what had not happened.</exception>
    public static async Task HoldsAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"had not happened after {Limit.TotalSeconds} s: {what}");
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
