using Hale.Config;

namespace Hale.Probes.Linux;

/// <summary>What a resource is measured against.</summary>
internal enum LimitScope
{
    /// <summary>The machine or a control group around Hale, whichever is closer to its limit.</summary>
    Auto,

    /// <summary>The whole machine.</summary>
    Machine,

    /// <summary>The limits of the control groups around Hale.</summary>
    Cgroup,
}

/// <summary>The key <c>of</c>, which <c>cpu</c> and <c>memory</c> share.</summary>
internal static class LimitScopeKey
{
    /// <summary>The key.</summary>
    public static Key Key { get; } = new("of", KeyType.Choice,
        "What the share is taken of: the whole `machine`, the limit of the control group (`cgroup`) that Hale itself runs in, as in a container, or `auto`, whichever of them is closer to its limit.")
    {
        Choices = ["auto", "machine", "cgroup"], Default = "auto",
    };

    /// <summary>The key's value.</summary>
    public static LimitScope Read(Settings settings) => Enum.Parse<LimitScope>(settings.Text("of")!, ignoreCase: true);
}
