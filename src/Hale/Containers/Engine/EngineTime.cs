using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hale.Containers;

/// <summary>Moments as engines write them. The year 1, or nothing, means never.</summary>
internal sealed class EngineTime : JsonConverter<DateTimeOffset?>
{
    public override bool HandleNull => true;

    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return reader.GetInt64() is > 0 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        return reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var at) && at.Year > 1 ? at : null;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options)
    {
        if (value is { } at)
            writer.WriteStringValue(at);
        else
            writer.WriteNullValue();
    }

    /// <summary>Seconds since 1970 with nine digits behind the point, as <c>since</c> and <c>until</c> take them.</summary>
    public static string? Write(DateTimeOffset? at)
    {
        if (at is not { } moment)
            return null;
        var ticks = moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond:D7}00");
    }
}
