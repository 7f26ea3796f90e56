using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Http;
using Hale.Readiness;
using Hale.Warming.Lives;

namespace Hale.Warming.Evidence;

/// <summary>Evidence that a probe tells: a port, a URL, a command, a line in a file.</summary>
/// <param name="name">For reports.</param>
/// <param name="probe">Owned.</param>
/// <param name="mustNotHoldBefore">What holds before the start is served by somebody else, and proves nothing about the command.</param>
/// <param name="endpoint">Where it connects to, so that a refusal can be explained; null where it does not.</param>
/// <param name="time">The clock.</param>
internal sealed class ProbeEvidence(string name, IProbe probe, bool mustNotHoldBefore, Endpoint? endpoint, TimeProvider time) : IEvidence
{
    private static readonly TimeSpan BeforeLimit = TimeSpan.FromSeconds(2);

    private RefusalExplainer? explainer;

    /// <inheritdoc/>
    public bool IsTold => false;

    /// <inheritdoc/>
    public async ValueTask<string?> PrepareAsync(CancellationToken cancel)
    {
        (probe as LogLineProbe)?.Mark();
        if (!mustNotHoldBefore)
            return null;
        var now = await probe.ProbeAsync(Context(BeforeLimit), cancel);
        return now.Outcome is Outcome.Pass or Outcome.Warn
            ? $"{name} holds before the start ({now.Evidence}), so it would prove nothing: something else serves it, end that first"
            : null;
    }

    /// <inheritdoc/>
    public void Begin(IRehearsedLife life, Action hasten) => explainer = new RefusalExplainer([life.Pid]);

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> LookAsync(TimeSpan limit, CancellationToken cancel) => await probe.ProbeAsync(Context(limit), cancel);

    /// <summary>After a refusal that lasted: what listens instead; null where there is nothing to tell.</summary>
    public async Task<string?> ExplainAsync(string? trouble) => explainer is null ? null : await explainer.ExplainAsync(endpoint, trouble);

    /// <inheritdoc/>
    public void Dispose() => (probe as IDisposable)?.Dispose();

    private ProbeContext Context(TimeSpan limit) => new(name, "warm", Incarnation.None, null, limit, time);
}
