using Hale.Core.Model;

namespace Hale.Metrics;

/// <summary>One series of numbers that is kept: what a check measured, how long it took, whether it passed, or whether a target was healthy.</summary>
/// <param name="Target">The target.</param>
/// <param name="Check">The check; null for the health of the target.</param>
/// <param name="Name">The measurement, or <c>passed</c>, <c>took</c>, <c>healthy</c>.</param>
/// <param name="Unit">What it is measured in.</param>
public readonly record struct Series(string Target, string? Check, string Name, Unit Unit)
{
    /// <summary>The namespace of everything that Hale measures by itself.</summary>
    public const string OwnNamespace = "Hale";

    internal const string Passed = "passed";
    internal const string Took = "took";
    internal const string Healthy = "healthy";

    /// <summary>As the configuration refers to it: <c>host/disk.used</c>, <c>web/http.took</c>, <c>web/http</c>, <c>web</c>.</summary>
    public string Reference => Check is null ? Target : Name == Passed ? $"{Target}/{Check}" : $"{Target}/{Check}.{Name}";

    /// <summary>The dimensions in the order of their names: <c>check=disk,target=host</c>. Names of targets and checks have neither = nor comma.</summary>
    public string Dimensions => Check is null ? $"target={Target}" : $"check={Check},target={Target}";

    internal static Series Of(string name, string dimensions, Unit unit)
    {
        var parts = dimensions.Split(',');
        return parts.Length == 1 ? new(Value(parts[0]), null, name, unit) : new(Value(parts[1]), Value(parts[0]), name, unit);

        static string Value(string part) => part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..];
    }
}
