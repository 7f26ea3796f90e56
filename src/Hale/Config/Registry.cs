using Hale.Probes;
using Hale.Remedies;

namespace Hale.Config;

/// <summary>Every kind of probe and remedy that a configuration can name: one line each.</summary>
public static class Registry
{
    /// <summary>The probes.</summary>
    public static IReadOnlyList<ProbeKind> Probes { get; } =
    [
        ExecProbe.Kind,
        HeartbeatProbe.Kind,
        ProcessProbe.Kind,
        SystemdProbe.Kind,
    ];

    /// <summary>The remedies.</summary>
    public static IReadOnlyList<RemedyKind> Remedies { get; } =
    [
        ExecRemedy.Kind,
        RestartRemedy.Kind,
        SystemdRestartRemedy.Kind,
    ];
}
