using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Native;

namespace Hale.Probes;

/// <summary>The inodes of the file system that a path lies on: without one, no file can be made however much space there is.</summary>
public sealed class InodesProbe : IBlockingProbe
{
    private readonly string path;

    internal InodesProbe(string path) => this.path = path;

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("inodes",
        "Inodes used on the file system that a path lies on, as `df -i` shows it; judged by `warn` and `fail`. Inconclusive where they are not limited (btrfs).",
        [new("path", KeyType.Path, "Any path on the file system, usually where it is mounted.") { Default = "/", Shorthand = true }],
        settings => new InodesProbe(settings.Text("path")!))
    {
        LevelOf = "used", LevelUnit = Unit.Percent,
        Measures =
        [
            new("used", Unit.Percent, "Share of the inodes that are used."),
            new("available", Unit.Count, "What is left for others than root. Lower is worse.", Below: true),
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(Probe());

    private ProbeResult Probe()
    {
        if (!FileNative.IsSupported)
            return ProbeResult.Inconclusive("inodes needs 64-bit Linux");
        if (FileNative.FileSystem(path, out var status) is not 0 and var error)
            return ProbeResult.Inconclusive($"{path}: {FileNative.Describe(error)}");
        if (status.Inodes == 0)
            return ProbeResult.Inconclusive($"{path} lies on a file system that does not limit inodes");
        var used = DiskProbe.Used(status.Inodes, status.InodesFree, status.InodesAvailable);
        return ProbeResult.Pass(
            string.Create(CultureInfo.InvariantCulture, $"{path}: {Figures.Percent(used)} of {status.Inodes} inodes used, {status.InodesAvailable} available"),
            new("used", used, Unit.Percent), new("available", status.InodesAvailable, Unit.Count));
    }
}
