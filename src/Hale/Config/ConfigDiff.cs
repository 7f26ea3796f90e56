using Hale.Core.Model;

namespace Hale.Config;

/// <summary>What happens to a part of the configuration.</summary>
public enum DiffKind : byte
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is no more.</summary>
    Removed,

    /// <summary>It is there before and after, and not the same.</summary>
    Changed,
}

/// <summary>One key that differs.</summary>
/// <param name="Key">Its path below the part.</param>
/// <param name="Old">What was written before; null when nothing was.</param>
/// <param name="New">What is written now; null when nothing is.</param>
public sealed record KeyDiff(string Key, string? Old, string? New);

/// <summary>A part of the configuration that differs.</summary>
/// <param name="Kind">What happens to it.</param>
/// <param name="Part"><c>target</c>, <c>check</c>, <c>group</c>, or the top-level section that it stands in.</param>
/// <param name="Name">Its name, <c>target/check</c> for a check; empty for a section that holds no names.</param>
/// <param name="Keys">The keys that differ, of a part that changed.</param>
/// <param name="Note">What a person has to know or do; null for nothing.</param>
public sealed record PartDiff(DiffKind Kind, string Part, string Name, IReadOnlyList<KeyDiff> Keys, string? Note = null)
{
    /// <summary>As a heading: <c>check web/home</c>.</summary>
    public string Title => Name.Length == 0 ? Part : $"{Part} {Name}";
}

/// <summary>What differs between two configurations, part by part, in the order of the new one; what is gone comes last.</summary>
/// <param name="Parts">The parts that differ.</param>
/// <param name="NeedsRestart">Keys that a running Hale cannot change: they take effect when it is started again.</param>
/// <param name="OldProcesses">Targets whose process goes on as it was begun until it is restarted.</param>
public sealed record ConfigDiff(IReadOnlyList<PartDiff> Parts, IReadOnlyList<string> NeedsRestart, IReadOnlyList<string> OldProcesses)
{
    /// <summary>Nothing differs.</summary>
    public bool IsEmpty => Parts.Count == 0;

    /// <summary>Compares two plans that were read from files.</summary>
    public static ConfigDiff Between(Plan before, Plan next) => new ConfigComparison(before, next).Compare();

    /// <summary>In one line: <c>1 check changed (web/home), 2 targets added (a, b)</c>.</summary>
    public string Summary()
    {
        const int Named = 5;
        var groups = Parts.GroupBy(part => (part.Part, part.Kind)).Select(group =>
        {
            var names = group.Select(part => part.Name).Where(name => name.Length > 0).ToList();
            var listed = string.Join(", ", names.Take(Named)) + (names.Count > Named ? $", and {names.Count - Named} more" : "");
            var verb = group.Key.Kind.ToString().ToLowerInvariant();
            return names.Count == 0 ? $"{group.Key.Part} {verb}" : $"{names.Count} {group.Key.Part}{(names.Count == 1 ? "" : "s")} {verb} ({listed})";
        });
        return IsEmpty ? "nothing differs" : string.Join(", ", groups);
    }
}
