using System.Runtime.InteropServices;
using Hale.Readiness;

namespace Hale.Cli.Waiting;

/// <summary>
/// The signals that ask a foreground program to do something. While there is a wait, the first that asks to end ends it, and the second is
/// impatience; from <see cref="ForwardTo"/> on all of them are the command's.
/// </summary>
internal sealed class ForwardedSignals : IDisposable
{
    private const int HangUp = 1, Interrupt = 2, Quit = 3, User1 = 10, User2 = 12, Terminate = 15;

    // By number where .NET has no name for it: SIGUSR1 and SIGUSR2 of x86 and ARM.
    private static readonly PosixSignal[] Known =
        [PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, (PosixSignal)User1, (PosixSignal)User2];

    private readonly CancellationTokenSource asked;
    private readonly CancellationTokenSource again = new();
    private readonly PosixSignalRegistration[] registrations = [];
    private readonly Lock gate = new();
    private ForegroundCommand? command;

    /// <summary>Listens to the signals of this process, or to the token of a test.</summary>
    public ForwardedSignals(CancellationToken? stop)
    {
        asked = CancellationTokenSource.CreateLinkedTokenSource(stop ?? CancellationToken.None);
        if (stop is null)
            registrations = Array.ConvertAll(Known, signal => PosixSignalRegistration.Create(signal, Hear));
    }

    /// <summary>Cancelled by the first signal that asks to end.</summary>
    public CancellationToken Asked => asked.Token;

    /// <summary>Cancelled by the second.</summary>
    public CancellationToken Again => again.Token;

    /// <summary>Number of the first; SIGINT when it was the token of a test.</summary>
    public int First
    {
        get => field == 0 && asked.IsCancellationRequested ? Interrupt : field;
        private set;
    }

    /// <summary>Sends on to the command what comes from now on.</summary>
    public void ForwardTo(ForegroundCommand other)
    {
        lock (gate)
            command = other;
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
    }

    private void Hear(PosixSignalContext context)
    {
        context.Cancel = true;
        var number = context.Signal switch
        {
            PosixSignal.SIGHUP => HangUp,
            PosixSignal.SIGINT => Interrupt,
            PosixSignal.SIGQUIT => Quit,
            PosixSignal.SIGTERM => Terminate,
            var other => (int)other,
        };
        lock (gate)
        {
            if (command is not null)
            {
                command.Signal(number);
                return;
            }
            if (number is User1 or User2)
                return;
            if (First != 0)
            {
                again.Cancel();
                return;
            }
            First = number;
        }
        asked.Cancel();
    }
}
