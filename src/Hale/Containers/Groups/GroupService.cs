using Hale.Config;
using Hale.Containers.Groups.Reading;

namespace Hale.Containers.Groups;

/// <summary>What a daemon does about groups of containers: brings those up that its configuration names, takes them down, and tells what there is.</summary>
/// <param name="spec">The configuration.</param>
/// <param name="time">The clock.</param>
/// <param name="environment">Where files of groups look up <c>${NAME}</c>; null for the process's own.</param>
public sealed class GroupService(DaemonContainersSpec spec, TimeProvider time, Func<string, string?>? environment = null)
{
    /// <summary>The names of the groups that may be brought up: their files without the ending.</summary>
    public IReadOnlyList<string> Names { get; } = [.. spec.Groups.Select(file => Path.GetFileNameWithoutExtension(file)!)];

    private ContainerGroupOptions Options => new()
    {
        Engine = Client,
        Time = time,
        Who = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"hale run (process {Environment.ProcessId})"),
    };

    // At each call: a DOCKER_HOST that cannot be read is no reason for a daemon not to start.
    private ContainerEngine Client => EngineClients.Of(spec.Engine is { } address ? EngineAddress.Parse(address) : EngineAddress.Default(environment));

    /// <summary>What there is.</summary>
    /// <exception cref="ContainerEngineException">The engine does not answer.</exception>
    /// <exception cref="FormatException"><c>DOCKER_HOST</c> is no address.</exception>
    public Task<IReadOnlyList<ContainerGroupStatus>> ListAsync(CancellationToken cancel) => ContainerGroups.ListAsync(Client, time, cancel);

    /// <summary>Brings a group up and leaves it standing.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="session">Whose group it is; null for what the file says.</param>
    /// <param name="cancel">Ends it; what was made is taken back.</param>
    /// <exception cref="ArgumentException">No group has that name.</exception>
    /// <exception cref="FormatException">The file cannot be read; the message has a line for each error.</exception>
    public Task<ContainerGroupReport> UpAsync(string name, string? session, CancellationToken cancel)
    {
        var index = Names.ToList().IndexOf(name);
        if (index < 0)
            throw new ArgumentException($"no group is named {name}", nameof(name));
        var file = GroupFile.Load(spec.Groups[index], environment ?? Environment.GetEnvironmentVariable, session);
        return file.Spec is { } group ? ContainerGroup.EnsureAsync(group, Options, cancel) : throw new FormatException(string.Join('\n', file.Errors));
    }

    /// <summary>Takes a group down, whoever wants it.</summary>
    /// <inheritdoc cref="ContainerGroups.DownAsync"/>
    public Task<ContainerGroupDown> DownAsync(string session, bool withKept, CancellationToken cancel) => ContainerGroups.DownAsync(session, Options, withKept, cancel);

    /// <summary>Takes away what nobody wants any more.</summary>
    /// <inheritdoc cref="ContainerGroups.CollectAsync"/>
    public Task<IReadOnlyList<ContainerGroupDown>> CollectAsync(CancellationToken cancel) => ContainerGroups.CollectAsync(Options, cancel);
}
