using System.Globalization;

namespace Hale.Processes;

/// <summary>
/// Which process leads a life: written when it has begun. The marker in the environment alone cannot tell a leader from a descendant that made
/// itself a session of its own, nor can it be read when the leader has changed its user or thrown its environment away.
/// </summary>
/// <param name="IntentId">The intent that began the life.</param>
/// <param name="Leader">The process that was started.</param>
internal readonly record struct LifeRecord(long IntentId, ProcessIdentity Leader)
{
    private static readonly Lazy<string> Boot = new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    /// <summary>The text of the life's <see cref="Core.Model.Incarnation"/>: intent, pid, start in clock ticks since boot, as <c>7:1234@567890</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{IntentId}:{Leader}");

    /// <summary>Reads what was written since the machine booted; null if there is nothing, or nothing that makes sense.</summary>
    public static LifeRecord? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        var parts = File.ReadAllText(path).TrimEnd().Split(':', '@', ' ');
        return parts.Length == 4 && Number(parts[0], out var intent) && Number(parts[1], out var pid) && Number(parts[2], out var start)
            && parts[3] == Boot.Value
            ? new(intent, new((int)pid, start))
            : null;

        static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Writes it. It says nothing after a reboot, so it need not survive one.</summary>
    public void Write(string path)
    {
        try
        {
            DurableFile.ReplaceUntilReboot(path, $"{this} {Boot.Value}\n");
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            // The disk is full or broken, and a process has just been started all the same. The marker has to do.
        }
    }
}
