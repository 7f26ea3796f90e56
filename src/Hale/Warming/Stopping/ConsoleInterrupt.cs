using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;
using Hale.Native.Windows;

namespace Hale.Warming.Stopping;

/// <summary>What a helper on Windows came to.</summary>
public enum InterruptEnd
{
    /// <summary>Ctrl+C was sent.</summary>
    Sent,

    /// <summary>The process has ended, or its number is another's by now: nothing was sent.</summary>
    Gone,

    /// <summary>It could not be sent; why is in the text.</summary>
    Failed,
}

/// <summary>
/// Ctrl+C for a console program on Windows. Only a process of the same console can send it, and it reaches all of them; so a helper leaves its own console, joins that one, has
/// itself ignore what it sends, and ends. Hale in the same console would be told to stop as well: what is rehearsed gets a console of its own (<c>CreateNoWindow</c>).
/// </summary>
public static class ConsoleInterrupt
{
    // The event is delivered by another process (conhost), and to those that are in the console then: the helper waits for the effect, this long.
    private static readonly TimeSpan Delivery = TimeSpan.FromSeconds(1);

    /// <summary>The body of the helper: to be called in a process that does nothing else.</summary>
    [SupportedOSPlatform("windows")]
    public static (InterruptEnd End, string Detail) Send(ConsoleTarget target)
    {
        try
        {
            using var process = Process.GetProcessById(target.Pid);
            if (process.StartTime.ToFileTimeUtc() != target.Started)
                return (InterruptEnd.Gone, $"process {target.Pid} has ended, and its number is another's now");
            WindowsConsole.Leave();
            var error = WindowsConsole.Join(target.Pid);
            if (error != 0)
                return (InterruptEnd.Failed, $"the console of process {target.Pid} cannot be joined: {new Win32Exception(error).Message}");
            WindowsConsole.IgnoreInterrupt();
            error = WindowsConsole.Interrupt();
            if (error != 0)
                return (InterruptEnd.Failed, $"Ctrl+C cannot be sent to process {target.Pid}: {new Win32Exception(error).Message}");
            process.WaitForExit(Delivery);
            return (InterruptEnd.Sent, $"Ctrl+C was sent to the console of process {target.Pid}");
        }
        catch (Exception trouble) when (trouble is ArgumentException or InvalidOperationException)
        {
            return (InterruptEnd.Gone, $"process {target.Pid} has ended");
        }
        catch (Win32Exception trouble)
        {
            return (InterruptEnd.Failed, $"process {target.Pid} cannot be looked at: {trouble.Message}");
        }
    }
}
