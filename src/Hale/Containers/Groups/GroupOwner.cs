using System.Collections.Concurrent;
using Hale.Core.Containers;
using Hale.Processes;

namespace Hale.Containers.Groups;

/// <summary>This process as others know it, and other processes as far as they can be seen from here.</summary>
internal static class GroupOwner
{
    private static readonly Lazy<ContainerGroupOwner?> Own = new(Look);

    // A process lives longer than its runs: one that could not give back its hold, since the engine was away, does not stand behind it any more.
    private static readonly ConcurrentDictionary<(ContainerGroupRole Role, string Run), bool> Meant = new();

    /// <summary>This process; null where that cannot be told, so that only time does.</summary>
    public static ContainerGroupOwner? Self => Own.Value;

    /// <summary>This process stands behind a hold from now on.</summary>
    public static void Mean(ContainerGroupRole role, string run) => Meant[(role, run)] = true;

    /// <summary>It does not any more.</summary>
    public static void Unmean(ContainerGroupRole role, string run) => Meant.TryRemove((role, run), out _);

    /// <summary>Whether the process behind a hold lives and means it.</summary>
    public static ContainerGroupSight See(ContainerGroupHold hold)
    {
        if (Self is not { } self || hold.Owner is not { } owner || owner.Boot != self.Boot || owner.Space != self.Space)
            return ContainerGroupSight.Unknown;
        if (owner == self)
            return Meant.ContainsKey((hold.Role, hold.Run)) ? ContainerGroupSight.Alive : ContainerGroupSight.Dead;
        return ProcessTable.Read(owner.Pid, out var stat) switch
        {
            ProcRead.Ok => stat.Identity.StartTicks == owner.Started && !stat.IsDead ? ContainerGroupSight.Alive : ContainerGroupSight.Dead,
            ProcRead.Gone when !ProcessTable.IsBlind => ContainerGroupSight.Dead,
            _ => ContainerGroupSight.Unknown,
        };
    }

    private static ContainerGroupOwner? Look()
    {
        try
        {
            if (!OperatingSystem.IsLinux() || ProcessTable.Read(Environment.ProcessId, out var stat) != ProcRead.Ok)
                return null;
            // The inode of the space, "pid:[4026531836]", is the same for all who are in it, within one boot.
            return File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name is { Length: > 0 } space
                ? new(File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), space, Environment.ProcessId, stat.Identity.StartTicks)
                : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
