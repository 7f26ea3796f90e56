using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace Hale.Web.OpenApi;

/// <summary>The documentation comments of assemblies, as the compiler wrote them beside each.</summary>
internal sealed class XmlDocs
{
    private readonly Dictionary<string, XElement> members = [];

    /// <summary>Reads the <c>.xml</c> files of these assemblies from the folder.</summary>
    public XmlDocs(string folder, params ReadOnlySpan<Assembly> assemblies)
    {
        foreach (var assembly in assemblies)
        {
            foreach (var member in XDocument.Load(Path.Combine(folder, assembly.GetName().Name + ".xml")).Descendants("member"))
                members[(string)member.Attribute("name")!] = member;
        }
    }

    /// <summary>What a type is.</summary>
    public string Of(Type type) => Words(members[$"T:{type.FullName}"].Element("summary"));

    /// <summary>What a property is: its own summary, or that of the parameter which a positional record makes it from.</summary>
    public string Of(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        return members.TryGetValue($"P:{type.FullName}.{property.Name}", out var own)
            ? Words(own.Element("summary"))
            : Words(members[$"T:{type.FullName}"].Elements("param").First(param => (string?)param.Attribute("name") == property.Name));
    }

    /// <summary>What a member of an enum means.</summary>
    public string Of(Type type, string member) => Words(members[$"F:{type.FullName}.{member}"].Element("summary"));

    private static string Words(XElement? element)
    {
        var text = new StringBuilder();
        foreach (var node in element?.Nodes() ?? [])
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement { Name.LocalName: "see" or "paramref" } link => $"`{Last(link)}`",
                XElement other => other.Value,
                _ => "",
            });
        }
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    // "P:Hale.Web.Contract.TargetDto.Ladder" is known to the reader as "ladder".
    private static string Last(XElement link)
    {
        var name = ((string?)link.Attribute("cref") ?? (string?)link.Attribute("name") ?? link.Value).Split('.')[^1];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
