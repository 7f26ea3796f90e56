using System.Text.Json.Serialization;
using Hale.Config;

namespace Hale.Cli.Verbs;

/// <summary>What <c>hale config check --json</c> prints.</summary>
internal sealed record ConfigReport(string File, bool Good, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Warnings)
{
    public static ConfigReport Of(string file, LoadResult result) => new(file, result.Plan is not null, result.Errors, result.Warnings);
}

/// <summary>What <c>hale replay --json</c> prints.</summary>
internal sealed record ReplayReport(long Facts, int Checkpoints, string? Difference);

/// <summary>What <c>hale version --json</c> prints.</summary>
internal sealed record VersionReport(string Version, string Runtime, string Platform);

/// <summary>The JSON of the verbs that do not ask a daemon.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ConfigReport))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(VersionReport))]
internal sealed partial class CliJson : JsonSerializerContext;
