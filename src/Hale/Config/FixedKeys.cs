namespace Hale.Config;

/// <summary>The keys of <c>hale:</c> that a run cannot change: its folder is locked, its socket is open, its callers hold its tokens, and its exporter is connected.</summary>
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
        ];
        return [.. keys.Where(key => key.Differs).Select(key => key.Key)];
    }

    private static bool IsSame(OtlpSpec? present, OtlpSpec? next) => present is null || next is null
        ? present == next
        : (present.Endpoint, present.Every) == (next.Endpoint, next.Every) && present.Headers.OrderBy(header => header.Key, StringComparer.Ordinal).SequenceEqual(next.Headers.OrderBy(header => header.Key, StringComparer.Ordinal));
}
