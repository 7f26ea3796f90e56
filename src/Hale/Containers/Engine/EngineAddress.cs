using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hale.Containers;

/// <summary>Where a container engine listens: <c>unix:///run/docker.sock</c> or <c>tcp://host:2376</c>.</summary>
public sealed record EngineAddress
{
    private const string Unix = "unix://";
    private const string Tcp = "tcp://";

    /// <summary>Where Docker and Podman listen for root, best first.</summary>
    private static readonly string[] Usual = ["/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock"];

    private EngineAddress() { }

    /// <summary>The path of the socket; null for TCP.</summary>
    public string? SocketPath { get; private init; }

    /// <summary>The host; null for a socket.</summary>
    public string? Host { get; private init; }

    /// <summary>The port; 0 for a socket.</summary>
    public int Port { get; private init; }

    /// <summary>The certificates for TLS over TCP; null for plain TCP and for a socket.</summary>
    public EngineTls? Tls { get; private init; }

    /// <summary>A socket of this machine.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public static EngineAddress Socket(string path) => Path.IsPathFullyQualified(path)
        ? new() { SocketPath = path }
        : throw new ArgumentException($"{path} is not an absolute path", nameof(path));

    /// <summary>Reads an address: <c>unix:///path</c>, a path, or <c>tcp://host[:port]</c>; the port is 2375, with TLS 2376.</summary>
    /// <param name="text">What a person wrote.</param>
    /// <param name="tls">Certificates, for <c>tcp://</c>.</param>
    /// <exception cref="FormatException">It is no address; the message says what would be one.</exception>
    public static EngineAddress Parse(string text, EngineTls? tls = null) => TryParse(text, tls, out var address, out var trouble) ? address : throw new FormatException(trouble);

    /// <summary>Like <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse(string text, EngineTls? tls, [NotNullWhen(true)] out EngineAddress? address, [NotNullWhen(false)] out string? trouble)
    {
        address = null;
        trouble = null;
        var path = text.StartsWith(Unix, StringComparison.Ordinal) ? text[Unix.Length..] : text.StartsWith('/') ? text : null;
        if (path is not null)
        {
            if (path.StartsWith('/') && path.Length < 108)
                address = new() { SocketPath = path };
            else
                trouble = $"{text}: the path of a socket is absolute, as in unix:///run/docker.sock, and shorter than 108 characters";
        }
        else if (text.StartsWith(Tcp, StringComparison.Ordinal) && Uri.TryCreate("http://" + text[Tcp.Length..], UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0)
        {
            var isPortGiven = text.TrimEnd('/').EndsWith($":{uri.Port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal);
            address = new() { Host = uri.IdnHost, Port = isPortGiven ? uri.Port : tls is null ? 2375 : 2376, Tls = tls };
        }
        else
        {
            trouble = text.StartsWith("ssh://", StringComparison.Ordinal)
                ? $"{text}: an engine is not reached over ssh; forward its socket (ssh -L) and name that"
                : $"{text} is no address of an engine; write unix:///run/docker.sock or tcp://host:2376";
        }
        return address is not null;
    }

    /// <summary>
    /// The engine that other tools of this user talk to: <c>DOCKER_HOST</c> (with <c>DOCKER_TLS_VERIFY</c> and <c>DOCKER_CERT_PATH</c>), otherwise the first
    /// socket that exists of Docker's, Podman's, and those of this user without root; Docker's where there is none.
    /// </summary>
    /// <param name="environment">Reads an environment variable; null for the process's own.</param>
    /// <exception cref="FormatException"><c>DOCKER_HOST</c> is no address.</exception>
    public static EngineAddress Default(Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (environment("DOCKER_HOST") is { Length: > 0 } host)
            return Parse(host, environment("DOCKER_TLS_VERIFY") is { Length: > 0 } ? EngineTls.In(environment("DOCKER_CERT_PATH") ?? Path.Combine(environment("HOME") ?? "/", ".docker")) : null);
        var candidates = Candidates(environment);
        return Socket(candidates.FirstOrDefault(Path.Exists) ?? candidates[0]);
    }

    /// <summary>The sockets that an engine may listen at, best first.</summary>
    internal static IReadOnlyList<string> Candidates(Func<string, string?> environment) => environment("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Path.IsPathFullyQualified(runtime)
        ? [.. Usual, Path.Combine(runtime, "docker.sock"), Path.Combine(runtime, "podman/podman.sock")]
        : Usual;

    /// <summary>As it is written.</summary>
    public override string ToString() => SocketPath is not null ? Unix + SocketPath : Tcp + Authority;

    /// <summary>Host and port as in a URL; any name for a socket.</summary>
    internal string Authority => Host is null ? "engine" : string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
