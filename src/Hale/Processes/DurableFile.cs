using System.Text;
using Hale.Native;

namespace Hale.Processes;

/// <summary>Small files that are either the old or the new one, whatever happens meanwhile.</summary>
internal static class DurableFile
{
    private static readonly uint OwnerOnly = Convert.ToUInt32("600", 8);

    /// <summary>Replaces a file, and returns when both its content and its name are on disk.</summary>
    public static void Replace(string path, string content)
    {
        Write(path, content, toDisk: true);
        // The rename itself is on disk when its folder is.
        using var folder = Files.OpenHandle(Path.GetDirectoryName(path)!, Files.ReadOnly | Files.CloseOnExec);
        if (!folder.IsInvalid)
            RandomAccess.FlushToDisk(folder);
    }

    /// <summary>Replaces a file for what matters only as long as the machine runs: a crash of ours leaves the old or the new one, a power cut may leave neither.</summary>
    public static void ReplaceUntilReboot(string path, string content) => Write(path, content, toDisk: false);

    private static void Write(string path, string content, bool toDisk)
    {
        var temporary = path + ".new";
        using (var file = Files.OpenHandle(temporary, Files.WriteOnly | Files.Create | Files.Truncate | Files.CloseOnExec, OwnerOnly))
        {
            if (file.IsInvalid)
                throw new IOException($"cannot write {temporary}: {Errno.Describe(Errno.Last)}");
            RandomAccess.Write(file, Encoding.UTF8.GetBytes(content), 0);
            if (toDisk)
                RandomAccess.FlushToDisk(file);
        }
        File.Move(temporary, path, overwrite: true);
    }
}
