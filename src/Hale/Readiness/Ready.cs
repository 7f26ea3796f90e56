namespace Hale.Readiness;

/// <summary>
/// Waits until things are ready to be used: for tests, start-up code and scripts. Needs no host and no configuration.
/// </summary>
/// <example><code>await Ready.WhenAsync("http://localhost:5550/", TimeSpan.FromSeconds(60));</code></example>
public static class Ready
{
    /// <summary>Waits for one target, written as for <c>hale wait</c>.</summary>
    /// <param name="target">For example <c>http://localhost:5550/</c> or <c>tcp:db:5432</c>; see <see cref="ReadyTarget.Parse"/>.</param>
    /// <param name="timeout">The deadline. Default 60 s.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="NotReadyException">It was not ready by the deadline, or that could not be told; the message names the cause.</exception>
    /// <exception cref="FormatException">The target cannot be read.</exception>
    public static Task<ReadyReport> WhenAsync(string target, TimeSpan? timeout = null, CancellationToken cancel = default) =>
        WhenAsync([target], timeout is { } limit ? new ReadyOptions { Timeout = limit } : new ReadyOptions(), cancel);

    /// <summary>Waits for several targets, written as for <c>hale wait</c>.</summary>
    /// <inheritdoc cref="WhenAsync(string, TimeSpan?, CancellationToken)"/>
    public static Task<ReadyReport> WhenAsync(IEnumerable<string> targets, ReadyOptions options, CancellationToken cancel = default) =>
        WhenAsync(targets.Select(target => ReadyTarget.Parse(target, options)), options, cancel);

    /// <summary>Waits for several targets.</summary>
    /// <inheritdoc cref="WhenAsync(string, TimeSpan?, CancellationToken)"/>
    public static async Task<ReadyReport> WhenAsync(IEnumerable<ReadyTarget> targets, ReadyOptions options, CancellationToken cancel = default)
    {
        var report = await TryWhenAsync(targets, options, cancel);
        return report.IsReady ? report : throw new NotReadyException(report);
    }

    /// <summary>The same for those who want the report rather than an exception.</summary>
    /// <exception cref="ArgumentException">There is nothing to wait for, or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static Task<ReadyReport> TryWhenAsync(IEnumerable<ReadyTarget> targets, ReadyOptions options, CancellationToken cancel = default) =>
        GateRunner.RunAsync([.. targets], options, cancel);

    /// <summary>The same for the main thread of a small program, which is blocked meanwhile: it starts more quickly.</summary>
    /// <inheritdoc cref="TryWhenAsync"/>
    public static ReadyReport TryWhen(IEnumerable<ReadyTarget> targets, ReadyOptions options, CancellationToken cancel = default) =>
        GateRunner.Run([.. targets], options, cancel);

    /// <summary>
    /// <c>statusCheck(endpoint, maxAttempts)</c>: asks for the endpoint until it answers with exactly 200, the attempts one second apart, each with
    /// a time-out of five seconds. After the last attempt that is an error, never "ready".
    /// </summary>
    /// <param name="endpoint">An absolute <c>http</c> or <c>https</c> URL.</param>
    /// <param name="maxAttempts">At least 1. Default 60.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="NotReadyException">No attempt was answered with 200.</exception>
    public static Task<ReadyReport> StatusCheckAsync(Uri endpoint, int maxAttempts = 60, CancellationToken cancel = default) =>
        StatusCheckAsync(endpoint, maxAttempts, TimeProvider.System, cancel);

    internal static async Task<ReadyReport> StatusCheckAsync(Uri endpoint, int maxAttempts, TimeProvider time, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAttempts, 1);
        var options = new ReadyOptions { Steady = true, MaxAttempts = maxAttempts, Time = time };
        // The attempts are the limit; this only bounds what should not happen.
        options = options with { Timeout = (options.AttemptTimeout + options.Interval) * maxAttempts };
        return await WhenAsync([endpoint.ToString()], options, cancel);
    }
}
