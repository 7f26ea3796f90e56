namespace Hale.Processes;

/// <summary>
/// One process and no other: its number and when it began. The kernel gives a number out again, but not with the same start time
/// within one boot, and nothing that holds an identity outlives the boot.
/// </summary>
/// <param name="Pid">The number.</param>
/// <param name="StartTicks">When it began, in clock ticks since boot (field 22 of proc_pid_stat(5)).</param>
public readonly record struct ProcessIdentity(int Pid, long StartTicks)
{
    /// <summary><c>1234@567890</c>, as it stands in an incarnation.</summary>
    public override string ToString() => $"{Pid}@{StartTicks}";
}
