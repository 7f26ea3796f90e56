namespace Hale.Cli;

/// <summary>Ends a command with words on standard error and an exit code.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">What is wrong and what would do; may have several lines.</param>
internal class CommandException(int exitCode, string message) : Exception(message)
{
    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>No daemon runs: there is no socket, or nobody answers at it.</summary>
/// <param name="message">What is missing and how to start a daemon.</param>
internal sealed class NotRunningException(string message) : CommandException(Cli.ExitCode.Unknown, message);
