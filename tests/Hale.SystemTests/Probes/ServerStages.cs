using Hale.SystemTests.Fixture;
using Hale.Testing.Servers;

namespace Hale.SystemTests.Probes;

/// <summary>Servers that need nothing but a port: each listens where the page says that such a server usually does.</summary>
internal static partial class Stages
{
    /// <summary>NSD on localhost:53, with the zone <c>example.test</c>.</summary>
    private static async Task<Stage> Nsd(HaleRun run)
    {
        var server = await Testing.Servers.Nsd.StartAsync(run.Folder);
        return At("localhost:53", server.Port, server);
    }

    /// <summary>redis on localhost:6379.</summary>
    private static async Task<Stage> Redis(HaleRun run)
    {
        var server = await Testing.Servers.Redis.StartAsync(run.Folder);
        return At("localhost:6379", server.Port, server);
    }

    /// <summary>chrony on localhost:123.</summary>
    private static async Task<Stage> Chrony(HaleRun run)
    {
        var server = await Testing.Servers.Chrony.StartAsync(run.Folder);
        return At("localhost:123", server.Port, server);
    }

    /// <summary>aiosmtpd on localhost:25, with the certificate of its authority in <c>ca.pem</c> beside the sample.</summary>
    private static async Task<Stage> Aiosmtpd(HaleRun run)
    {
        var server = await Testing.Servers.Aiosmtpd.StartAsync(run.Folder);
        File.Copy(server.Authority, run.At("ca.pem"));
        return At("localhost:25", server.Port, server);
    }

    /// <summary>PostgreSQL on localhost:5432, with the password "let me in".</summary>
    private static async Task<Stage> Postgres(HaleRun run)
    {
        var server = await Testing.Servers.Postgres.StartAsync(run.Folder);
        return At("localhost:5432", server.Port, server);
    }

    /// <summary>sshd on localhost:22.</summary>
    private static async Task<Stage> Sshd(HaleRun run)
    {
        var server = await Testing.Servers.Sshd.StartAsync(run.Folder);
        return At("localhost:22", server.Port, server);
    }

    private static Stage At(string place, int port, IAsyncDisposable server) => new(new Dictionary<string, string> { [place] = $"127.0.0.1:{port}" }, server);
}
