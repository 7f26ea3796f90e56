using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hale.Samples.Cyan;

internal sealed record TemplateCall(IReadOnlyDictionary<string, string> Answers);

/// <summary>The next question, or what is to be done.</summary>
internal sealed record TemplateAnswer
{
    public Question? Question { get; init; }

    public IReadOnlyList<Step> Processors { get; init; } = [];

    public IReadOnlyList<Step> Plugins { get; init; } = [];
}

internal sealed record Question(string Id, string Message);

internal sealed record Step(string Name, IReadOnlyList<string>? Globs, IReadOnlyDictionary<string, string> Config);

internal sealed record ProcessCall(string ReadDir, string WriteDir, IReadOnlyList<string>? Globs, IReadOnlyDictionary<string, string> Config);

internal sealed record Processed(string OutputDir);

internal sealed record MergeCall(IReadOnlyList<string> From, string To);

internal sealed record Merged(IReadOnlyList<string> Conflicts);

internal sealed record ResolveCall(string Path, IReadOnlyList<string> From, string To);

internal sealed record Resolved([property: JsonPropertyName("resolved")] string Path);

internal sealed record PlugCall(string Directory, IReadOnlyDictionary<string, string> Config);

internal sealed record Plugged([property: JsonPropertyName("plugged")] string Plugin);

internal sealed record ZipCall(string Directory);

/// <summary>What the members are asked and answer, in JSON.</summary>
[JsonSerializable(typeof(TemplateCall))]
[JsonSerializable(typeof(TemplateAnswer))]
[JsonSerializable(typeof(ProcessCall))]
[JsonSerializable(typeof(Processed))]
[JsonSerializable(typeof(MergeCall))]
[JsonSerializable(typeof(Merged))]
[JsonSerializable(typeof(ResolveCall))]
[JsonSerializable(typeof(Resolved))]
[JsonSerializable(typeof(PlugCall))]
[JsonSerializable(typeof(Plugged))]
[JsonSerializable(typeof(ZipCall))]
internal sealed partial class Wire : JsonSerializerContext
{
    /// <summary>Signs stand for themselves where JSON allows it: the scripts that read it know few escapes.</summary>
    public static Wire Plain { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
