using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hale.Web.Contract;

namespace Hale.Web.OpenApi;

/// <summary>JSON schemas (2020-12, as OpenAPI 3.1 has them) of the contract's types, each under its name without <c>Dto</c>.</summary>
internal sealed class ShapeSchemas(XmlDocs docs)
{
    private readonly SortedDictionary<string, JsonNode> schemas = new(StringComparer.Ordinal);
    private readonly NullabilityInfoContext nullability = new();

    /// <summary>All that were asked for, with what they are made of.</summary>
    public JsonObject All() => new(schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));

    /// <summary>A reference to the schema of a type of the contract.</summary>
    public JsonObject Reference(Type type)
    {
        var name = type.Name.EndsWith("Dto", StringComparison.Ordinal) ? type.Name[..^3] : type.Name;
        if (!schemas.ContainsKey(name))
        {
            // The place is taken first, since a type may be made of itself.
            schemas[name] = new JsonObject();
            schemas[name] = type.IsEnum ? Enumeration(type) : Record(type);
        }
        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    private JsonObject Enumeration(Type type)
    {
        var names = Enum.GetNames(type);
        return new JsonObject
        {
            ["type"] = "string",
            ["description"] = docs.Of(type) + "\n\n" + string.Join('\n', names.Select(name => $"- `{Camel(name)}`: {docs.Of(type, name)}")),
            ["enum"] = new JsonArray([.. names.Select(name => (JsonNode)Camel(name))]),
        };
    }

    private JsonObject Record(Type type)
    {
        if (WireJson.Default.GetTypeInfo(type) is null)
            throw new NotSupportedException($"{type} is not known to {nameof(WireJson)}");
        var properties = new JsonObject();
        var required = new JsonArray();
        var optional = type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Where(parameter => parameter.HasDefaultValue).Select(parameter => parameter.Name).ToHashSet();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonIgnoreAttribute>() is not null)
                continue;
            var value = Value(nullability.Create(property));
            value["description"] = docs.Of(property);
            properties[Camel(property.Name)] = value;
            if (!optional.Contains(property.Name))
                required.Add((JsonNode)Camel(property.Name));
        }
        var record = new JsonObject { ["type"] = "object", ["description"] = docs.Of(type), ["properties"] = properties };
        if (required.Count > 0)
            record["required"] = required;
        if (type.GetCustomAttribute<JsonUnmappedMemberHandlingAttribute>() is { UnmappedMemberHandling: JsonUnmappedMemberHandling.Disallow })
            record["additionalProperties"] = false;
        return record;
    }

    private JsonObject Value(NullabilityInfo info)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        var schema = Plain(type) ?? Collection(type, info) ?? Reference(type);
        if (info.ReadState != NullabilityState.Nullable)
            return schema;
        if (schema.ContainsKey("$ref"))
            return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        schema["type"] = new JsonArray(schema["type"]!.GetValue<string>(), "null");
        return schema;
    }

    private JsonObject? Collection(Type type, NullabilityInfo info)
    {
        if (!type.IsGenericType)
            return null;
        var of = type.GetGenericTypeDefinition();
        if (of == typeof(IReadOnlyList<>))
            return new JsonObject { ["type"] = "array", ["items"] = Value(info.GenericTypeArguments[0]) };
        return of == typeof(IReadOnlyDictionary<,>)
            ? new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(info.GenericTypeArguments[1]) }
            : throw new NotSupportedException($"{type} has no schema yet");
    }

    private static JsonObject? Plain(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => null,
        TypeCode.String => new JsonObject { ["type"] = "string" },
        TypeCode.Boolean => new JsonObject { ["type"] = "boolean" },
        TypeCode.Int32 => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
        TypeCode.Int64 => new JsonObject { ["type"] = "integer", ["format"] = "int64" },
        TypeCode.Double => new JsonObject { ["type"] = "number", ["format"] = "double" },
        _ when type == typeof(DateTimeOffset) => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        _ => null,
    };

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
