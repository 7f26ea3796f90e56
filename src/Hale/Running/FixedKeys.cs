using Hale.Config;

namespace Hale.Running;

/// <summary>The keys of <c>hale:</c> that a run cannot change: its folder is locked, its socket is open, and its callers hold its token.</summary>
internal static class FixedKeys
{
    /// <summary>The new plan with the present values.</summary>
    public static Plan Keep(DaemonSpec present, Plan next) => next with
    {
        Daemon = next.Daemon with { StateDirectory = present.StateDirectory, Listen = present.Listen, Token = present.Token },
    };

    /// <summary>Those that a new plan would change.</summary>
    public static IReadOnlyList<string> Changed(DaemonSpec present, DaemonSpec next)
    {
        (string Key, bool Differs)[] keys =
        [
            ("hale.state", present.StateDirectory != next.StateDirectory),
            ("hale.listen", present.Listen != next.Listen),
            ("hale.token", present.Token != next.Token),
        ];
        return [.. keys.Where(key => key.Differs).Select(key => key.Key)];
    }
}
