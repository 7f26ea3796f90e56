namespace Hale.Config;

/// <summary>The keys of <c>hale:</c> that a run cannot change: its folder is locked, its socket is open, its callers hold its tokens, its exporter is connected, and its collector of containers runs.</summary>
internal static class FixedKeys
{
    /// <summary>The new plan with the present values.</summary>
    public static Plan Keep(DaemonSpec present, Plan next) => next with
    {
        Daemon = next.Daemon with
        {
            StateDirectory = present.StateDirectory,
            Listen = present.Listen,
            Token = present.Token,
            Tokens = present.Tokens,
            Rate = present.Rate,
            Otlp = present.Otlp,
            Containers = present.Containers,
        },
    };

    /// <summary>Those that a new plan would change.</summary>
    public static IReadOnlyList<string> Changed(DaemonSpec present, DaemonSpec next)
    {
        (string Key, bool Differs)[] keys =
        [
            ("hale.state", present.StateDirectory != next.StateDirectory),
            ("hale.listen", present.Listen != next.Listen),
            ("hale.token", present.Token != next.Token),
            ("hale.tokens", !present.Tokens.SequenceEqual(next.Tokens)),
            ("hale.rate", present.Rate != next.Rate),
            ("hale.otlp", !IsSame(present.Otlp, next.Otlp)),
            ("hale.containers", !IsSame(present.Containers, next.Containers)),
        ];
        return [.. keys.Where(key => key.Differs).Select(key => key.Key)];
    }

    private static bool IsSame(DaemonContainersSpec? present, DaemonContainersSpec? next) => present is null || next is null
        ? present == next
        : (present.Engine, present.Collect) == (next.Engine, next.Collect) && present.Groups.SequenceEqual(next.Groups);

    private static bool IsSame(OtlpSpec? present, OtlpSpec? next) => present is null || next is null
        ? present == next
        : (present.Endpoint, present.Every) == (next.Endpoint, next.Every) && present.Headers.OrderBy(header => header.Key, StringComparer.Ordinal).SequenceEqual(next.Headers.OrderBy(header => header.Key, StringComparer.Ordinal));
}
