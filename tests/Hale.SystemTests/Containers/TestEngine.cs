using Hale.Containers;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Containers;

/// <summary>
/// An engine of our own with the small images of these tests, made once for all classes that share it. Where none can run, the tests are skipped with the
/// reason. Tests run one after another and leave nothing behind; names are unique all the same.
/// </summary>
public abstract class TestEngine(bool podman) : IAsyncLifetime
{
    /// <summary>Busybox and nothing else; the command is <c>sh</c>.</summary>
    public const string Busybox = "hale-test/busybox:1";

    /// <summary>
    /// A web server at port 80, with scripts: <c>/</c> says ok, <c>/cgi-bin/status?503</c> answers with a status, <c>/cgi-bin/slow?5</c> after seconds.
    /// </summary>
    public const string Httpd = "hale-test/httpd:1";

    private OwnEngine? engine;
    private ContainerEngine? api;
    private string? trouble;
    private int names;

    /// <summary>A client of it.</summary>
    public ContainerEngine Api => api!;

    /// <summary>What <c>DOCKER_HOST</c> is for it.</summary>
    public string Host => engine!.Host;

    /// <summary>Its folder.</summary>
    public string Folder => engine!.Folder;

    /// <summary>Where this machine reaches ports that containers publish.</summary>
    public string PortsAddress => engine!.PortsAddress;

    /// <summary>Whether it is Podman.</summary>
    public bool IsPodman => podman;

    /// <summary>Kills and starts it.</summary>
    internal OwnEngine Process => engine!;

    public async ValueTask InitializeAsync()
    {
        (engine, trouble) = await OwnEngine.StartAsync(podman);
        if (engine is null)
            return;
        api = new(EngineAddress.Parse(engine.Host));
        await api.Images.ImportAsync(Busybox, SmallImage.Tar(), ["CMD [\"/bin/sh\"]"]);
        await api.Images.ImportAsync(Httpd, SmallImage.Tar(SmallImage.Site), ["CMD [\"/bin/httpd\",\"-f\",\"-p\",\"80\",\"-h\",\"/www\"]", "EXPOSE 80"]);
        var trial = await RunCommandAsync(Busybox, "true");
        if (await api.Containers.WaitAsync(trial) != 0)
            trouble = "a container does not run here";
        await api.Containers.RemoveAsync(trial);
    }

    /// <summary>Whether containers can run.</summary>
    public bool IsThere => trouble is null;

    /// <summary>Skips the test where no container can run.</summary>
    public void Require() => Assert.SkipWhen(trouble is not null, trouble ?? "");

    /// <summary>A name that nothing else has.</summary>
    public string Unique(string name = "test") => $"{name}-{Interlocked.Increment(ref names)}";

    /// <summary>Makes and starts a container.</summary>
    /// <returns>Its id.</returns>
    public Task<string> RunCommandAsync(string image, params string[] command) => RunAsync(new() { Image = image, Command = command.Length == 0 ? null : command });

    /// <inheritdoc cref="RunCommandAsync"/>
    public async Task<string> RunAsync(ContainerRecipe recipe, string? name = null)
    {
        var made = await Api.Containers.CreateAsync(name ?? Unique(), recipe);
        await Api.Containers.StartAsync(made.Id);
        return made.Id;
    }

    /// <summary>The address of a container in its (first) network.</summary>
    public async Task<string> AddressOfAsync(string container) => (await Api.Containers.InspectAsync(container)).NetworkSettings.Networks.Values.First().IPAddress;

    /// <summary>Waits until a container has ended.</summary>
    public async Task<ContainerDetails> EndedAsync(string container)
    {
        await Api.Containers.WaitAsync(container, TestContext.Current.CancellationToken).WaitAsync(Until.Limit);
        return await Api.Containers.InspectAsync(container);
    }

    /// <summary>Removes a container, whatever its state.</summary>
    public Task RemoveAsync(string container) => Api.Containers.RemoveAsync(container, force: true);

    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        if (engine is not null)
            await engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Docker.</summary>
public sealed class DockerEngine() : TestEngine(podman: false);

/// <summary>Podman behind Docker's API.</summary>
public sealed class PodmanEngine() : TestEngine(podman: true);

/// <summary>The classes that share the Docker; they run one after another.</summary>
[CollectionDefinition(nameof(DockerEngine))]
public sealed class DockerCollection : ICollectionFixture<DockerEngine>;

/// <summary>The classes that share the Podman; they run one after another.</summary>
[CollectionDefinition(nameof(PodmanEngine))]
public sealed class PodmanCollection : ICollectionFixture<PodmanEngine>;
