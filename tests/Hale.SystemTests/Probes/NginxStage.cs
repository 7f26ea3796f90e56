using Hale.SystemTests.Fixture;
using Hale.Testing.Servers;

namespace Hale.SystemTests.Probes;

internal static partial class Stages
{
    /// <summary>nginx: HTTP on localhost:8080, HTTPS on localhost:8443 (with <c>ca.pem</c> beside the sample), HTTP/2 without TLS on localhost:8082.</summary>
    private static async Task<Stage> Nginx(HaleRun run)
    {
        var nginx = await Testing.Servers.Nginx.StartAsync(run.Folder);
        File.Copy(nginx.Authority, run.At("ca.pem"));
        return new(
            new Dictionary<string, string>
            {
                ["localhost:8080"] = $"localhost:{nginx.Plain}",
                ["localhost:8443"] = $"localhost:{nginx.Secure}",
                ["localhost:8082"] = $"localhost:{nginx.PlainHttp2}",
            },
            nginx);
    }
}
