using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Remedies;

/// <summary>Carries out one intent. It never decides: whether, when and how often are the planner's.</summary>
public interface IRemedy
{
    /// <summary>Acts. Expected trouble is a <see cref="RemedyOutcome.Failed"/> result, not an exception.</summary>
    Task<RemedyResult> ActAsync(RemedyContext context, CancellationToken cancel);

    /// <summary>
    /// After Hale was killed with this intent open: finds out by looking at the target whether it took effect, and finishes
    /// nothing. The default cannot tell.
    /// </summary>
    Task<RemedyResult> SettleAsync(RemedyContext context, CancellationToken cancel) =>
        Task.FromResult(new RemedyResult(RemedyOutcome.Unknown, "Hale was killed while this was under way; it is not repeated"));

    /// <summary>What <see cref="ActAsync"/> would do now, line by line, without doing it.</summary>
    Task<IReadOnlyList<string>> RehearseAsync(RemedyContext context, CancellationToken cancel);
}

/// <summary>What a remedy may know.</summary>
/// <param name="Intent">What is to be carried out.</param>
/// <param name="Target">Name of the target.</param>
/// <param name="Supervisor">Owner of the target's process; null where the target is not supervised.</param>
/// <param name="Time">The only clock.</param>
public sealed record RemedyContext(Intent Intent, string Target, Supervisor? Supervisor, TimeProvider Time)
{
    /// <summary>Hale's own folder (journal, socket, output of supervised processes), which no remedy may touch; null when not known.</summary>
    public string? StateDirectory { get; init; }
}

/// <summary>How it went.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">One line for a person. Never empty.</param>
public sealed record RemedyResult(RemedyOutcome Outcome, string Detail)
{
    /// <summary>What it measured: bytes freed, files removed.</summary>
    public Measurement[] Measurements { get; init; } = [];
}
