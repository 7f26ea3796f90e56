using System.Globalization;
using Hale.Core.Model;
using Hale.Native;
using Hale.Probes;

namespace Hale.Remedies;

/// <summary>What a clean-up did and what it left alone.</summary>
internal sealed class CleanReport
{
    private const int Examples = 5;
    private readonly SortedDictionary<string, int> kept = new(StringComparer.Ordinal);
    private readonly List<string> examples = [];

    /// <summary>Files removed.</summary>
    public int Files { get; private set; }

    /// <summary>Empty folders removed.</summary>
    public int Folders { get; set; }

    /// <summary>Bytes that the removed files took on disk, counted when their last name went.</summary>
    public long Freed { get; private set; }

    /// <summary>By how much the file systems' own free space grew meanwhile, with all that others wrote and deleted; null when not known.</summary>
    public long? Gained { get; set; }

    /// <summary>Matching files that are not old enough.</summary>
    public int Young { get; set; }

    /// <summary>Things left alone for a reason worth telling.</summary>
    public int Kept { get; private set; }

    /// <summary>Deletions that were tried and refused by the system.</summary>
    public int Refused { get; private set; }

    /// <summary>A file was removed.</summary>
    public void Removed(in FileStatus status)
    {
        Files++;
        // With another name left, the blocks stay.
        if (status.Links == 1)
            Freed += status.Allocated;
    }

    /// <summary>Something was left alone.</summary>
    /// <param name="path">What.</param>
    /// <param name="reason">Why; one of a few, they are counted.</param>
    /// <param name="detail">More about this one.</param>
    /// <param name="refused">The system refused, rather than we.</param>
    public void Keep(string path, string reason, string detail = "", bool refused = false)
    {
        Kept++;
        if (refused)
            Refused++;
        kept[reason] = kept.GetValueOrDefault(reason) + 1;
        if (examples.Count < Examples)
            examples.Add($"{path}: {reason}{detail}");
    }

    /// <summary>The first few things that were left alone, and why.</summary>
    public IReadOnlyList<string> KeptExamples => examples;

    /// <summary>One line.</summary>
    public string Summary(long? target)
    {
        var parts = new List<string>
        {
            Files == 0 && Folders == 0 ? "nothing to delete" : $"freed {Figures.Bytes(Freed)} in {Count(Files, "file")}",
        };
        if (Folders > 0)
            parts.Add($"removed {Count(Folders, "empty folder")}");
        if (target is { } wanted && Freed < wanted)
            parts.Add($"{Figures.Bytes(wanted)} were wanted");
        if (Gained is { } gained && Files > 0)
            parts.Add($"free space changed by {Figures.Bytes(gained)}");
        if (Young > 0)
            parts.Add($"{Count(Young, "matching file")} not old enough");
        if (Kept > 0)
            parts.Add($"left alone {string.Join(", ", kept.Select(pair => $"{pair.Value} ({pair.Key})"))}, first {examples[0]}");
        return string.Join("; ", parts);
    }

    /// <summary>The figures.</summary>
    public Measurement[] Measurements =>
    [
        new("freed", Freed, Unit.Bytes),
        new("files", Files, Unit.Count),
        new("folders", Folders, Unit.Count),
        new("kept", Kept, Unit.Count),
        .. Gained is { } gained ? [new Measurement("gained", gained, Unit.Bytes)] : Array.Empty<Measurement>(),
    ];

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
