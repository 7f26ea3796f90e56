using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hale.Testing;

/// <summary>Does to names what .NET cannot: bytes that are no text, hard links, swaps.</summary>
public static partial class Names
{
    /// <summary>Makes a file with a name of any bytes.</summary>
    public static void Create(string folder, byte[] name, string content)
    {
        var descriptor = creat([.. Encoding.UTF8.GetBytes(folder), (byte)'/', .. name, 0], 0x1a4);
        if (descriptor < 0)
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, Encoding.UTF8.GetBytes(content), 0);
    }

    /// <summary>Removes a folder with all that is in it, whatever the names.</summary>
    public static void Remove(string folder)
    {
        using var process = Process.Start("rm", ["-rf", folder]);
        process.WaitForExit();
    }

    /// <summary>Gives a file another name.</summary>
    public static void Link(string existing, string other)
    {
        if (link(existing, other) != 0)
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Swaps two names in one step.</summary>
    public static bool Exchange(string one, string other)
    {
        const int workingFolder = -100;
        const uint exchange = 2;
        return renameat2(workingFolder, one, workingFolder, other, exchange) == 0;
    }

    /// <summary>Gives a file to another user; false when that is not permitted.</summary>
    public static bool Give(string path, uint user) => chown(path, user, user) == 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int creat(byte[] path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string other);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint user, uint group);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int oneFolder, string one, int otherFolder, string other, uint flags);
}
