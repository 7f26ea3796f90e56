using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hale.Native;
using Microsoft.Win32.SafeHandles;

namespace Hale.Processes;

/// <summary>The folder in which one Hale keeps what must outlive it. Held by one Hale at a time.</summary>
/// <remarks>
/// The lock also closes the gap between starting a process and writing that down. posix_spawn's child holds a copy of our descriptors
/// until its exec has closed them (they are all close-on-exec), and a flock belongs to the open file, not to the process: while a child
/// is between the two, the lock stays taken even if Hale is killed. Whoever gets the lock finds every child either with its new
/// environment, where the marker of its life stands, or gone.
/// </remarks>
public sealed class StateDirectory : IDisposable
{
    // A Hale that was just killed holds the lock until the kernel has cleared it away, and a child in exec a moment longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SafeFileHandle handle;

    private StateDirectory(string path, SafeFileHandle handle, string id)
    {
        Path = path;
        Id = id;
        this.handle = handle;
    }

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>Random, made once: tells the processes of this Hale from those of another one on the same machine.</summary>
    public string Id { get; }

    /// <summary>Creates the folder if need be (mode 0700) and takes its lock.</summary>
    /// <exception cref="IOException">Another Hale holds it (the message names its pid), or the folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created or written.</exception>
    public static StateDirectory Open(string path)
    {
        if (!OperatingSystem.IsLinux())
            throw Machine.NotLinux();
        path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var lockPath = System.IO.Path.Combine(path, "lock");
        var file = Files.OpenHandle(lockPath, Files.ReadWrite | Files.Create | Files.CloseOnExec, Convert.ToUInt32("600", 8));
        if (file.IsInvalid)
            throw new IOException($"cannot open {lockPath}: {Errno.Describe(Errno.Last)}");
        try
        {
            Take(file, path);
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"), 0);
            return new(path, file, ReadOrCreateId(path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The id of a state directory, made now if there is none yet.</summary>
    internal static string ReadOrCreateId(string directory)
    {
        var path = System.IO.Path.Combine(directory, "id");
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } known)
            return known;
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        DurableFile.Replace(path, id + "\n");
        return id;
    }

    /// <summary>Lets go of the lock.</summary>
    public void Dispose() => handle.Dispose();

    private static void Take(SafeFileHandle file, string path)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (Files.Lock(file, Files.LockExclusive | Files.LockNonBlocking) != 0)
        {
            if (Errno.Last is not (Errno.Again or Errno.Interrupted))
                throw new IOException($"cannot lock {path}: {Errno.Describe(Errno.Last)}");
            if (Environment.TickCount64 >= deadline)
                throw new IOException($"{path} is in use by {Holder(file)}; one Hale at a time can own it");
            Thread.Sleep(10);
        }
    }

    private static string Holder(SafeFileHandle file)
    {
        Span<byte> text = stackalloc byte[16];
        var length = RandomAccess.Read(file, text, 0);
        return int.TryParse(text[..length].TrimEnd("\n"u8), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? $"process {pid}"
            : "another process";
    }
}
