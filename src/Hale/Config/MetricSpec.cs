using Hale.Core.Alarming;

namespace Hale.Config;

/// <summary>A metric under a name of its own: one line of the <c>metrics:</c> section.</summary>
/// <param name="Namespace">Its namespace; 1 to 255 characters.</param>
/// <param name="Name">Its name; 1 to 255 characters.</param>
/// <param name="Source">Where its datapoints come from.</param>
/// <param name="Of">The same as it was written: <c>host/disk.used</c>.</param>
public sealed record MetricSpec(string Namespace, string Name, MetricSource Source, string Of)
{
    /// <summary>Dimensions, by name; at most 30.</summary>
    public IReadOnlyDictionary<string, string> Dimensions { get; init; } = new Dictionary<string, string>();
}
