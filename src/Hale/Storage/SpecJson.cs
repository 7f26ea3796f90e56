using System.Text.Json;
using System.Text.Json.Serialization;
using Hale.Core.Model;

namespace Hale.Storage;

/// <summary>The core's specs as JSON: what a replay judges by. They hold no settings of probes, and so no secrets.</summary>
internal static class SpecJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter(), new ZoneConverter() },
    };

    public static string Write(WorldSpec spec) => JsonSerializer.Serialize(spec, Options);

    /// <exception cref="InvalidDataException">The text is not a spec.</exception>
    public static WorldSpec Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<WorldSpec>(text, Options) ?? throw new InvalidDataException("the journal holds an empty configuration");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"the journal holds a configuration that cannot be read: {error.Message}", error);
        }
    }

    private sealed class ZoneConverter : JsonConverter<TimeZoneInfo>
    {
        public override TimeZoneInfo Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            TimeZoneInfo.TryFindSystemTimeZoneById(reader.GetString() ?? "", out var zone) ? zone
            : throw new JsonException($"this machine knows no time zone \"{reader.GetString()}\"");

        public override void Write(Utf8JsonWriter writer, TimeZoneInfo value, JsonSerializerOptions options) => writer.WriteStringValue(value.Id);
    }
}
