using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>execve(2), for a command that hands its whole process over to another program.</summary>
internal static partial class Exec
{
    private const int SigPipe = 13;

    /// <summary>Becomes the program; returns only on failure, with the error.</summary>
    /// <param name="program">Path of the program.</param>
    /// <param name="arguments">Arguments, the program's name first.</param>
    /// <param name="environment">Variables as <c>NAME=value</c>.</param>
    public static int Become(string program, IEnumerable<string> arguments, IEnumerable<string> environment)
    {
        // .NET ignores SIGPIPE, and what is ignored stays so over exec: "yes | head" would not end.
        _ = SetHandler(SigPipe, 0);
        _ = Execute(program, [.. arguments, null], [.. environment, null]);
        return Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "execve", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Execute(string program, string?[] arguments, string?[] environment);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}
