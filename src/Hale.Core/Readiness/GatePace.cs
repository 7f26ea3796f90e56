namespace Hale.Core.Readiness;

/// <summary>How long a gate pauses after an attempt that did not pass.</summary>
/// <remarks>
/// Whoever waits loses, on average, half a pause after the moment of readiness. A pause that is a fixed share of the time waited so far keeps
/// that loss a fixed share too: 1/400 adds less than 13 ms to what takes 5 s. In return there are a few hundred attempts in the first seconds, so
/// an attempt may take a quarter of the time at most: what is slow to answer (a command, a server that is busy starting) is asked less often.
/// </remarks>
public static class GatePace
{
    /// <summary>The shortest pause: 5 ms.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5);

    private const int Share = 400;
    private const int Rest = 3;

    /// <summary>The pause after an attempt that took <paramref name="took"/> and ended when <paramref name="waited"/> had passed; at most the interval.</summary>
    public static TimeSpan Pause(GateSpec spec, TimeSpan waited, TimeSpan took)
    {
        if (spec.IsSteady)
            return spec.Interval;
        var pause = Longer(Shortest, Longer(waited / Share, took * Rest));
        return pause < spec.Interval ? pause : spec.Interval;
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
