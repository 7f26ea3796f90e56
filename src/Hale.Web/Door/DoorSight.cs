using Hale.Core.Sessions;

namespace Hale.Web.Door;

/// <summary>What a look at the store showed: a row, no row, or why it could not be looked at.</summary>
/// <param name="Row">The row; null when there is none, or none could be read.</param>
/// <param name="Trouble">Why it could not be read; null when it could.</param>
internal sealed record DoorSight(SessionRow? Row, string? Trouble);
