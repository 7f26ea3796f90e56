namespace Hale.Web.Contract;

/// <summary>The answer of <c>GET /api/v1/targets</c>: a page of targets.</summary>
/// <param name="Version">That of the snapshot; pages of different versions may differ in time.</param>
/// <param name="At">When the snapshot was taken; ages are counted from here.</param>
/// <param name="Targets">In the order of the configuration.</param>
/// <param name="Next">Where the next page is; null when this is the last.</param>
public sealed record TargetsDto(long Version, DateTimeOffset At, IReadOnlyList<TargetDto> Targets, string? Next);
