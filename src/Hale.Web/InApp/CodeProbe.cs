using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;

namespace Hale.Web.InApp;

/// <summary>A probe that the application brings along.</summary>
internal sealed class CodeProbe(Func<CancellationToken, Task<ProbeResult>> probe) : IProbe
{
    public const string KindName = "code";

    /// <summary>The kind, for those of this application.</summary>
    public static ProbeKind Kind(IReadOnlyDictionary<string, CodeProbe> probes) => new(
        KindName,
        "A probe in the code of the application.",
        [new Key("probe", KeyType.Text, "The name that the code gave it.") { Required = true, Shorthand = true }],
        settings => probes.TryGetValue(settings.Text("probe")!, out var found) ? found : throw new SettingsException(
            "probe", $"the code has no probe of this name; it has {(probes.Count == 0 ? "none" : string.Join(", ", probes.Keys.Order(StringComparer.Ordinal)))}"));

    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => await probe(cancel);
}
