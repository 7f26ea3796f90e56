using Hale.Probes;
using Hale.Remedies;
using Hale.Telling;
using Hale.Telling.Mail;

namespace Hale.Config;

/// <summary>Every kind of probe, remedy and channel that a configuration can name: one line each.</summary>
public static class Registry
{
    /// <summary>The probes.</summary>
    public static IReadOnlyList<ProbeKind> Probes { get; } =
    [
        CgroupProbe.Kind,
        ContainerLogProbe.Kind,
        ContainerProbe.Kind,
        ContainerResourcesProbe.Kind,
        CounterProbe.Kind,
        CpuProbe.Kind,
        DiskProbe.Kind,
        DnsProbe.Kind,
        ExecProbe.Kind,
        FileProbe.Kind,
        FilesProbe.Kind,
        GrpcProbe.Kind,
        HealthCheckProbe.Kind,
        HeartbeatProbe.Kind,
        HttpProbe.Kind,
        IcmpProbe.Kind,
        InodesProbe.Kind,
        JsonProbe.Kind,
        LoadProbe.Kind,
        LogProbe.Kind,
        MemoryProbe.Kind,
        PostgresProbe.Kind,
        PressureProbe.Kind,
        ProcessMemoryProbe.Kind,
        ProcessProbe.Kind,
        PrometheusProbe.Kind,
        RedisProbe.Kind,
        SmtpProbe.Kind,
        SqliteProbe.Kind,
        SshProbe.Kind,
        SystemdProbe.Kind,
        TcpProbe.Kind,
        TimeProbe.Kind,
        TlsProbe.Kind,
        WebSocketProbe.Kind,
    ];

    /// <summary>The remedies.</summary>
    public static IReadOnlyList<RemedyKind> Remedies { get; } =
    [
        CleanRemedy.Kind,
        ContainerRestartRemedy.Kind,
        ExecRemedy.Kind,
        HttpRemedy.Kind,
        RestartRemedy.Kind,
        SystemdRestartRemedy.Kind,
    ];

    /// <summary>The channels.</summary>
    public static IReadOnlyList<ChannelKind> Channels { get; } =
    [
        ExecChannel.Kind,
        FileChannel.Kind,
        SmtpChannel.Kind,
        WebhookChannel.Kind,
    ];
}
