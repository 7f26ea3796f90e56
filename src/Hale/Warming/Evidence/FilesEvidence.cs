using Hale.Core.Model;
using Hale.Probes;
using Hale.Warming.Lives;
using Hale.Warming.Plans;

namespace Hale.Warming.Evidence;

/// <summary>
/// Files that the rehearsal creates or changes: they must be there, large enough, and (unless the plan says otherwise) have grown between two looks. What lay there
/// before the start and has not changed since is of an earlier run; no clock is asked for that.
/// </summary>
internal sealed class FilesEvidence(FilesItem item) : IEvidence
{
    private readonly Dictionary<string, SeenFile> before = [];

    // By path: the file when it was first seen as this life's, and whether it has grown since.
    private readonly Dictionary<string, (SeenFile First, bool HasGrown)> ours = [];
    private FolderWatch? watch;

    /// <inheritdoc/>
    public bool IsTold => watch?.IsArmed == true;

    /// <inheritdoc/>
    public ValueTask<string?> PrepareAsync(CancellationToken cancel)
    {
        var found = MatchingFiles.Find(item.Path, cancel);
        foreach (var file in found.Files)
            before[file.Path] = file;
        // Watched from before the start, so that nothing falls in between.
        return ValueTask.FromResult(found.Trouble is null ? null : $"{item.Name}: what is there already cannot be looked at: {found.Trouble}");
    }

    /// <inheritdoc/>
    public void Begin(IRehearsedLife life, Action hasten)
    {
        watch = new FolderWatch(item.Path, hasten);
        watch.Arm();
    }

    /// <inheritdoc/>
    public ValueTask<ProbeResult> LookAsync(TimeSpan limit, CancellationToken cancel)
    {
        // First the watch and then the look: what comes in between is either seen or told.
        watch!.Arm();
        var found = MatchingFiles.Find(item.Path, cancel);
        var fresh = found.Files.Where(IsOfThisLife).ToList();
        foreach (var file in fresh)
        {
            if (!ours.TryGetValue(file.Path, out var known) || known.First.Identity != file.Identity)
                ours[file.Path] = known = (before.TryGetValue(file.Path, out var old) && old.Identity == file.Identity && old.Size < file.Size ? old : file, false);
            if (file.Size > known.First.Size)
                ours[file.Path] = (known.First, true);
        }
        return ValueTask.FromResult(Judge(found, fresh));
    }

    /// <inheritdoc/>
    public void Dispose() => watch?.Dispose();

    private bool IsOfThisLife(SeenFile file) => !before.TryGetValue(file.Path, out var old) || old != file;

    private ProbeResult Judge(MatchingFiles found, List<SeenFile> fresh)
    {
        var good = fresh.Find(file => file.Size >= item.Min && (!item.Grows || ours[file.Path].HasGrown));
        if (good is not null)
            return ProbeResult.Pass($"{Path.GetFileName(good.Path)} has {Figures.Bytes(good.Size)}{(item.Grows ? " and grows" : "")}");
        if (fresh.Count > 0)
        {
            var nearest = fresh.MaxBy(file => file.Size)!;
            var name = Path.GetFileName(nearest.Path);
            return ProbeResult.Fail(
                nearest.Size == 0 ? $"{name} is there and has 0 bytes"
                : nearest.Size < item.Min ? $"{name} has {Figures.Bytes(nearest.Size)}, fewer than {Figures.Bytes(item.Min)}"
                : $"{name} has {Figures.Bytes(nearest.Size)} and does not grow (a file that is written in one go needs grow: false)");
        }
        // What was not looked at may be the one.
        if (found.Trouble is not null)
            return ProbeResult.Inconclusive(found.Trouble);
        return ProbeResult.Fail(found.Files.Count == 0
            ? "there is no such file"
            : $"{found.Files.MaxBy(file => file.Modified)!.Path} and {found.Files.Count - 1} others are all from before the start".Replace(" and 0 others are all", " is", StringComparison.Ordinal));
    }
}
