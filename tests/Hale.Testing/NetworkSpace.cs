using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Hale.Testing;

/// <summary>Runs something on a thread that has a network of its own (network_namespaces(7)): a loopback, and nothing else.</summary>
public static partial class NetworkSpace
{
    private const int NewNetwork = 0x40000000;

    /// <summary>Runs commands to set the network up, and then the action, on a thread of its own. False when that is not permitted (not root).</summary>
    public static bool TryIn(string[] commands, Action action)
    {
        var ran = false;
        ExceptionDispatchInfo? thrown = null;
        // The network belongs to a thread, as do the processes and sockets that it makes, and ends with them.
        var thread = new Thread(() =>
        {
            if (unshare(NewNetwork) != 0)
                return;
            try
            {
                foreach (var command in (string[])["ip link set lo up", .. commands])
                {
                    using var process = Process.Start("/bin/sh", ["-c", command]);
                    process.WaitForExit();
                    if (process.ExitCode != 0)
                        throw new InvalidOperationException($"{command} ended with {process.ExitCode}");
                }
                action();
            }
            catch (Exception trouble)
            {
                thrown = ExceptionDispatchInfo.Capture(trouble);
            }
            ran = true;
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
        return ran;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);
}
