using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Native;

namespace Hale.Probes;

/// <summary>Activity seen in files: a new one, a newer one, or one that grows is progress.</summary>
public sealed class FilesProbe : IBlockingProbe
{
    private readonly string path;

    internal FilesProbe(string path) => this.path = path;

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("files",
        "Activity by files: progress is whenever the newest modification, the number or the total size of the files changes.",
        [new("path", KeyType.Path, "A file, a folder (all files below it count), or a path with the wildcards `*`, `?` and `**`.") { Required = true, Shorthand = true }],
        settings => new FilesProbe(settings.Text("path")!))
    {
        HasProgress = true,
        Measures =
        [
            new("files", Unit.Count, "How many files there are."),
            new("size", Unit.Bytes, "Their lengths added up."),
            new("age", Unit.Seconds, "How long ago the newest was modified."),
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) =>
        ValueTask.FromResult(Probe(context.Time.GetUtcNow(), cancel));

    private ProbeResult Probe(DateTimeOffset now, CancellationToken cancel)
    {
        if (!FileNative.IsSupported)
            return ProbeResult.Inconclusive("files needs 64-bit Linux");
        var isFile = FileNative.Stat(path, followLink: true, fresh: true, out var status) == 0 && status.IsFile;
        var found = isFile ? FileSearch.Single(path, status)
            : FileSearch.IsGlob(path) ? FileSearch.Glob(path, cancel)
            : FileSearch.Below(path, cancel);
        // What could not be looked at may be where the progress is: a part is not the whole.
        if (found.Trouble is { } trouble)
            return ProbeResult.Inconclusive(trouble);
        if (!found.HasBase)
            return ProbeResult.Inconclusive($"{path} does not exist");
        if (found.Newest is not { } newest)
            return ProbeResult.Pass($"{path}: no files yet", new Measurement("files", 0, Unit.Count));

        var age = now - newest.Status.Modified;
        return ProbeResult.Pass(
            string.Create(CultureInfo.InvariantCulture,
                $"{found.Count} files, {Figures.Bytes(found.Size)}, newest {FileName.Printable(newest.Path)} {Figures.Span(age)} old"),
            new("files", found.Count, Unit.Count), new("size", found.Size, Unit.Bytes), new("age", age.TotalSeconds, Unit.Seconds)) with
        {
            Progress = string.Create(CultureInfo.InvariantCulture, $"{newest.Status.Modified.UtcTicks}/{found.Size}/{found.Count}"),
            ProgressAge = age,
        };
    }
}
