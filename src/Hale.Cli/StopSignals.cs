using System.Runtime.InteropServices;

namespace Hale.Cli;

/// <summary>The first SIGINT, SIGTERM or SIGHUP asks to stop; the second ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly PosixSignalRegistration[] registrations = [];
    private int heard;

    /// <summary>Listens to the signals of this process, or to the token of a test.</summary>
    public StopSignals(Surroundings surroundings)
    {
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

    private void Hear(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref heard) > 1)
            Environment.Exit(128 + (context.Signal == PosixSignal.SIGTERM ? 15 : 2));
        source.Cancel();
    }
}
