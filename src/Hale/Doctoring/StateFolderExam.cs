using Hale.Native;
using Hale.Probes;

namespace Hale.Doctoring;

/// <summary>The folder in which Hale keeps its journal: writable, roomy, on a disk of this machine.</summary>
internal static class StateFolderExam
{
    private const string Subject = "state folder";
    private const int MayWrite = 2;

    /// <summary>The journal is allowed to write with less, but who writes next to it is not.</summary>
    private const double LittleSpace = 256 << 20;

    private static readonly string[] OverNetwork = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "lustre", "fuse.sshfs", "afs", "virtiofs"];

    public static IEnumerable<Finding> Examine(Patient patient)
    {
        if (patient.Plan?.Daemon.StateDirectory is not { } folder)
            yield break;
        // Hale makes the folder when it starts; until then the nearest one above it is what has to allow that.
        var nearest = folder;
        while (!Directory.Exists(nearest) && Path.GetDirectoryName(nearest) is { } above)
            nearest = above;
        var made = nearest == folder ? folder : $"{folder} (to be made in {nearest})";
        if (Files.Access(nearest, MayWrite | Files.MayExecute) != 0)
        {
            yield return Finding.Missing(Subject, $"{made} may not be written by this user: {Errno.Describe(Errno.Last)}", "Hale cannot start as this user",
                $"run this as the user that runs Hale (sudo hale doctor), or: sudo install -d -m 700 -o {Environment.UserName} {folder}", isNeeded: true);
            yield break;
        }
        var type = TypeAt(patient.Files.ReadIfThere("/proc/self/mountinfo") ?? "", nearest);
        if (FileNative.FileSystem(nearest, out var status) is not 0 and var error)
        {
            yield return Finding.Unknown(Subject, $"{made}: {FileNative.Describe(error)}", isNeeded: true);
            yield break;
        }
        yield return Judge(made, type, (double)status.BlocksAvailable * status.FragmentSize);
    }

    /// <summary>What a type of file system and its free space mean.</summary>
    internal static Finding Judge(string folder, string? type, double available)
    {
        var detail = $"{folder} on {type ?? "an unknown file system"}, {Figures.Bytes(available)} free";
        if (type is not null && Array.IndexOf(OverNetwork, type) >= 0)
            return Finding.Limited(Subject, detail, "locks and shared memory of the journal hold on one machine only: another Hale elsewhere could damage it, and a dead server stops Hale",
                "set hale.state to a folder on a disk of this machine");
        if (available < LittleSpace)
            return Finding.Limited(Subject, detail, "when the disk is full nothing can be written down, and then nothing is healed", $"free some space; hale.keep_history and hale.keep_observations bound the journal");
        return type is "tmpfs" or "ramfs"
            ? Finding.Limited(Subject, detail, "after the next boot the history, pauses and hand-overs to a person are forgotten", "set hale.state to a folder on a disk")
            : Finding.Ok(Subject, detail);
    }

    /// <summary>The type of the file system that a path lies on: of the longest mount point above it, the last mounted of those (mountinfo, proc_pid_mountinfo(5)).</summary>
    internal static string? TypeAt(string mounts, string path)
    {
        string? type = null;
        var longest = -1;
        foreach (var line in mounts.Split('\n'))
        {
            var halves = line.Split(" - ", 2);
            var left = halves[0].Split(' ');
            if (halves.Length < 2 || left.Length < 5)
                continue;
            var point = left[4].Replace("\\040", " ", StringComparison.Ordinal);
            var isAbove = point == "/" || path == point || path.StartsWith(point + "/", StringComparison.Ordinal);
            if (isAbove && point.Length >= longest)
                (type, longest) = (halves[1].Split(' ')[0], point.Length);
        }
        return type;
    }
}
