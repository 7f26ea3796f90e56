using System.Globalization;
using Hale.Readiness;

namespace Hale.Containers;

/// <summary>Reads and writes <c>container:NAME[:PORT[/PATH]]</c>.</summary>
internal static class ContainerTargetText
{
    /// <summary>Reads one.</summary>
    /// <param name="text">All of it, which becomes the target's name.</param>
    /// <param name="rest">What stands behind <c>container:</c>.</param>
    /// <param name="options">Engine, network, statuses and headers.</param>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static ReadyTarget Read(string text, string rest, ReadyOptions options)
    {
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        var (name, address) = colon < 0 ? (rest, "") : (rest[..colon], rest[(colon + 1)..]);
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        var (port, path) = slash < 0 ? (address, null) : (address[..slash], address[slash..]);
        var number = 0;
        if (name.Length == 0 || name.Contains('/') || (colon >= 0 && !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number)))
            throw new FormatException($"'{text}' is not container:NAME[:PORT[/PATH]]; write for example container:web, container:db:5432 or container:web:8080/health");
        try
        {
            var probe = new ContainerReadinessOptions { Port = colon < 0 ? null : number, Path = path, Status = options.Status, Headers = options.Headers, Network = options.Network };
            var engine = EngineClients.Of(options.Engine is { } where ? EngineAddress.Parse(where) : EngineAddress.Default());
            return ContainerReadiness.Of(engine, name, probe, text);
        }
        catch (FormatException trouble)
        {
            throw new FormatException($"{text}: {trouble.Message}");
        }
    }

    /// <summary>The target as it would be written.</summary>
    public static string Write(string container, ContainerReadinessOptions probe) => probe.Port is { } port
        ? string.Create(CultureInfo.InvariantCulture, $"container:{container}:{port}{probe.Path}")
        : $"container:{container}";
}
