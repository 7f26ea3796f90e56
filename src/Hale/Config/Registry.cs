using Hale.Probes;
using Hale.Remedies;

namespace Hale.Config;

/// <summary>Every kind of probe and remedy that a configuration can name: one line each.</summary>
public static class Registry
{
    /// <summary>The probes.</summary>
    public static IReadOnlyList<ProbeKind> Probes { get; } =
    [
        HeartbeatProbe.Kind,
        HttpProbe.Kind,
        JsonProbe.Kind,
        TcpProbe.Kind,
    ];

    /// <summary>The remedies.</summary>
    public static IReadOnlyList<RemedyKind> Remedies { get; } =
    [
        HttpRemedy.Kind,
    ];
}
