using System.Collections.Frozen;

namespace Hale.Sessions;

/// <summary>The kinds of stores that a program knows.</summary>
/// <param name="Others">What opens an address of a kind beside <c>sqlite</c>, by kind: <c>dynamodb</c>.</param>
public sealed record SessionStores(IReadOnlyDictionary<string, Func<SessionAddress, ISessionStore>> Others)
{
    /// <summary>SQLite alone.</summary>
    public static SessionStores Local { get; } = new(FrozenDictionary<string, Func<SessionAddress, ISessionStore>>.Empty);

    /// <summary>Opens a store; nothing is asked of it yet. The caller disposes it.</summary>
    /// <exception cref="SessionStoreException">The text is no address, or one of a kind that is not known here.</exception>
    public ISessionStore Open(string text) =>
        SessionAddress.TryParse(text, out var address, out var error) ? Open(address) : throw new SessionStoreException(error);

    /// <summary>Opens a store; nothing is asked of it yet. The caller disposes it.</summary>
    /// <exception cref="SessionStoreException">The kind is not known here, or an option of the address is not.</exception>
    public ISessionStore Open(SessionAddress address)
    {
        if (address.Scheme == SqliteSessionStore.Scheme)
            return new SqliteSessionStore(address);
        return Others.TryGetValue(address.Scheme, out var open)
            ? open(address)
            : throw new SessionStoreException($"There is no kind of store '{address.Scheme}'. There are: {string.Join(", ", Others.Keys.Prepend(SqliteSessionStore.Scheme).Order(StringComparer.Ordinal))}.");
    }
}
