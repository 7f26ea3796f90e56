using Hale.Config;

namespace Hale.Containers;

/// <summary>Which container of which engine is meant: by name or id, or by a label.</summary>
internal sealed record ContainerSelector
{
    private ContainerSelector() { }

    /// <summary>Where the engine listens.</summary>
    public required EngineAddress Address { get; init; }

    /// <summary>Name or id; null when a label selects.</summary>
    public string? Name { get; private init; }

    /// <summary>The label's name; null when a name selects.</summary>
    public string? Label { get; private init; }

    /// <summary>The label's value; null for any.</summary>
    public string? Value { get; private init; }

    /// <summary>The keys of a kind that is about one container.</summary>
    public static Key[] Keys { get; } =
    [
        new("container", KeyType.Text, "Name or id of the container.") { Shorthand = true },
        new("label", KeyType.Text, "In place of a name: a label, `NAME` or `NAME=VALUE`. Of several containers that carry it, one that runs counts before one that does not, and then the one that was made last."),
        .. EngineKeys,
    ];

    /// <summary>The keys that say where the engine is.</summary>
    public static Key[] EngineKeys =>
    [
        new("engine", KeyType.Text, "Where the engine listens: `unix:///run/docker.sock`, `tcp://HOST:2376`. Default: DOCKER_HOST, then the first socket of Docker and Podman that exists."),
        new("engine_certificates", KeyType.Path, "For an engine over TCP: folder with ca.pem and, to show who Hale is, cert.pem and key.pem, as Docker's own tools use it."),
    ];

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">Neither or both of name and label are written; the address is none.</exception>
    public static ContainerSelector From(Settings settings)
    {
        var (name, label) = (settings.Text("container"), settings.Text("label"));
        if ((name is null) == (label is null))
            throw new SettingsException(name is null ? "container" : "label", "write one of container and label: which container is meant");
        var equals = label?.IndexOf('=', StringComparison.Ordinal) ?? -1;
        if (label is not null && (equals == 0 || label.Length == 0))
            throw new SettingsException("label", "a label has a name: NAME or NAME=VALUE");
        if (name is { Length: 0 } || name?.Contains('/', StringComparison.Ordinal) == true)
            throw new SettingsException("container", "a name or an id, without a slash");
        return new()
        {
            Address = AddressFrom(settings),
            Name = name,
            Label = equals > 0 ? label![..equals] : label,
            Value = equals > 0 ? label![(equals + 1)..] : null,
        };
    }

    /// <summary>Where the engine of these settings is.</summary>
    /// <exception cref="SettingsException">It is no address.</exception>
    public static EngineAddress AddressFrom(Settings settings)
    {
        try
        {
            return settings.Text("engine") is { } engine
                ? EngineAddress.Parse(engine, settings.Text("engine_certificates") is { } folder ? EngineTls.In(folder) : null)
                : EngineAddress.Default();
        }
        catch (FormatException wrong)
        {
            throw new SettingsException("engine", wrong.Message);
        }
    }

    /// <summary>Looks for the container.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ContainerEngineException">The engine could not be asked.</exception>
    public async Task<ContainerDetails?> FindAsync(CancellationToken cancel)
    {
        var containers = EngineClients.Of(Address).Containers;
        try
        {
            if (Name is not null)
                return await containers.InspectAsync(Name, cancel);
            var carrying = await containers.ListAsync(EngineFilter.All.Label(Label!, Value), cancel: cancel);
            var chosen = carrying.OrderByDescending(each => each.State == "running").ThenByDescending(each => each.Created).ThenBy(each => each.Id, StringComparer.Ordinal).FirstOrDefault();
            return chosen is null ? null : await containers.InspectAsync(chosen.Id, cancel);
        }
        catch (ContainerEngineException none) when (none.Trouble == EngineTrouble.NoSuchContainer)
        {
            // Removed between listing and looking is removed as well.
            return null;
        }
    }

    /// <summary>Whether something that happened may be about it.</summary>
    public bool IsAbout(EngineEvent happened) => Name is not null
        ? happened.Attributes.GetValueOrDefault("name") == Name || happened.Attributes.GetValueOrDefault("oldName")?.TrimStart('/') == Name
            || (Name.Length >= 12 && happened.Id.StartsWith(Name, StringComparison.Ordinal))
        : happened.Attributes.TryGetValue(Label!, out var value) && (Value is null || value == Value);

    /// <summary>As messages name it.</summary>
    public override string ToString() => Name is not null ? $"container {Name}" : $"container with label {Label}{(Value is null ? "" : $"={Value}")}";
}
