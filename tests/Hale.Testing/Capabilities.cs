using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Hale.Testing;

/// <summary>Takes privileges of root away for a while, as a container does (capabilities(7)).</summary>
public static unsafe partial class Capabilities
{
    /// <summary>To look into processes of others.</summary>
    public const int SysPtrace = 19;

    /// <summary>To take leases on files of others.</summary>
    public const int Lease = 28;

    /// <summary>Runs on a thread of its own that lacks the capabilities. False when they cannot be taken away (not root).</summary>
    public static bool TryWithout(int[] capabilities, Action action)
    {
        var ran = false;
        ExceptionDispatchInfo? thrown = null;
        // Capabilities belong to a thread, and end with it.
        var thread = new Thread(() =>
        {
            const uint version3 = 0x20080522;
            var header = new Header { Version = version3 };
            var sets = stackalloc Set[2];
            if (capget(&header, sets) != 0)
                return;
            foreach (var capability in capabilities)
            {
                if ((sets[capability / 32].Effective & (1u << (capability % 32))) == 0)
                    return;
                sets[capability / 32].Effective &= ~(1u << (capability % 32));
            }
            if (capset(&header, sets) != 0)
                return;
            ran = true;
            try
            {
                action();
            }
            catch (Exception trouble)
            {
                thrown = ExceptionDispatchInfo.Capture(trouble);
            }
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
        return ran;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capget(Header* header, Set* sets);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capset(Header* header, Set* sets);

    private struct Header
    {
        public uint Version;
        public int Pid;
    }

    // Permitted and inheritable follow, and go back as they came.
    [StructLayout(LayoutKind.Sequential, Size = 12)]
    private struct Set
    {
        public uint Effective;
    }
}
