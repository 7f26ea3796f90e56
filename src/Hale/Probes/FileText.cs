using System.Text;
using Hale.Native;

namespace Hale.Probes;

/// <summary>A bounded part of a regular file as text.</summary>
internal static class FileText
{
    /// <summary>What is read at most: 1 MiB.</summary>
    public const int Limit = 1 << 20;

    /// <summary>
    /// The first (or last) part of a file as UTF-8; null with the reason when it cannot be read. No lock is put on it, and something that is not a
    /// regular file (a FIFO would make us wait for a writer) is not read.
    /// </summary>
    public static string? Read(byte[] path, bool fromEnd, out string trouble)
    {
        using var file = FileNative.OpenFile(path, out var error);
        if (file is null || (error = FileNative.Stat(file, out var status)) != 0)
        {
            trouble = FileNative.Describe(error);
            return null;
        }
        if (!status.IsFile)
        {
            trouble = "is not a regular file";
            return null;
        }
        trouble = "";
        var buffer = new byte[Limit];
        // Files of /proc and /sys have no length, but content.
        var offset = fromEnd ? Math.Max(0, status.Size - Limit) : 0;
        var length = 0;
        try
        {
            while (length < Limit && RandomAccess.Read(file, buffer.AsSpan(length), offset + length) is > 0 and var count)
                length += count;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            trouble = failure.Message;
            return null;
        }
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
