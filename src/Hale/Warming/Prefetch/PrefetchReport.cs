using System.Globalization;
using Hale.Config;

namespace Hale.Warming.Prefetch;

/// <summary>Why a prefetch ended.</summary>
public enum PrefetchEnd
{
    /// <summary>Everything was read.</summary>
    Complete,

    /// <summary>It had read as many bytes, or looked at as many files, as it may.</summary>
    Limit,

    /// <summary>Its time was up.</summary>
    Deadline,
}

/// <summary>How far a prefetch has come.</summary>
/// <param name="Files">Files in memory by now.</param>
/// <param name="Bytes">Their bytes.</param>
public readonly record struct PrefetchProgress(int Files, long Bytes);

/// <summary>Something that was not read, and why.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Reason"><c>is a link to a folder</c>.</param>
public sealed record PrefetchSkip(string Path, string Reason);

/// <summary>What a prefetch came to.</summary>
public sealed record PrefetchReport
{
    /// <summary>Files that were in memory at its end because of it, or were already.</summary>
    public required int Files { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes that were in memory before; null where the system does not say (Linux before 6.5, a container that forbids asking, Windows).</summary>
    public required long? AlreadyCached { get; init; }

    /// <summary>The names in <see cref="PrefetchSpec.Paths"/> and <see cref="PrefetchSpec.List"/> that do not exist.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>What was left out below the folders, at most the first 20.</summary>
    public required IReadOnlyList<PrefetchSkip> Skipped { get; init; }

    /// <summary>How many were left out.</summary>
    public required int SkippedCount { get; init; }

    /// <summary>Why it ended.</summary>
    public required PrefetchEnd End { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>Why the plan's conditions are not met; null when they are.</summary>
    public required string? Failure { get; init; }

    /// <summary>One line for a person: <c>630 files, 330MB in 0.2 s (12MB were in memory already)</c>.</summary>
    public string Summary
    {
        get
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{Counted(Files, "file")}, {ByteSize.Format(Bytes)} in {Took.TotalSeconds:0.0##} s");
            if (AlreadyCached > 0)
                text += $" ({(AlreadyCached >= Bytes ? "all of it was" : ByteSize.Format(AlreadyCached.Value) + " were")} in memory already)";
            if (End != PrefetchEnd.Complete)
                text += End == PrefetchEnd.Deadline ? "; its time was up" : "; its limit was reached";
            if (Missing.Count > 0)
                text += $"; missing: {string.Join(", ", Missing.Take(3))}{(Missing.Count > 3 ? $" and {Missing.Count - 3} more" : "")}";
            if (SkippedCount > 0)
                text += $"; left out: {Skipped[0].Path} ({Skipped[0].Reason}){(SkippedCount > 1 ? $" and {SkippedCount - 1} more" : "")}";
            return text;
        }
    }

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}s");
}
