using Hale.Config;
using Hale.Core.Model;
using Hale.Native;

namespace Hale.Probes;

/// <summary>The space of the file system that a path lies on, as df(1) computes it.</summary>
public sealed class DiskProbe : IBlockingProbe
{
    private readonly string path;

    internal DiskProbe(string path) => this.path = path;

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("disk",
        "Space used on the file system that a path lies on, as df shows it; judged by `warn` and `fail`.",
        [new("path", KeyType.Path, "Any path on the file system, usually where it is mounted.") { Default = "/", Shorthand = true }],
        settings => new DiskProbe(settings.Text("path")!))
    {
        LevelOf = "used", LevelUnit = Unit.Percent,
        Measures =
        [
            new("used", Unit.Percent, "Share of the space that is used."),
            new("available", Unit.Bytes, "What is left for others than root. Lower is worse.", Below: true),
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(Probe());

    /// <summary>
    /// Per cent of the space that users can have: what root keeps in reserve counts neither as used nor as free, so the disk is full at 100
    /// for everybody but root.
    /// </summary>
    internal static double Used(ulong total, ulong free, ulong available)
    {
        // Some file systems make inodes as they go and count more of them free than there are.
        var used = total > free ? total - free : 0;
        return used + available > 0 ? 100.0 * used / (used + available) : 100;
    }

    private ProbeResult Probe()
    {
        if (!FileNative.IsSupported)
            return ProbeResult.Inconclusive("disk needs 64-bit Linux");
        // Whether the path should be there is not this check's question: a disk that cannot be looked at is not a full disk.
        if (FileNative.FileSystem(path, out var status) is not 0 and var error)
            return ProbeResult.Inconclusive($"{path}: {FileNative.Describe(error)}");
        if (status.Blocks == 0)
            return ProbeResult.Inconclusive($"{path} lies on a file system without a size");
        var used = Used(status.Blocks, status.BlocksFree, status.BlocksAvailable);
        var available = (double)status.BlocksAvailable * status.FragmentSize;
        return ProbeResult.Pass(
            $"{path}: {Figures.Percent(used)} of {Figures.Bytes((double)status.Blocks * status.FragmentSize)} used, {Figures.Bytes(available)} available",
            new("used", used, Unit.Percent), new("available", available, Unit.Bytes));
    }
}
