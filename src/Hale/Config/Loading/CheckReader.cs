using Hale.Config.Yaml;
using Hale.Core.Model;

namespace Hale.Config.Loading;

/// <summary>
/// One entry of <c>checks:</c>. Its kind is the one key in it that names a kind (<c>home: { http: …, every: 10s }</c>), or else its own name
/// (<c>disk: { path: /, fail: 90% }</c>, <c>http: http://…</c>), with the kind's settings beside the common keys.
/// </summary>
internal sealed class CheckReader(Reading reading, CheckDefaults defaults)
{
    private static readonly string[] CommonNames = [.. Keys.Check.Select(key => key.Name)];
    private static readonly string[] PulledOnly = ["every", "timeout", "stale", "warn", "fail", "measure"];

    private readonly Problems problems = reading.Problems;

    /// <summary>Evidence may miss two attempts, and the third may use its whole time.</summary>
    public static TimeSpan DefaultStale(TimeSpan every, TimeSpan timeout) => 3 * every + timeout;

    /// <summary>The check; null when anything in it was refused.</summary>
    public CheckDraft? Read(MapEntry entry, string path, int target, ProcessDraft? process, TimeSpan? gate)
    {
        var before = problems.Count;
        if (Split(entry, path) is not var (kind, common, settings))
            return null;
        var spec = kind.IsPassive
            ? Passive(entry.Key, kind, common, target)
            : Pulled(entry.Key, kind, common, settings.Values, target, process, gate);
        var probe = kind.IsPassive ? null : Kind.Create(reading, settings, kind.Create);
        if (probe is not null && spec.Within is null && kind.NeedsWithin?.Invoke(settings.Values) == true)
            problems.Add(entry.At, $"{path}.within", "", "missing; it takes the time without progress after which the check fails, for example 10m");
        return problems.Count == before ? new CheckDraft(spec, probe, ExactText.Hash(kind.Keys, settings.Values)) : null;
    }

    /// <summary>Finds the kind, and reads the common keys and the kind's settings apart.</summary>
    private (ProbeKind Kind, Section Common, Section Settings)? Split(MapEntry entry, string path)
    {
        reading.Probes.TryGetValue(entry.Key, out var own);
        if (entry.Value is not MapNode map)
        {
            if (own is not null)
                return (own, Section.Read(reading, Kind.Empty(entry.Value.At), path, entry.At, Keys.Check), Kind.ReadSettings(reading, entry, path, own.Keys, null));
            reading.Map(entry.Value, path, "a mapping that says what to try, for example { http: http://localhost:8080/ }");
            return null;
        }
        // A setting of the kind that the check is named after is not taken for another kind (sqlite has a key "file", and there is a kind "file").
        var named = map.Entries.Where(inner => reading.Probes.ContainsKey(inner.Key) && own?.Keys.Any(key => key.Name == inner.Key) != true).ToArray();
        if (named.Length > 1)
        {
            problems.Add(named[1].At, $"{path}.{named[1].Key}", named[1].Key, $"a check tries one thing, and \"{named[0].Key}\" in line {named[0].At.Line} is one already", $"make a second check of \"{named[1].Key}\"");
            return null;
        }
        if (named is [var inside])
        {
            var kind = reading.Probes[inside.Key];
            return (kind, Section.Read(reading, map, path, entry.At, Keys.Check, [inside.Key]), Kind.ReadSettings(reading, inside, $"{path}.{inside.Key}", kind.Keys, Keys.Check));
        }
        if (own is not null)
        {
            // Kinds have no key of a common name, so one section can be read as both.
            var inline = Section.Read(reading, map, path, entry.At, [.. Keys.Check, .. own.Keys]);
            return (own, inline, inline);
        }
        Section.Read(reading, map, path, entry.At, Keys.Check, reading.Probes.Keys.ToHashSet());
        if (map.Entries.All(inner => CommonNames.Contains(inner.Key)))
            problems.Add(entry.At, path, entry.Key, $"does not say what to try; add one of {string.Join(", ", reading.Probes.Keys.Order(StringComparer.Ordinal))}", Spelling.Suggest(entry.Key, reading.Probes.Keys));
        return null;
    }

    private CheckSpec Pulled(string name, ProbeKind kind, Section common, Settings settings, int target, ProcessDraft? process, TimeSpan? gate)
    {
        var values = common.Values;
        var within = values.Duration("within");
        if (within is not null && !kind.HasProgress)
            problems.Add(common.Find("within")!.At, common.PathOf("within"), Duration.Format(within.Value), $"\"{kind.Name}\" does not report progress; \"within\" is for {Progressing()}");
        var every = values.Duration("every") ?? Least(defaults.Every, within / 4);
        var timeout = values.Duration("timeout") ?? defaults.Timeout;
        if (every * 2 > within)
            problems.Add(common.At("every"), common.PathOf("every"), Duration.Format(every), $"{Duration.Format(every)} is too long to see progress within {Duration.Format(within.Value)}; at most half of it");
        var stale = values.Duration("stale") ?? DefaultStale(every, timeout);
        if (stale <= every)
            problems.Add(common.At("stale"), common.PathOf("stale"), Duration.Format(stale), $"{Duration.Format(stale)} is not longer than every, which is {Duration.Format(every)}: all evidence would be stale before the next attempt");
        if (timeout > every && common.Find("timeout") is { } written)
            problems.Warn(written.Value.At, common.PathOf("timeout"), Duration.Format(timeout), $"{Duration.Format(timeout)} is longer than every, which is {Duration.Format(every)}: a slow attempt takes the place of the next one");
        return new CheckSpec
        {
            Name = name,
            Target = target,
            Kind = kind.Name,
            Every = every,
            Timeout = timeout,
            Fall = (int)(values.Integer("fall") ?? defaults.Fall),
            Rise = (int)(values.Integer("rise") ?? defaults.Rise),
            For = values.Duration("for") ?? defaults.For,
            Grace = GraceOf(common, process, gate),
            Gate = common.Find("grace") is null ? gate : null,
            StaleAfter = stale,
            Within = within,
            Levels = LevelReader.Read(reading, common, kind, settings),
            Flap = CheckDefaults.ReadFlap(reading, common) ?? defaults.Flap,
        };
    }

    /// <summary>
    /// A pushed check: nothing is tried, so it has no interval; silence is its failure, so it never goes stale before it fails; and its
    /// grace is how late a push may be, which has nothing to do with how long a process takes to start.
    /// </summary>
    private CheckSpec Passive(string name, ProbeKind kind, Section common, int target)
    {
        foreach (var key in PulledOnly)
        {
            if (common.Find(key) is { } entry)
                problems.Add(entry.At, common.PathOf(key), key, $"\"{key}\" has no meaning here: a {kind.Name} is pushed by the target, nothing is tried");
        }
        var within = common.Values.Duration("within");
        if (common.Find("within") is null)
            problems.Add(common.Owner, common.PathOf("within"), "", "missing; it takes the time between two pushes, for example 10m");
        return new CheckSpec
        {
            Name = name,
            Target = target,
            Kind = kind.Name,
            Every = within ?? default,
            Timeout = defaults.Timeout,
            Fall = (int)(common.Values.Integer("fall") ?? 1),
            Rise = (int)(common.Values.Integer("rise") ?? defaults.Rise),
            For = common.Values.Duration("for") ?? default,
            Grace = common.Values.Duration("grace") ?? default,
            StaleAfter = TimeSpan.MaxValue,
            Within = within,
            Flap = CheckDefaults.ReadFlap(reading, common) ?? defaults.Flap,
            IsPassive = true,
        };
    }

    private TimeSpan GraceOf(Section common, ProcessDraft? process, TimeSpan? gate) =>
        common.Values.Duration("grace") ?? gate ?? process?.Grace ?? defaults.Grace ?? (process is null ? TimeSpan.Zero : ProcessSection.DefaultGrace);

    private string Progressing() =>
        reading.Probes.Values.Where(kind => kind.HasProgress || kind.IsPassive).Select(kind => kind.Name).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } names
            ? string.Join(", ", names) : "kinds that do";

    private static TimeSpan Least(TimeSpan span, TimeSpan? other) => other < span ? other.Value : span;
}
