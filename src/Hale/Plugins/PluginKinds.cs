using System.Reflection;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Config.Loading;

namespace Hale.Plugins;

/// <summary>
/// The kinds of checks that an assembly brings: each of its public classes that has a <c>public static ProbeKind Kind</c>, as the kinds of Hale
/// itself have it.
/// </summary>
internal static partial class PluginKinds
{
    /// <summary>The kinds in an assembly, checked against the rules that the loader, the schema and the reference rely on.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <exception cref="ForeignAssemblyException">It cannot be loaded, has no kinds, or one that breaks the rules.</exception>
    public static IReadOnlyList<ProbeKind> In(string path)
    {
        var kinds = ForeignAssembly.PublicTypes(ForeignAssembly.Load(path)).Select(KindOf).OfType<ProbeKind>().ToArray();
        if (kinds.Length == 0)
            throw new ForeignAssemblyException("it brings no kind of check: none of its public classes has a public static ProbeKind Kind");
        foreach (var kind in kinds)
        {
            if (Fault(kind) is { } fault)
                throw new ForeignAssemblyException($"its kind \"{kind.Name}\" {fault}");
        }
        return kinds;
    }

    private static ProbeKind? KindOf(Type type)
    {
        if (!type.IsClass || type.ContainsGenericParameters || type.GetProperty("Kind", BindingFlags.Public | BindingFlags.Static) is not { } property || property.PropertyType != typeof(ProbeKind))
            return null;
        try
        {
            return (ProbeKind?)property.GetValue(null) ?? throw new ForeignAssemblyException($"{type.FullName}.Kind is null");
        }
        catch (TargetInvocationException error)
        {
            var cause = error.InnerException is TypeInitializationException { InnerException: { } inner } ? inner : error.InnerException ?? error;
            throw new ForeignAssemblyException(ForeignAssembly.IsMissingPart(cause) ? ForeignAssembly.Words(cause) : $"{type.FullName}.Kind threw {cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static string? Fault(ProbeKind kind)
    {
        var names = kind.Keys.Select(key => key.Name).ToArray();
        return !Name().IsMatch(kind.Name) ? "is not a name: lower case letters, digits and _, a letter first"
            : kind.IsPassive ? "is passive, which only a kind of Hale itself can be"
            : names.FirstOrDefault(name => !Name().IsMatch(name)) is { } odd ? $"has a key \"{odd}\", which is not a name: lower case letters, digits and _, a letter first"
            : names.Intersect(Keys.Check.Select(key => key.Name)).FirstOrDefault() is { } common ? $"has a key \"{common}\", which every check has already"
            : names.Distinct().Count() < names.Length ? "has two keys of one name"
            : kind.Keys.Count(key => key.Shorthand) > 1 ? "has two short forms"
            : kind.Keys.FirstOrDefault(key => key.Type is KeyType.Section or KeyType.Level) is { } structure ? $"has a key \"{structure.Name}\" of a type that only the file's own structure has"
            : kind.Keys.FirstOrDefault(key => key.Type == KeyType.Choice && key.Choices.Length == 0) is { } choice ? $"has a key \"{choice.Name}\" with nothing to choose from"
            : null;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
