using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Hale.Native;

/// <summary>
/// A folder held open. What is in it is named relative to the descriptor, so whatever happens to the path meanwhile (renamed, swapped for
/// a link, mounted over), the name is looked up in this very folder.
/// </summary>
internal sealed class HeldFolder : IDisposable
{
    private readonly SafeFileHandle handle;

    private HeldFolder(SafeFileHandle handle, FileStatus status)
    {
        this.handle = handle;
        Status = status;
        Mount = status.Mount ?? MountOfDescriptor(handle);
    }

    /// <summary>What it was when it was opened.</summary>
    public FileStatus Status { get; }

    /// <summary>The mount it was reached through: tells a bind mount of the same file system apart. Null when the kernel does not say.</summary>
    public ulong? Mount { get; }

    /// <summary>Opens a folder by path, links followed. Null with an errno when it cannot be opened.</summary>
    public static HeldFolder? Open(string path, out int error) => Hold(FileNative.OpenFolder(path, out error), ref error);

    /// <summary>Opens a folder in this one; a link is refused (ENOTDIR or ELOOP). <c>.</c> opens this folder once more.</summary>
    public HeldFolder? OpenFolder(byte[] name, out int error) => Hold(FileNative.OpenFolder(handle, name, out error), ref error);

    /// <summary>Opens a file in this folder for reading, without waiting; a link is refused.</summary>
    public SafeFileHandle? OpenFile(byte[] name, out int error) => FileNative.OpenFile(handle, name, out error);

    /// <summary>What a name in this folder is; a link is followed only when asked. Returns an errno.</summary>
    public int Stat(byte[] name, out FileStatus status, bool followLink = false) => FileNative.Stat(handle, name, followLink, out status);

    /// <summary>The names in it.</summary>
    /// <exception cref="IOException">It cannot be read (any further).</exception>
    public IEnumerable<byte[]> Names() => FileNative.Names(handle);

    /// <summary>Removes a file's name. Returns an errno.</summary>
    public int Unlink(byte[] name) => FileNative.Unlink(handle, name);

    /// <summary>Removes an empty folder. Returns an errno.</summary>
    public int UnlinkFolder(byte[] name) => FileNative.UnlinkFolder(handle, name);

    /// <summary>Bytes free on its file system, including what is reserved for root; null when the kernel does not say.</summary>
    public long? FreeBytes() =>
        FileNative.FileSystem(handle, out var status) == 0 ? (long)(status.BlocksFree * status.FragmentSize) : null;

    /// <summary>Whether <paramref name="other"/> lies on the same file system, reached through the same mount.</summary>
    public bool SharesMountWith(HeldFolder other) => Status.Id.Device == other.Status.Id.Device && Mount == other.Mount;

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static HeldFolder? Hold(SafeFileHandle? handle, ref int error)
    {
        if (handle is null)
            return null;
        error = FileNative.Stat(handle, out var status);
        if (error == 0)
            return new HeldFolder(handle, status);
        handle.Dispose();
        return null;
    }

    // Before 5.8 statx does not tell the mount, but the descriptor's own file does (since 3.15).
    private static ulong? MountOfDescriptor(SafeFileHandle handle)
    {
        const string key = "mnt_id:";
        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{handle.DangerousGetHandle()}");
            foreach (var line in File.ReadLines(path))
                if (line.StartsWith(key, StringComparison.Ordinal))
                    return ulong.Parse(line.AsSpan(key.Length).Trim(), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
        }
        return null;
    }
}
