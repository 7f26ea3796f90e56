using Hale.Core.Sessions;

namespace Hale.Sessions;

/// <summary>A row as it was read, with what a conditional write has to compare.</summary>
/// <param name="Row">The row.</param>
/// <param name="StatusText">How its status was written in the store; null when it had none.</param>
public sealed record StoredSession(SessionRow Row, string? StatusText);

/// <summary>
/// Where session rows are kept. It decides nothing: rows come from <see cref="Session.Apply"/>, and are written only over what they were made from. Safe for
/// concurrent use. Every method throws <see cref="SessionStoreException"/> when the store cannot be asked; a write may have happened then.
/// </summary>
public interface ISessionStore : IAsyncDisposable
{
    /// <summary>Which store it is.</summary>
    SessionAddress Address { get; }

    /// <summary>The row, as it stands now; null when there is none.</summary>
    Task<StoredSession?> GetAsync(string id, CancellationToken cancel);

    /// <summary>Writes a new row. False when there is one of that id already; nothing is changed then.</summary>
    Task<bool> CreateAsync(SessionRow row, CancellationToken cancel);

    /// <summary>
    /// Writes the next version of a row on the condition that the row exists, that its version and its status are what was read. False when they are not;
    /// nothing is changed then.
    /// </summary>
    Task<bool> ReplaceAsync(StoredSession was, SessionRow next, CancellationToken cancel);
}

/// <summary>The store could not be asked, or what it holds is not a session; the message says why and what would do.</summary>
public sealed class SessionStoreException : Exception
{
    /// <summary>Says why.</summary>
    public SessionStoreException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
