using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>The <c>hale.otlp:</c> section.</summary>
internal static class OtlpSection
{
    public static OtlpSpec? Read(Reading reading, MapEntry? entry, string path)
    {
        if (entry is null)
            return null;
        var section = entry.Value is MapNode map
            ? Section.Read(reading, map, path, entry.At, Keys.Otlp)
            : Section.ReadShorthand(reading, entry.Value, path, entry.At, Keys.Otlp, Keys.Otlp[0]);
        return section.IsValid
            ? new OtlpSpec(section.Values.Url("endpoint")!) { Headers = section.Values.Map("headers"), Every = section.Values.Duration("every")!.Value }
            : null;
    }
}
