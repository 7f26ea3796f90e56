using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hale.Web.Contract;

/// <summary>Enums on the wire are camelCase words, never numbers: <c>insufficientData</c>.</summary>
public sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
