using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>One nginx for the tests of a class.</summary>
public sealed class NginxFixture : IAsyncLifetime
{
    private readonly Scratch folder = new();

    /// <summary>The server.</summary>
    internal Nginx Nginx { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Nginx = await Nginx.StartAsync(folder.Path);

    public async ValueTask DisposeAsync()
    {
        await Nginx.DisposeAsync();
        folder.Dispose();
    }
}
