using Hale.Core.Model;
using Hale.Warming.Lives;
using Hale.Warming.Plans;

namespace Hale.Warming.Evidence;

/// <summary>A line in the output of the command. Once written it is written: it does not cease to hold.</summary>
internal sealed class OutputEvidence(OutputItem item, OutputLines lines) : IEvidence
{
    private Action? hasten;

    /// <inheritdoc/>
    public bool IsTold => true;

    /// <inheritdoc/>
    public ValueTask<string?> PrepareAsync(CancellationToken cancel)
    {
        // Before the start: no line is missed, and the pipe belongs to this life alone.
        lines.Want(item.Pattern, () => hasten?.Invoke());
        return ValueTask.FromResult<string?>(null);
    }

    /// <inheritdoc/>
    public void Begin(IRehearsedLife life, Action hasten) => this.hasten = hasten;

    /// <inheritdoc/>
    public ValueTask<ProbeResult> LookAsync(TimeSpan limit, CancellationToken cancel) =>
        ValueTask.FromResult(lines.MatchOf(item.Pattern) is { } line
            ? ProbeResult.Pass(line)
            : ProbeResult.Fail(lines.Tail is [.., var last] ? $"no line of its output matches; the last is: {last}" : "it has written nothing"));

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
