using Hale.Native;

namespace Hale.Doctoring;

/// <summary>Whether files can be watched by event (inotify(7)), and how many.</summary>
internal static class InotifyExam
{
    private const string Instances = "/proc/sys/fs/inotify/max_user_instances";
    private const string Watches = "/proc/sys/fs/inotify/max_user_watches";

    public static IEnumerable<Finding> Examine(Patient patient)
    {
        yield return Judge(patient.Files.Number(Instances), patient.Files.Number(Watches), Inotify.Try());
    }

    /// <summary>What the limits and an attempt mean.</summary>
    /// <param name="instances">Instances that a user may have; null where the kernel does not say.</param>
    /// <param name="watches">Files that a user may watch.</param>
    /// <param name="error">What making an instance with one watch came to: 0, or the error.</param>
    internal static Finding Judge(double? instances, double? watches, int error)
    {
        const string cost = "changes of files are noticed at the next look only";
        var limits = $"{instances?.ToString("0", null) ?? "?"} instances and {watches?.ToString("0", null) ?? "?"} watches for each user";
        return error switch
        {
            0 => Finding.Ok("inotify", limits),
            Errno.ProcessFilesExhausted => Finding.Limited("inotify", $"this user has used up its instances ({limits})", cost,
                $"sysctl -w fs.inotify.max_user_instances={Math.Max(256, (instances ?? 0) * 4):0}"),
            Inotify.NoSpace => Finding.Limited("inotify", $"this user has used up its watches ({limits})", cost,
                $"sysctl -w fs.inotify.max_user_watches={Math.Max(65536, (watches ?? 0) * 4):0}"),
            Errno.NotImplemented => Finding.Limited("inotify", "this kernel has none", cost, null),
            _ => Finding.Unknown("inotify", $"{Errno.Describe(error)} ({limits})"),
        };
    }
}
