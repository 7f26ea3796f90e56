using System.Runtime.CompilerServices;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Processes;

namespace Hale.Readiness;

/// <summary>One attempt of a gate: calls the probe, stops it at its limit, and tells once what it came to, whatever happened.</summary>
internal sealed class GateAttempt : IThreadPoolWorkItem, IDisposable
{
    private readonly IProbe probe;
    private readonly ProbeContext context;
    private readonly Action<ProbeResult> ended;
    private readonly CancellationTokenSource stop;
    private ValueTaskAwaiter<ProbeResult> awaiter;

    public GateAttempt(IProbe probe, ProbeContext context, Action<ProbeResult> ended)
    {
        (this.probe, this.context, this.ended) = (probe, context, ended);
        stop = new CancellationTokenSource(context.Timeout, context.Time);
    }

    public void Execute()
    {
        try
        {
#pragma warning disable CA2012 // Awaited by hand, once, in End: see GateRunner.Run for why there is no async method here.
            awaiter = probe.ProbeAsync(context, stop.Token).GetAwaiter();
#pragma warning restore CA2012
        }
        catch (Exception error)
        {
            ended(OfException(error));
            return;
        }
        if (awaiter.IsCompleted)
            End();
        else
            awaiter.UnsafeOnCompleted(End);
    }

    /// <summary>Stops it early, on the pool: what a probe registered on its token is as little to be trusted as the probe.</summary>
    public void Cancel() => ThreadPool.UnsafeQueueUserWorkItem(static stop =>
    {
        try
        {
            stop.Cancel();
        }
        catch (Exception error) when (error is AggregateException or ObjectDisposedException)
        {
            // Its own clean-up failed, or it has ended.
        }
    }, stop, preferLocal: false);

    /// <summary>Frees the timer; to be called when the attempt has ended.</summary>
    public void Dispose() => stop.Dispose();

    private void End()
    {
        ProbeResult result;
        try
        {
            result = awaiter.GetResult();
        }
        catch (Exception error)
        {
            result = OfException(error);
        }
        ended(result);
    }

    private ProbeResult OfException(Exception error) =>
        error is OperationCanceledException && stop.IsCancellationRequested
            ? ProbeResult.Inconclusive($"the attempt did not end within its time-out of {Duration.Format(context.Timeout)} and was stopped")
            : ProbeResult.Inconclusive($"the attempt failed: {error.GetType().Name}: {OneLine.Of(error.Message, 300)}");
}
