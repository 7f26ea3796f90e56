using Hale.Cli.Output;
using Hale.Core.Model;
using Hale.Running;

namespace Hale.Cli;

/// <summary>
/// Tells systemd that Hale lives, as long as it does: only when the engine's loop has moved since the last time. The moment of its
/// snapshot advances with every tick, four times a second; a loop that is stuck is not heard of, and systemd starts Hale anew. What
/// it supervises outlives that. Carries the status line of <c>systemctl status</c>, too.
/// </summary>
internal sealed class SystemdWatchdog : IDisposable
{
    private readonly SystemdNotify systemd;
    private readonly IDaemon daemon;
    private readonly ITimer? timer;
    private Instant heard;

    /// <param name="systemd">Whom to tell, and how often it wants to hear.</param>
    /// <param name="daemon">Whose loop is watched.</param>
    /// <param name="time">The clock of the timer.</param>
    public SystemdWatchdog(SystemdNotify systemd, IDaemon daemon, TimeProvider time)
    {
        this.systemd = systemd;
        this.daemon = daemon;
        heard = daemon.Current.At;
        // Three times within the period: systemd recommends twice, and one late timer on a busy machine is then no reason to restart.
        if (systemd.Watchdog is { } period)
            timer = time.CreateTimer(_ => Tell(), null, period / 3, period / 3);
    }

    /// <summary>What <c>systemctl status</c> shows.</summary>
    public static string Status(Snapshot world)
    {
        var impaired = world.Targets.Count(target => target.Health == Health.Impaired);
        var waiting = world.Targets.Count(target => target.NeedsHuman is not null);
        var text = $"watching {Words.Count(world.Targets.Count, "target")}";
        if (impaired > 0)
            text += $", {impaired} impaired";
        if (waiting > 0)
            text += $", {waiting} {(waiting == 1 ? "needs" : "need")} a person";
        return world.Doubt is null ? text : $"{text}; doubts itself";
    }

    public void Dispose() => timer?.Dispose();

    private void Tell()
    {
        var world = daemon.Current;
        if (world.At == heard)
            return;
        heard = world.At;
        systemd.Send("WATCHDOG=1", Status(world));
    }
}
