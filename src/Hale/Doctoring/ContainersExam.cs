using System.Net.Sockets;
using System.Text;

namespace Hale.Doctoring;

/// <summary>Whether a container engine answers at one of its usual sockets.</summary>
internal static class ContainersExam
{
    private const string Subject = "containers";

    public static async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancel)
    {
        var refused = new List<string>();
        foreach (var (engine, path) in Sockets(patient))
        {
            if (!Path.Exists(path))
                continue;
            try
            {
                var answer = await AskAsync(path, cancel);
                if (answer.StartsWith("HTTP/1.", StringComparison.Ordinal))
                    return [Finding.Ok(Subject, $"{engine} answers at {path}")];
                refused.Add($"{path} gives no answer of HTTP");
            }
            catch (Exception trouble) when (trouble is SocketException or IOException or ArgumentException)
            {
                refused.Add($"{path}: {trouble.Message}");
            }
        }
        return refused.Count > 0
            ? [Finding.Limited(Subject, string.Join("; ", refused), "commands of yours that ask the engine fail", "run Hale as root or as a member of the socket's group")]
            : [Finding.Missing(Subject, "no socket of Docker or Podman", "nothing, unless a command of yours needs one", "systemctl enable --now docker, or podman.socket", isNeeded: false)];
    }

    private static IEnumerable<(string Engine, string Path)> Sockets(Patient patient)
    {
        const string scheme = "unix://";
        if (patient.Environment("DOCKER_HOST") is { } host && host.StartsWith(scheme, StringComparison.Ordinal))
            yield return ("the engine of DOCKER_HOST", host[scheme.Length..]);
        yield return ("Docker", "/run/docker.sock");
        yield return ("Docker", "/var/run/docker.sock");
        yield return ("Podman", "/run/podman/podman.sock");
        if (patient.Environment("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
        {
            yield return ("Docker of this user", Path.Combine(runtime, "docker.sock"));
            yield return ("Podman of this user", Path.Combine(runtime, "podman/podman.sock"));
        }
    }

    private static async Task<string> AskAsync(string path, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit.Token);
            await socket.SendAsync("GET /_ping HTTP/1.0\r\nHost: hale\r\n\r\n"u8.ToArray(), limit.Token);
            var answer = new byte[64];
            return Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer, limit.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException("no answer within 2 s");
        }
    }
}
