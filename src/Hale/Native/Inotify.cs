using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>inotify(7), as far as to see whether it can be had.</summary>
internal static partial class Inotify
{
    /// <summary>ENOSPC: the user's watches are used up.</summary>
    public const int NoSpace = 28;

    private const int CloseOnExec = 0x80000;
    private const uint DeletedSelf = 0x400;

    /// <summary>Makes an instance with one watch and closes it again; 0 or the error.</summary>
    public static int Try()
    {
        using var instance = new Descriptor(Open(CloseOnExec));
        if (instance.IsInvalid)
            return Errno.Last;
        return Watch(instance, "/", DeletedSelf) >= 0 ? 0 : Errno.Last;
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Open(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Watch(Descriptor instance, string path, uint mask);
}
