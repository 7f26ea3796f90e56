using System.Text.Json.Serialization;
using Hale.Core.Sessions;

namespace Hale.Sessions;

/// <summary>Rows and reports as they lie on disk.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionRow))]
[JsonSerializable(typeof(KeptReport))]
internal sealed partial class SessionJson : JsonSerializerContext;
