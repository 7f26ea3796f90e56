using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>Error numbers of Linux (errno(3)); the same on x86-64 and arm64.</summary>
internal static class Errno
{
    public const int Perm = 1;
    public const int NoEntry = 2;
    public const int NoProcess = 3;
    public const int Interrupted = 4;
    public const int ArgumentsTooLong = 7;
    public const int NotExecutableFormat = 8;
    public const int NoChild = 10;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int Access = 13;
    public const int NotDirectory = 20;
    public const int Invalid = 22;
    public const int ProcessFilesExhausted = 24;
    public const int NotATerminal = 25;
    public const int NotImplemented = 38;
    public const int NotSupported = 95;

    /// <summary>The system's text and the number's name: <c>No such file or directory (ENOENT)</c>.</summary>
    public static string Describe(int errno) => $"{Marshal.GetPInvokeErrorMessage(errno)} ({NameOf(errno)})";

    /// <summary>The error of the last P/Invoke on this thread.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    private static string NameOf(int errno) => errno switch
    {
        Perm => "EPERM",
        NoEntry => "ENOENT",
        NoProcess => "ESRCH",
        ArgumentsTooLong => "E2BIG",
        NotExecutableFormat => "ENOEXEC",
        NoChild => "ECHILD",
        Again => "EAGAIN",
        NoMemory => "ENOMEM",
        Access => "EACCES",
        NotDirectory => "ENOTDIR",
        Invalid => "EINVAL",
        ProcessFilesExhausted => "EMFILE",
        NotImplemented => "ENOSYS",
        NotSupported => "EOPNOTSUPP",
        _ => $"errno {errno}",
    };
}
