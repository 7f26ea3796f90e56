using Hale.Config;
using Hale.Core.Model;

namespace Hale.Remedies;
/// <summary>x</summary>
public sealed class RestartRemedy : IRemedy
{
    /// <summary>x</summary>
    public static RemedyKind Kind { get; } = new("restart", "x", [], _ => new RestartRemedy()) { BeginsLife = true, DefaultTries = 3 };
    /// <inheritdoc/>
    public async Task<RemedyResult> ActAsync(RemedyContext context, CancellationToken cancel)
    {
        var s = context.Supervisor!;
        if (s.Current is { } c) await s.StopAsync(c.Incarnation, cancel);
        var r = s.Start(context.Intent.Id);
        return r.Process is { } p ? new(RemedyOutcome.Done, $"started as {p.Incarnation}") : new(RemedyOutcome.Failed, r.Error!);
    }
    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> RehearseAsync(RemedyContext context, CancellationToken cancel) => Task.FromResult<IReadOnlyList<string>>(["x"]);
}
