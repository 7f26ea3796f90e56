using System.Text;
using Hale.Native;
using Microsoft.Win32.SafeHandles;

namespace Hale.Warming.Prefetch;

/// <summary>A regular file, opened for nothing but reading it ahead.</summary>
internal sealed class PrefetchFile : IDisposable
{
    private PrefetchFile(SafeFileHandle handle, long size, FileId? id)
    {
        Handle = handle;
        Size = size;
        Id = id;
    }

    /// <summary>To read from.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Its bytes when it was opened.</summary>
    public long Size { get; }

    /// <summary>Which file it is, whatever its name; null where the system does not say.</summary>
    public FileId? Id { get; }

    /// <summary>
    /// Opens it, links followed, as whoever needs it will. Null, with a reason, for what is no regular file: to open a device or a pipe is an act
    /// (a watchdog starts, a writer wakes), so nothing is opened before it was looked at.
    /// </summary>
    public static PrefetchFile? Open(string path, out string? reason)
    {
        reason = null;
        if (!FileNative.IsSupported)
            return OpenPlainly(path, out reason);
        var error = FileNative.Stat(path, followLink: true, fresh: true, out var status);
        if (error != 0)
            return Refused(FileNative.Describe(error), out reason);
        if (!status.IsFile)
            return Refused(status.IsFolder ? "is a link to a folder" : "is no regular file", out reason);
        // Between the two looks the name may have passed on to something else: what is open is what counts, and it was opened without waiting.
        var handle = FileNative.OpenFile(Encoding.UTF8.GetBytes(path), out error);
        if (handle is null)
            return Refused(FileNative.Describe(error), out reason);
        if (FileNative.Stat(handle, out status) == 0 && status.IsFile)
            return new(handle, status.Size, status.Id);
        handle.Dispose();
        return Refused("is no regular file", out reason);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static PrefetchFile? OpenPlainly(string path, out string? reason)
    {
        try
        {
            reason = null;
            // Not FileOptions.SequentialScan: Windows lets go of what was read that way before anything else.
            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new(handle, RandomAccess.GetLength(handle), null);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Refused(trouble.Message, out reason);
        }
    }

    private static PrefetchFile? Refused(string why, out string? reason)
    {
        reason = why;
        return null;
    }
}
