using System.Globalization;
using Hale.Config;
using Hale.Probes;
using Hale.Probes.Http;

namespace Hale.Containers;

/// <summary>What a container is asked for, checked, and the probe that asks it at an address.</summary>
internal sealed record ContainerRequest(ContainerReadinessOptions Probe, StatusSet Status)
{
    /// <summary>Whether it is a whole request, rather than a connection.</summary>
    public bool IsHttp => Probe.Path is not null;

    /// <exception cref="FormatException">It cannot be asked.</exception>
    public static StatusSet Check(ContainerReadinessOptions probe)
    {
        if (probe.Port is < 1 or > 65535)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"port {probe.Port} is not between 1 and 65535"));
        if (probe.Path is { } path && (probe.Port is null || !path.StartsWith('/') || !Uri.TryCreate($"http://container{path}", UriKind.Absolute, out _)))
            throw new FormatException($"the path '{path}' has to begin with a slash, and to stand behind a port");
        try
        {
            return StatusSet.Parse(probe.Status);
        }
        catch (SettingsException trouble)
        {
            throw new FormatException(trouble.Message);
        }
    }

    /// <summary>Asks at an address.</summary>
    public IProbe At(ContainerRoute route)
    {
        if (!IsHttp)
            return route.IsPublished ? new PublishedPortProbe(route.Endpoint) : new TcpProbe(route.Endpoint);
        return new HttpProbe(new() { Url = new($"http://{route.Endpoint}{Probe.Path}"), Status = Status, Headers = Probe.Headers });
    }
}
