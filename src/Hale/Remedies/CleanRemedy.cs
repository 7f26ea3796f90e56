using System.Globalization;
using System.Text;
using Hale.Config;
using Hale.Core.Model;
using Hale.Native;
using Hale.Probes;

namespace Hale.Remedies;

/// <summary>
/// Frees disk space: deletes old files below named folders, and old journal entries. Only regular files, only by age and name, never across a
/// link or a mount, never a file that somebody has open, and it tells what it freed.
/// </summary>
public sealed class CleanRemedy : IRemedy
{
    /// <summary>Lines of a rehearsal that name files; the sum counts all of them.</summary>
    private const int RehearsedFiles = 50;

    private readonly CleanRules rules;
    private readonly CleanJournal? journal;

    internal CleanRemedy(CleanRules rules, CleanJournal? journal = null)
    {
        this.rules = rules;
        this.journal = journal;
    }

    /// <summary>The kind.</summary>
    public static RemedyKind Kind { get; } = new("clean",
        "Deletes old files below named folders: only regular files, never across a link or a mount, never an open file, oldest first. Or old entries of the systemd journal.",
        [
            new("roots", KeyType.PathList, "Folders below which files may be deleted; no links. Top folders of the system are refused. A folder that is Hale's own is left alone."),
            new("older", KeyType.Duration, "Only files older than this; must be written with `roots`. At least 1s.") { Min = 1 },
            new("age", KeyType.Choice, "What age counts from. `changed`: the later of the file's own time and the kernel's record of its last change, so that a file unpacked today from an old archive is young. `modified`: the file's own time alone, as `find -mtime` has it.")
            {
                Choices = ["changed", "modified"], Default = "changed",
            },
            new("patterns", KeyType.TextList, "Only files whose name matches one of these (`*` and `?`, upper and lower case differ, a leading dot is nothing special).") { Default = "*" },
            new("free", KeyType.Bytes, "Stop when so much has been freed in files. Default: delete all that qualifies.") { Min = 1 },
            new("depth", KeyType.Integer, "Levels of folders that are entered; 1 is the files directly in a root. 1 to 64.") { Default = "32", Min = 1, Max = 64 },
            new("empty_folders", KeyType.Flag, "Remove folders below the roots that are empty and older than `older` as well.") { Default = "false" },
            new("journal", KeyType.Duration, "Delete archived entries of the systemd journal that are older than this, by `journalctl --vacuum-time`. At least 1m.") { Min = 60 },
        ],
        Create);

    /// <inheritdoc/>
    public async Task<RemedyResult> ActAsync(RemedyContext context, CancellationToken cancel)
    {
        // Files first: journalctl needs a little space itself to get going on a disk that is full.
        var files = rules.Roots.Length == 0 ? null : await Task.Run(() => Act(context, cancel), CancellationToken.None);
        if (journal is null)
            return files!;
        var entries = await journal.ActAsync(context.Time, cancel);
        return files is null ? entries : new RemedyResult(
            files.Outcome == RemedyOutcome.Done ? entries.Outcome : files.Outcome, $"{files.Detail}; {entries.Detail}") { Measurements = files.Measurements };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> RehearseAsync(RemedyContext context, CancellationToken cancel)
    {
        var lines = rules.Roots.Length == 0 ? [] : await Task.Run(() => Rehearse(context, cancel), cancel);
        if (journal is not null)
            lines.Add(await journal.RehearseAsync(context.Time, cancel));
        return lines;
    }

    private static CleanRemedy Create(Settings settings)
    {
        var roots = settings.List("roots");
        if (roots.Length == 0 && !settings.Has("journal"))
            throw new SettingsException("roots", "nothing to clean; write roots (with older) or journal");
        if (roots.Length == 0 && settings.Has("older"))
            throw new SettingsException("older", "is about files, and there are no roots; write journal: 7d for the journal");
        if (roots.Length > 0 && !settings.Has("older"))
            throw new SettingsException("older", "missing; with roots it takes the age from which files may go, for example 7d");
        return new CleanRemedy(new CleanRules
        {
            Roots = [.. roots.Select(CleanRoots.Checked).Distinct()],
            Older = settings.Duration("older") ?? TimeSpan.MaxValue,
            TrustsModified = settings.Text("age") == "modified",
            Patterns = settings.List("patterns"),
            Free = settings.Integer("free"),
            Depth = (int)settings.Integer("depth")!.Value,
            EmptyFolders = settings.Flag("empty_folders"),
        }, settings.Duration("journal") is { } age ? new CleanJournal(age) : null);
    }

    private RemedyResult Act(RemedyContext context, CancellationToken cancel)
    {
        if (!FileNative.IsSupported)
            return new RemedyResult(RemedyOutcome.Failed, "clean needs 64-bit Linux");
        var report = new CleanReport();
        var ownState = OwnState(context);
        var roots = OpenRoots(ownState, report);
        try
        {
            if (roots.Length == 0)
                return new RemedyResult(RemedyOutcome.Failed, $"no root can be cleaned: {string.Join("; ", report.KeptExamples)}");
            var before = FreeSpace(roots);
            Sweep(roots, ownState, context.Time, report, cancel);
            report.Gained = FreeSpace(roots) - before;
            // Some files may refuse for good reason; that all of them did is a failure.
            var outcome = report is { Files: 0, Folders: 0, Refused: > 0 } ? RemedyOutcome.Failed : RemedyOutcome.Done;
            return new RemedyResult(outcome, report.Summary(rules.Free)) { Measurements = report.Measurements };
        }
        catch (OperationCanceledException)
        {
            return new RemedyResult(RemedyOutcome.Failed, $"stopped half-way: {report.Summary(rules.Free)}") { Measurements = report.Measurements };
        }
        finally
        {
            Array.ForEach(roots, root => root.Dispose());
        }
    }

    private void Sweep(CleanRoot[] roots, FileId? ownState, TimeProvider time, CleanReport report, CancellationToken cancel)
    {
        CleanWalk walk;
        int before;
        // What the walk leaves alone is the same in every pass: it is told once.
        var told = report;
        do
        {
            before = report.Files;
            var open = CleanOpenFiles.Scan(time.GetUtcNow(), cancel);
            walk = Walk(roots, open, ownState, time, told, cancel);
            told = new CleanReport();
            var sweep = new CleanSweep(rules, open, time, report);
            sweep.Files(walk.Files(), cancel);
            sweep.Folders(walk.Folders, cancel);
            if (sweep.IsEnough)
                return;
        }
        while (walk.IsTruncated && report.Files > before);
    }

    private List<string> Rehearse(RemedyContext context, CancellationToken cancel)
    {
        if (!FileNative.IsSupported)
            return ["clean needs 64-bit Linux"];
        var report = new CleanReport();
        var ownState = OwnState(context);
        var roots = OpenRoots(ownState, report);
        try
        {
            var now = context.Time.GetUtcNow();
            var walk = Walk(roots, CleanOpenFiles.Scan(now, cancel), ownState, context.Time, report, cancel);
            var lines = new List<string>();
            foreach (var file in walk.Files())
            {
                if (report.Freed >= rules.Free)
                    break;
                report.Removed(file.Status);
                if (lines.Count < RehearsedFiles)
                    lines.Add($"delete {file.Path} ({Figures.Bytes(file.Status.Allocated)}, {Figures.Span(now - rules.Stamp(file.Status))} old)");
            }
            if (report.Files > lines.Count)
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"… and {report.Files - lines.Count} more files"));
            lines.AddRange(report.KeptExamples.Select(example => $"leave {example}"));
            lines.Add($"{(walk.IsTruncated ? "at least " : "")}{report.Files} files, {Figures.Bytes(report.Freed)}");
            return lines;
        }
        finally
        {
            Array.ForEach(roots, root => root.Dispose());
        }
    }

    private CleanWalk Walk(CleanRoot[] roots, CleanOpenFiles open, FileId? ownState, TimeProvider time, CleanReport report, CancellationToken cancel)
    {
        var walk = new CleanWalk(rules, open, time.GetUtcNow(), ownState, report);
        foreach (var root in roots)
            walk.Walk(root, cancel);
        return walk;
    }

    private CleanRoot[] OpenRoots(FileId? ownState, CleanReport report)
    {
        var roots = new List<CleanRoot>();
        foreach (var path in rules.Roots)
        {
            if (CleanRoots.Open(path, ownState, out var trouble) is { } held)
                roots.Add(new CleanRoot(held, new CleanFolder(null, Encoding.UTF8.GetBytes(path), held.Status)));
            else
                report.Keep(path, "not cleaned", $": {trouble}");
        }
        return [.. roots];
    }

    private static FileId? OwnState(RemedyContext context) =>
        context.StateDirectory is { } path && FileNative.Stat(path, followLink: true, fresh: true, out var status) == 0 ? status.Id : null;

    // Two roots on one file system count once.
    private static long? FreeSpace(CleanRoot[] roots) =>
        roots.DistinctBy(root => root.Held.Status.Id.Device).Aggregate((long?)0, (sum, root) => sum + root.Held.FreeBytes());
}
