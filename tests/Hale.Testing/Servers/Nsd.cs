namespace Hale.Testing.Servers;

/// <summary>A real name server, NSD, with the zone <c>example.test</c>, and the zone <c>broken.test</c>, whose file is missing.</summary>
public sealed class Nsd : IAsyncDisposable
{
    private const string Zone = """
        $ORIGIN example.test.
        $TTL 300
        @ IN SOA ns admin 2025010101 3600 600 86400 60
        @ IN NS ns
        @ IN MX 10 mail
        @ IN MX 20 backup.example.net.
        @ IN TXT "v=spf1 -all"
        @ IN TXT "one; " "and two"
        ns IN A 127.0.0.1
        www 60 IN A 192.0.2.1
        www 120 IN A 192.0.2.2
        www IN AAAA 2001:db8::1
        alias IN CNAME other
        other IN CNAME www
        _http._tcp IN SRV 1 2 8080 www

        """;

    private readonly ServerProcess process;

    private Nsd(ServerProcess process, int port) => (this.process, Port) = (process, port);

    /// <summary>Its port, for UDP and TCP.</summary>
    public int Port { get; }

    /// <summary>Starts it in a folder, which gets its files.</summary>
    public static async Task<Nsd> StartAsync(string folder)
    {
        var port = Ports.Free();
        // Far more than a datagram holds.
        var many = string.Concat(Enumerable.Range(1, 100).Select(i => $"many IN A 198.51.100.{i}\n"));
        File.WriteAllText(Path.Combine(folder, "zone"), Zone + many);
        File.WriteAllText(Path.Combine(folder, "reverse"), "$ORIGIN 2.0.192.in-addr.arpa.\n@ 300 IN SOA ns.example.test. admin.example.test. 1 2 3 4 5\n@ IN NS ns.example.test.\n1 IN PTR www.example.test.\n");
        File.WriteAllText(Path.Combine(folder, "nsd.conf"), $"""
            server:
              ip-address: 127.0.0.1@{port}
              port: {port}
              username: ""
              chroot: ""
              zonesdir: "{folder}"
              pidfile: "{folder}/nsd.pid"
              xfrdfile: "{folder}/xfrd.state"
              zonelistfile: "{folder}/zone.list"
              xfrdir: "{folder}"
              database: ""
              server-count: 1
            remote-control:
              control-enable: no
            zone:
              name: example.test
              zonefile: zone
            zone:
              name: 2.0.192.in-addr.arpa
              zonefile: reverse
            zone:
              name: broken.test
              zonefile: nothing
            """);
        return new(await ServerProcess.StartAsync(folder, port, "nsd", "-d", "-c", Path.Combine(folder, "nsd.conf")), port);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
