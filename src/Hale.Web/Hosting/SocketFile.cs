using System.Net.Sockets;

namespace Hale.Web.Hosting;

/// <summary>The file of the unix socket: made so that only its owner can ever connect, and taken over only from the dead.</summary>
internal static class SocketFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The end point of a path.</summary>
    /// <exception cref="WebHostException">The path is longer than the kernel takes (107 bytes, unix(7)).</exception>
    public static UnixDomainSocketEndPoint EndPoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new WebHostException($"The path of the socket is too long for the system (107 bytes): {path}. Set hale.state to a folder with a shorter path.", exception);
        }
    }

    /// <summary>
    /// Binds. Between bind and listen a connect is refused by the kernel, so a mode set here holds before anybody can get in.
    /// </summary>
    public static Socket Bind(UnixDomainSocketEndPoint endPoint, string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endPoint);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, OwnerOnly);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a socket that a killed Hale left behind is in the way. Nothing is changed.</summary>
    /// <exception cref="WebHostException">Somebody answers there, or it is no socket.</exception>
    public static bool IsStale(string path, UnixDomainSocketEndPoint endPoint)
    {
        if (!Path.Exists(path))
            return false;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused && IsEmpty(path))
        {
            return true;
        }
        catch (SocketException exception)
        {
            throw new WebHostException($"{path} is in the way and is not a socket that Hale left behind ({exception.Message}). Remove it, or set hale.state to another folder.", exception);
        }
        throw new WebHostException($"Another Hale answers at {path}. Ask it ('hale status'), or stop it first.");
    }

    /// <summary>Removes such a socket. Only for who holds the state folder: a Hale that is just starting looks stale between bind and listen.</summary>
    /// <exception cref="WebHostException">It is in use or cannot be removed.</exception>
    public static void RemoveStale(string path, UnixDomainSocketEndPoint endPoint)
    {
        if (IsStale(path, endPoint))
            Remove(path);
    }

    // A connect to a regular file is refused with the same error as one to a dead socket; a socket has no content, so that
    // what is removed here never held anything.
    private static bool IsEmpty(string path) => new FileInfo(path) is { Exists: true, LinkTarget: null, Length: 0 };

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WebHostException($"The socket {path} of an earlier Hale cannot be removed: {exception.Message}", exception);
        }
    }
}
