using System.Runtime.InteropServices;

namespace Hale.Cli;

/// <summary>
/// The first SIGINT, SIGTERM or SIGHUP asks to stop; the second ends the process at once. Where SIGHUP means something else, it still asks to
/// stop when it says that the terminal has gone.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly PosixSignalRegistration[] registrations = [];
    private readonly Action? hangUp;
    private readonly bool hadTerminal;
    private int heard;

    /// <summary>Listens to the signals of this process, or to the token of a test.</summary>
    /// <param name="surroundings">The world outside.</param>
    /// <param name="hangUp">What SIGHUP means beside a terminal that has gone; null for a stop.</param>
    public StopSignals(Surroundings surroundings, Action? hangUp = null)
    {
        this.hangUp = hangUp;
        hadTerminal = hangUp is not null && HasTerminal();
        source = CancellationTokenSource.CreateLinkedTokenSource(surroundings.Stop ?? CancellationToken.None);
        if (surroundings.Stop is null)
            registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Hear))];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    // tty(4): it can be opened exactly by who has a controlling terminal.
    private static bool HasTerminal()
    {
        try
        {
            using var terminal = File.OpenHandle("/dev/tty");
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Hear(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGHUP && hangUp is not null && (!hadTerminal || HasTerminal()))
        {
            hangUp();
            return;
        }
        if (Interlocked.Increment(ref heard) > 1)
            Environment.Exit(128 + (context.Signal == PosixSignal.SIGTERM ? 15 : 2));
        source.Cancel();
    }
}
