using System.Text.Json.Serialization;
using Hale.Core.Sessions;

namespace Hale.Aws.Sessions;

/// <summary>What a participant reported last, as one attribute: nobody but Hale compares its parts.</summary>
internal sealed record ReportBody(string? Stage, double? Progress, SessionFailure? Failure, ReportStamp? Stamp, DateTimeOffset? ReportedAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportBody))]
internal sealed partial class ReportJson : JsonSerializerContext;
