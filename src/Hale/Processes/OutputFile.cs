using System.Globalization;
using System.Text;
using Hale.Native;
using Microsoft.Win32.SafeHandles;

namespace Hale.Processes;

/// <summary>
/// The output of a supervised process. The process writes to the file itself, in append mode: a pipe to Hale would break, or fill, when Hale is gone.
/// So the file cannot be renamed away at rotation (the process would follow it); its head is cut off instead.
/// </summary>
internal sealed class OutputFile(string path, long max, int keep)
{
    // What is read back at most: a screenful or two of long lines.
    private const int TailMax = 64 << 10;
    private const int CopyChunk = 256 << 10;

    private static readonly uint OwnerOnly = Convert.ToUInt32("600", 8);

    private readonly Lock rotating = new();
    private long max = max;
    private int keep = keep;
    private long cutOff;

    /// <summary>Keeps more or less from now on.</summary>
    public void Use(long max, int keep)
    {
        lock (rotating)
            (this.max, this.keep) = (max, keep);
    }

    /// <summary>Opens it for a process to write; invalid, with <see cref="Errno.Last"/>, when it cannot be.</summary>
    public Descriptor OpenForAppend() =>
        Files.Open(path, Files.WriteOnly | Files.Append | Files.Create | Files.CloseOnExec, OwnerOnly);

    /// <summary>Bytes ever written, as far as this object has seen: a position that rotation does not move.</summary>
    public long Position
    {
        get
        {
            var file = new FileInfo(path);
            return Volatile.Read(ref cutOff) + (file.Exists ? file.Length : 0);
        }
    }

    /// <summary>When it was last written to; null before it exists.</summary>
    public DateTime? WrittenAt => File.Exists(path) ? File.GetLastWriteTimeUtc(path) : null;

    /// <summary>The last lines, oldest first, out of the last 64 KiB. What is not UTF-8 is replaced.</summary>
    public IReadOnlyList<string> Tail(int lines)
    {
        var current = ReadEnd(path, TailMax);
        // Just after a rotation little is left here; the rest is at the end of what was cut off.
        var before = current.Length < TailMax && keep > 0 ? ReadEnd(RotatedPath(1), TailMax - current.Length) : [];
        var text = Encoding.UTF8.GetString([.. before, .. current]);
        if (text.EndsWith('\n'))
            text = text[..^1];
        if (text.Length == 0 || lines <= 0)
            return [];
        var all = text.Split('\n');
        return [.. all.Skip(Math.Max(0, all.Length - lines)).Select(line => line.TrimEnd('\r'))];
    }

    /// <summary>The last line that is not blank and begins at or after <paramref name="position"/>; null if there is none.</summary>
    public string? LastLineSince(long position)
    {
        try
        {
            var written = Position - position;
            if (written <= 0)
                return null;
            var text = Encoding.UTF8.GetString(ReadEnd(path, (int)Math.Min(written, 4096)));
            var line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
            return line is null ? null : OneLine.Of(line, 200);
        }
        catch (IOException)
        {
            // A disk that cannot be read must not hide that the process has ended.
            return null;
        }
    }

    /// <summary>
    /// If the file has outgrown its maximum: moves its head to <c>.1</c>, what was <c>.1</c> to <c>.2</c> and so on. On ext4 and XFS the head is cut
    /// off in place (FALLOC_FL_COLLAPSE_RANGE), under the inode's lock, while the process writes on: no byte is lost. Elsewhere the file is copied and
    /// then emptied, and what the process writes in the instant between the two is lost.
    /// </summary>
    public void RotateIfNeeded()
    {
        lock (rotating)
        {
            using var file = Files.OpenHandle(path, Files.ReadWrite | Files.CloseOnExec);
            if (file.IsInvalid)
                return;
            try
            {
                var length = RandomAccess.GetLength(file);
                if (length > max)
                    Rotate(file, length);
            }
            catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
            {
                // Most likely the disk is full, and there is no room for the copy. Nothing is cut off that was not copied; the next call tries again.
                File.Delete(TemporaryPath);
            }
        }
    }

    private void Rotate(SafeFileHandle file, long length)
    {
        // Only whole blocks can be cut off, and never all of the file. 64 KiB is a multiple of every usual block size; a small file gets by on
        // the commonest one.
        var block = length > 2 * (64 << 10) ? 64 << 10 : 4 << 10;
        var head = (length - 1) / block * block;
        using (var copy = Files.OpenHandle(TemporaryPath, Files.WriteOnly | Files.Create | Files.Truncate | Files.CloseOnExec, OwnerOnly))
        {
            if (copy.IsInvalid)
                return;
            Copy(file, copy, 0, head);
            // On disk before the original shrinks: a power cut may leave a piece twice, but not nowhere.
            RandomAccess.FlushToDisk(copy);
            Shift();
            if (head > 0 && TryCutOff(file, head))
            {
                Interlocked.Add(ref cutOff, head);
                return;
            }
            var copied = head;
            for (var end = RandomAccess.GetLength(file); copied < end; end = RandomAccess.GetLength(file))
                copied = Copy(file, copy, copied, end);
            RandomAccess.SetLength(file, 0);
            Interlocked.Add(ref cutOff, copied);
        }
    }

    // False where the file system cannot do it at all. Trouble of the moment is thrown: the head is then kept twice, which is better than losing
    // what is written while the file is emptied.
    private static bool TryCutOff(SafeFileHandle file, long head)
    {
        while (Files.Allocate(file, Files.CollapseRange, 0, head) != 0)
        {
            if (Errno.Last is Errno.NotSupported or Errno.Invalid or Errno.NotImplemented)
                return false;
            if (Errno.Last != Errno.Interrupted)
                throw new IOException($"cannot rotate output: {Errno.Describe(Errno.Last)}");
        }
        return true;
    }

    private static long Copy(SafeFileHandle from, SafeFileHandle to, long start, long end)
    {
        var buffer = new byte[CopyChunk];
        while (start < end)
        {
            var count = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - start)), start);
            if (count == 0)
                break;
            RandomAccess.Write(to, buffer.AsSpan(0, count), start);
            start += count;
        }
        return start;
    }

    private void Shift()
    {
        if (keep <= 0)
        {
            File.Delete(TemporaryPath);
            return;
        }
        for (var number = keep - 1; number >= 1; number--)
        {
            if (File.Exists(RotatedPath(number)))
                File.Move(RotatedPath(number), RotatedPath(number + 1), overwrite: true);
        }
        File.Move(TemporaryPath, RotatedPath(1), overwrite: true);
    }

    private string TemporaryPath => path + ".rotating";

    private string RotatedPath(int number) => string.Create(CultureInfo.InvariantCulture, $"{path}.{number}");

    private static byte[] ReadEnd(string path, int limit)
    {
        using var file = Files.OpenHandle(path, Files.ReadOnly | Files.CloseOnExec);
        if (file.IsInvalid)
            return [];
        var length = RandomAccess.GetLength(file);
        var buffer = new byte[(int)Math.Min(limit, length)];
        var count = RandomAccess.Read(file, buffer, length - buffer.Length);
        return count == buffer.Length ? buffer : buffer[..count];
    }
}
