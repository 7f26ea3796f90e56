using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Hale.Native.Windows;

/// <summary>The console calls of kernel32 ("Console Functions" in Microsoft's reference). A process has one console at most.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsConsole
{
    private const uint ControlC = 0;

    /// <summary>Leaves our own console, if we have one.</summary>
    public static void Leave() => _ = FreeConsole();

    /// <summary>Joins the console of another process; 0 or the error.</summary>
    public static int Join(int pid) => AttachConsole((uint)pid) ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Has this process, and what it starts from now on, ignore Ctrl+C.</summary>
    public static void IgnoreInterrupt() => _ = SetConsoleCtrlHandler(0, true);

    /// <summary>Ctrl+C to every process of the console that we are in; 0 or the error.</summary>
    public static int Interrupt() => GenerateConsoleCtrlEvent(ControlC, 0) ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FreeConsole();

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AttachConsole(uint process);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleCtrlHandler(nint handler, [MarshalAs(UnmanagedType.Bool)] bool add);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint signal, uint group);
}
