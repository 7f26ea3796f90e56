namespace Hale.Core.Containers;

/// <summary>What a run that wants to change a group has to do now.</summary>
public enum ContainerGroupMove
{
    /// <summary>It is its turn.</summary>
    Go,

    /// <summary>Look again later.</summary>
    Wait,

    /// <summary>Take the own work hold back, and begin again later: another one comes first.</summary>
    Withdraw,
}

/// <summary>
/// Whose turn it is to change a group. An engine knows no lock, but it lists what was made before: whoever makes a work hold of its own and then sees no
/// other one that lives is alone, since of two that overlap the later one to be made sees the other. Each run removes only its own, and those of the dead by
/// names that nobody uses again, so nothing is broken that lives.
/// </summary>
/// <param name="Move">What to do.</param>
/// <param name="Other">Who is in the way; null when nobody is.</param>
/// <param name="Dead">Holds whose processes are gone; see <see cref="Unfinished"/>.</param>
public sealed record ContainerGroupTurn(ContainerGroupMove Move, ContainerGroupHold? Other, IReadOnlyList<ContainerGroupHold> Dead)
{
    /// <summary>Decides by a listing that was begun after the own hold was made.</summary>
    public static ContainerGroupTurn Decide(ContainerGroupListing listing, string run, DateTimeOffset now, Func<ContainerGroupHold, ContainerGroupSight> see)
    {
        var work = listing.Holds.Where(hold => hold.Role == ContainerGroupRole.Work).ToList();
        var mine = work.FirstOrDefault(hold => hold.Run == run);
        var dead = work.Where(hold => hold.Run != run && hold.IsOver(now, see)).ToList();
        var other = work.FirstOrDefault(hold => hold.Run != run && !dead.Contains(hold));
        // A hold that is not there any more was taken for dead by somebody who could not see this process: it proves nothing now.
        var move = mine is null ? ContainerGroupMove.Withdraw
            : other is null ? ContainerGroupMove.Go
            : work.IndexOf(other) < work.IndexOf(mine) ? ContainerGroupMove.Withdraw
            : ContainerGroupMove.Wait;
        return new(move, other, dead);
    }

    /// <summary>
    /// The holds of runs that ended without an end: what they made is to be taken away. One that ended well took its hold away before its process was gone, and may
    /// have been listed before that. So only what is still there afterwards counts.
    /// </summary>
    /// <param name="later">A listing that was begun after this was decided.</param>
    public IReadOnlyList<ContainerGroupHold> Unfinished(ContainerGroupListing later) =>
        [.. Dead.Select(dead => later.Holds.FirstOrDefault(hold => hold.Role == dead.Role && hold.Run == dead.Run)).OfType<ContainerGroupHold>()];
}
