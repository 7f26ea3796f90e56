using Hale.Native;

namespace Hale.Processes;

/// <summary>What came of reading about a process. "It is gone" and "we may not look" are different answers.</summary>
public enum ProcRead : byte
{
    /// <summary>Read.</summary>
    Ok,

    /// <summary>No such process (any more).</summary>
    Gone,

    /// <summary>It may well be there, but we are not allowed to look.</summary>
    Denied,

    /// <summary>Something else went wrong: descriptors ran out, or the kernel wrote what we do not understand.</summary>
    Failed,
}

/// <summary>Reads small files, those of <c>/proc</c> above all, without exceptions: that a process vanishes meanwhile is an everyday answer there.</summary>
internal static class ProcFile
{
    /// <summary>Reads from the beginning until the end of the file or of the buffer.</summary>
    public static unsafe ProcRead Read(string path, Span<byte> buffer, out int length)
    {
        length = 0;
        // Without blocking: a configured path may turn out to be a pipe that nobody writes to.
        using var file = Files.Open(path, Files.ReadOnly | Files.NonBlocking | Files.CloseOnExec);
        if (file.IsInvalid)
            return Judge(Errno.Last);
        fixed (byte* pointer = buffer)
        {
            while (length < buffer.Length)
            {
                var count = Files.Read(file, pointer + length, (nuint)(buffer.Length - length));
                if (count == 0)
                    break;
                if (count < 0 && Errno.Last != Errno.Interrupted)
                    return Judge(Errno.Last);
                length += (int)Math.Max(count, 0);
            }
        }
        return ProcRead.Ok;
    }

    private static ProcRead Judge(int errno) => errno switch
    {
        Errno.NoEntry or Errno.NoProcess or Errno.NotDirectory => ProcRead.Gone,
        Errno.Access or Errno.Perm => ProcRead.Denied,
        _ => ProcRead.Failed,
    };
}
