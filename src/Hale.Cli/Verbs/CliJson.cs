using System.Text.Json;
using System.Text.Json.Serialization;
using Hale.Config;
using Hale.Doctoring;
using Hale.Web;

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

/// <summary>What <c>hale doctor --json</c> prints.</summary>
/// <param name="Version">Of this command.</param>
/// <param name="Findings">What was found, in the order in which it is shown.</param>
internal sealed record DoctorReport(string Version, IReadOnlyList<FindingReport> Findings)
{
    public static DoctorReport Of(IReadOnlyList<Finding> findings) => new(
        Product.Version,
        [.. findings.Select(finding => new FindingReport(finding.Subject, finding.Standing, finding.Detail, finding.Cost, finding.Fix, finding.IsNeeded))]);
}

/// <summary>One finding of <c>hale doctor</c>.</summary>
internal sealed record FindingReport(string Subject, Standing Standing, string Detail, string? Cost, string? Fix, bool Needed);

/// <summary>The JSON of the verbs that do not ask a daemon.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(StandingWord)])]
[JsonSerializable(typeof(ConfigReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(VersionReport))]
internal sealed partial class CliJson : JsonSerializerContext;

/// <summary><c>limited</c> rather than <c>1</c>.</summary>
internal sealed class StandingWord() : JsonStringEnumConverter<Standing>(JsonNamingPolicy.CamelCase);
