using Microsoft.AspNetCore.Connections;

namespace Hale.Web.Hosting;

/// <summary>
/// At most so many connections at one listener; one more is closed at once. Kestrel's own limit counts all listeners
/// together: then a flood over TCP would lock the operator out of the unix socket.
/// </summary>
internal sealed class ConnectionCap(int most)
{
    private int open;

    /// <summary>Wraps a listener's connections.</summary>
    public ConnectionDelegate Around(ConnectionDelegate next) => async connection =>
    {
        try
        {
            if (Interlocked.Increment(ref open) <= most)
                await next(connection);
            else
                connection.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    };
}
