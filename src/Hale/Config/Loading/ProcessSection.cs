using Hale.Config.Yaml;
using Hale.Core.Model;

namespace Hale.Config.Loading;

/// <summary>A process that Hale owns, and the grace time that its section writes.</summary>
internal sealed record ProcessDraft(ProcessSpec Spec, TimeSpan? Grace);

/// <summary>The <c>process:</c> section of a target, and the check that comes with it.</summary>
internal static class ProcessSection
{
    /// <summary>Name and kind of the check that every supervised target has: the engine feeds it, no probe.</summary>
    public const string BuiltInCheck = "process";

    /// <summary>What a process may take to become well when nobody says so.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SlowestCheck = TimeSpan.FromSeconds(10);

    /// <summary>Never null: a section with errors still makes the target a supervised one for the messages that follow.</summary>
    public static ProcessDraft Read(Reading reading, MapEntry entry, string path)
    {
        var section = Kind.ReadSettings(reading, entry, path, Keys.Process, null);
        var stop = Part(reading, section, "stop", Keys.Stop);
        var output = Part(reading, section, "output", Keys.Output);
        var spec = new ProcessSpec
        {
            Command = section.Values.List("command"),
            Directory = section.Values.Text("directory") ?? "",
            Environment = section.Values.Map("env"),
            StopSignal = stop.Values.Signal("signal") ?? 0,
            StopGrace = stop.Values.Duration("grace") ?? default,
            OutputMax = output.Values.Integer("max") ?? 0,
            OutputKeep = (int)(output.Values.Integer("keep") ?? 0),
        };
        return new ProcessDraft(spec, section.Values.Duration("grace"));
    }

    /// <summary>
    /// The check that the process runs. One exit is proof, so one failure is enough; and an exit is never excused by a grace time,
    /// which is for what is slow to come up, not for what is gone.
    /// </summary>
    public static CheckDraft Check(int target, CheckDefaults defaults)
    {
        var every = defaults.Every < SlowestCheck ? defaults.Every : SlowestCheck;
        return new CheckDraft(new CheckSpec
        {
            Name = BuiltInCheck,
            Target = target,
            Kind = BuiltInCheck,
            Every = every,
            Timeout = defaults.Timeout,
            Fall = 1,
            Rise = 1,
            StaleAfter = CheckReader.DefaultStale(every, defaults.Timeout),
            Flap = defaults.Flap,
        }, null, 0);
    }

    private static Section Part(Reading reading, Section process, string name, IReadOnlyList<Key> keys)
    {
        var entry = process.Find(name);
        var map = entry is null ? null : reading.Map(entry.Value, process.PathOf(name));
        return Section.Read(reading, map ?? new MapNode(process.Owner, []) { Weight = 1 }, process.PathOf(name), entry?.At ?? process.Owner, keys);
    }
}
