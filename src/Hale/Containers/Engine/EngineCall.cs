using System.Text;

namespace Hale.Containers;

/// <summary>One call of an engine.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query, without the version.</param>
/// <param name="What">What it does, for messages: <c>starting container web</c>.</param>
internal sealed record EngineCall(HttpMethod Method, string Path, string What)
{
    /// <summary>What is sent along.</summary>
    public HttpContent? Body { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Its limit in time, body included; null for that of calls that are answered at once.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>What is missing when the engine says 404 and does not say of what.</summary>
    public EngineTrouble Missing { get; init; } = EngineTrouble.NotFound;

    /// <summary>Whether it is sent before the version is agreed on.</summary>
    public bool IsUnversioned { get; init; }

    /// <summary>Joins a path and the parameters that are set, escaped.</summary>
    public static string Url(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var url = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (value is null)
                continue;
            url.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
        return url.ToString();
    }

    /// <summary>A name or id as one step of a path. An empty one would turn "this container" into "all containers".</summary>
    /// <exception cref="ArgumentException">It is empty, or no name of anything an engine has.</exception>
    public static string Step(string name) => string.IsNullOrWhiteSpace(name) || name is "." or ".."
        ? throw new ArgumentException("a name or an id is needed", nameof(name))
        : Uri.EscapeDataString(name);
}
