using System.Reflection;

namespace Hale.Web;

/// <summary>What runs.</summary>
public static class Product
{
    /// <summary>Hale's version, <c>MAJOR.MINOR.PATCH</c>.</summary>
    public static string Version { get; } = typeof(Product).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
