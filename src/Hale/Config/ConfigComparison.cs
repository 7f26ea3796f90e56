using System.Globalization;
using Hale.Core.Model;

namespace Hale.Config;

/// <summary>Finds what differs between two plans: by their specs whether, and by what was written in what.</summary>
internal sealed class ConfigComparison(Plan before, Plan next)
{
    private readonly Parts old = new(before);
    private readonly Parts now = new(next);
    private readonly List<PartDiff> diffs = [];
    private readonly List<string> oldProcesses = [];

    public ConfigDiff Compare()
    {
        var unchanged = Succession.Between(before, next).Successors.Where(c => c >= 0).Select(next.World.NameOf).ToHashSet();
        foreach (var part in now.All)
        {
            if (!old.Contains(part))
            {
                // With a new target come its checks; they are told with it.
                if (part.Kind != "check" || old.Contains(new("target", part.Target)))
                    Add(DiffKind.Added, part, [], null);
            }
            else if (part.Kind != "check")
                Changed(part, KeysOf(part));
            else if (!unchanged.Contains(part.Name))
                Changed(part, [.. KeysOf(part), .. Inherited(part)]);
        }
        foreach (var part in old.All)
        {
            if (!now.Contains(part) && (part.Kind != "check" || now.Contains(new("target", part.Target))))
                Add(DiffKind.Removed, part, [], NoteOnRemoved(part));
        }
        return new ConfigDiff(diffs, FixedKeys.Changed(before.Daemon, next.Daemon), oldProcesses);
    }

    private void Changed(Part part, List<KeyDiff> keys)
    {
        if (keys.Count > 0)
            Add(DiffKind.Changed, part, keys, NoteOnChanged(part));
    }

    private void Add(DiffKind kind, Part part, IReadOnlyList<KeyDiff> keys, string? note) => diffs.Add(new(kind, part.Kind, part.Name, keys, note));

    private List<KeyDiff> KeysOf(Part part)
    {
        var (was, @is) = (old.Values(part), now.Values(part));
        var keys = new List<KeyDiff>();
        foreach (var (key, value) in @is)
        {
            if (!was.TryGetValue(key, out var earlier))
                keys.Add(new(key, null, value.Text));
            else if (earlier.Exact != value.Exact)
                keys.Add(new(key, earlier.Text, earlier.Text == value.Text ? $"{value.Text} (its value is another one)" : value.Text));
        }
        foreach (var (key, value) in was)
        {
            if (!@is.ContainsKey(key))
                keys.Add(new(key, value.Text, null));
        }
        return keys;
    }

    /// <summary>What a check has from elsewhere, where that has changed.</summary>
    private IEnumerable<KeyDiff> Inherited(Part part)
    {
        var (was, @is) = (Spec(before, part), Spec(next, part));
        (string Key, object? Was, object? Is)[] fields =
        [
            ("every", was.Every, @is.Every), ("timeout", was.Timeout, @is.Timeout), ("fall", was.Fall, @is.Fall), ("rise", was.Rise, @is.Rise),
            ("for", was.For, @is.For), ("grace", was.Grace, @is.Grace), ("gate", was.Gate, @is.Gate), ("flap", was.Flap, @is.Flap),
        ];
        var written = now.Values(part).Keys.Concat(old.Values(part).Keys).ToHashSet();
        return fields.Where(field => !Equals(field.Was, field.Is) && !written.Contains(field.Key)).Select(field => new KeyDiff(field.Key, Text(field.Was), $"{Text(field.Is)} (inherited)"));
    }

    private static CheckSpec Spec(Plan plan, Part part) =>
        plan.World.Checks[Array.FindIndex(plan.World.Checks, check => plan.World.Targets[check.Target].Name == part.Target && $"{part.Target}/{check.Name}" == part.Name)];

    private static string Text(object? value) => value switch
    {
        TimeSpan span => Duration.Format(span),
        FlapPolicy flap => string.Create(CultureInfo.InvariantCulture, $"{flap.High}%/{flap.Low}%"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private string? NoteOnRemoved(Part part) => part.Kind == "target" && old.Process(part.Name) is not null
        ? $"its process is left running, and nobody watches it; 'hale stop {part.Name}' beforehand ends it"
        : null;

    private string? NoteOnChanged(Part part)
    {
        if (part.Kind != "target")
            return null;
        return (old.Process(part.Name), now.Process(part.Name)) switch
        {
            (null, null) => null,
            (null, _) => "Hale begins to own its process: it is started, or found if Hale began it once",
            (_, null) => "Hale ceases to own its process, which is left running",
            ({ } was, { } @is) when !BeginsAlike(was, @is) => NoteOldProcess(part.Name),
            _ => null,
        };
    }

    private string NoteOldProcess(string target)
    {
        oldProcesses.Add(target);
        return $"its process goes on as it was begun until 'hale restart {target}', or its next start";
    }

    /// <summary>Whether a process that was begun by the one is what the other would begin.</summary>
    internal static bool BeginsAlike(ProcessSpec a, ProcessSpec b) =>
        a.Command.AsSpan().SequenceEqual(b.Command) && a.Directory == b.Directory
        && a.Environment.Count == b.Environment.Count && a.Environment.All(pair => b.Environment.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <summary>Something that has a name of its own in a diff.</summary>
    private readonly record struct Part(string Kind, string Name)
    {
        /// <summary>The target of a check.</summary>
        public string Target => Kind == "check" ? Name[..Name.IndexOf('/', StringComparison.Ordinal)] : Name;
    }

    /// <summary>A plan's parts, and what was written in each.</summary>
    private sealed class Parts
    {
        private static readonly string[] WithoutNames = ["hale", "defaults", "healing"];

        private readonly Dictionary<Part, Dictionary<string, WrittenValue>> values = [];
        private readonly Dictionary<string, ProcessSpec?> processes = [];
        private readonly Dictionary<string, (Part Part, string Path)> owners = [];

        public Parts(Plan plan)
        {
            for (var t = 0; t < plan.World.Targets.Length; t++)
            {
                var target = plan.World.Targets[t];
                processes[target.Name] = plan.Processes[t];
                Own($"targets.{target.Name}", new("target", target.Name));
                foreach (var c in target.Checks)
                    Own($"targets.{target.Name}.checks.{plan.World.Checks[c].Name}", new("check", plan.World.NameOf(c)));
            }
            foreach (var group in plan.World.Groups)
                Own($"groups.{group.Name}", new("group", group.Name));
            foreach (var section in plan.Written)
                Note(section);
        }

        public IEnumerable<Part> All => values.Keys;

        public bool Contains(Part part) => values.ContainsKey(part);

        public Dictionary<string, WrittenValue> Values(Part part) => values[part];

        public ProcessSpec? Process(string target) => processes.GetValueOrDefault(target);

        private void Own(string path, Part part)
        {
            owners[path] = (part, path);
            values[part] = [];
        }

        private void Note(WrittenSection section)
        {
            var (part, path) = OwnerOf(section.Path);
            foreach (var value in section.Values)
                values[part][Below(path, section.Path, value.Key)] = value;
        }

        private static string Below(string owner, string path, string key)
        {
            var rest = path[owner.Length..].TrimStart('.');
            return rest.Length == 0 ? key : $"{rest}.{key}";
        }

        /// <summary>The part that a section stands in: the nearest above it that has a name, or the top-level section.</summary>
        private (Part Part, string Path) OwnerOf(string path)
        {
            for (var end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOfAny('.', '['))
            {
                if (owners.TryGetValue(path[..end], out var owner))
                    return owner;
            }
            var dot = path.IndexOf('.', StringComparison.Ordinal);
            var top = dot < 0 ? path : path[..dot];
            // The first section of an alarm, a channel and the like is that of its name; the others have no names in them.
            var (part, owned) = dot < 0 || WithoutNames.Contains(top) ? (new Part(top.Length == 0 ? "file" : top, ""), top) : (new Part(Singular(top), path[(dot + 1)..]), path);
            if (dot >= 0)
                owners[owned] = (part, owned);
            values.TryAdd(part, []);
            return (part, owned);
        }

        private static string Singular(string section) => section.EndsWith('s') ? section[..^1] : section;
    }
}
