using Hale.Core.Model;
using Hale.Warming.Lives;
using Hale.Warming.Plans;

namespace Hale.Warming.Evidence;

/// <summary>Processes below the command, alive. Only its own tree is searched, so that no stranger of the same name counts.</summary>
internal sealed class ProcessEvidence(ProcessItem item) : IEvidence
{
    private IRehearsedLife? life;

    /// <inheritdoc/>
    public bool IsTold => false;

    /// <inheritdoc/>
    public ValueTask<string?> PrepareAsync(CancellationToken cancel) => ValueTask.FromResult<string?>(null);

    /// <inheritdoc/>
    public void Begin(IRehearsedLife life, Action hasten) => this.life = life;

    /// <inheritdoc/>
    public ValueTask<ProbeResult> LookAsync(TimeSpan limit, CancellationToken cancel)
    {
        var count = life!.CountOf(item.Program);
        if (count >= item.Count)
            return ValueTask.FromResult(ProbeResult.Pass(count == 1 ? "alive" : $"{count} alive"));
        var others = life.Living();
        var instead = others.Count == 0 ? "nothing of the command lives" : $"what lives is {string.Join(", ", others.Take(5))}";
        return ValueTask.FromResult(ProbeResult.Fail(count == 0 ? $"there is none; {instead}" : $"only {count} of {item.Count}; {instead}"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
