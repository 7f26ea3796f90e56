using System.Runtime.InteropServices;
using System.Text;

namespace Hale.SystemTests.Fixture;

/// <summary>Looks at and signals real processes.</summary>
internal static partial class RealProcesses
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal; a process that is gone is fine.</summary>
    public static void Signal(int pid, int signal) => _ = SendSignal(pid, signal);

    /// <summary>Whether the process runs; one that has ended and was not collected by its parent does not.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// The living processes that carry <paramref name="variable"/> in their environment: all that descend from one that was
    /// started with it, whoever their parent is by now.
    /// </summary>
    public static IReadOnlyList<int> Carrying(string variable)
    {
        var wanted = Encoding.UTF8.GetBytes(variable + '\0');
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid) || pid == Environment.ProcessId)
                continue;
            try
            {
                if (File.ReadAllBytes($"{folder}/environ").AsSpan().IndexOf(wanted) >= 0 && IsAlive(pid))
                    found.Add(pid);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is another user's: not one of ours.
            }
        }
        return found;
    }

    /// <summary>Number and command line, for messages.</summary>
    public static string CommandOf(int pid)
    {
        try
        {
            return $"{pid} ({File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ').TrimEnd()})";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return $"{pid} (gone)";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
