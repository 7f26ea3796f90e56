using System.Text;
using Hale.Native;

namespace Hale.Warming.Recording;

/// <summary>What a rehearsal opened and will open again.</summary>
public sealed record OpenRecording
{
    /// <summary>Absolute paths in ordinal order, so that the same work gives the same list.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>How it was found out.</summary>
    public required string Method { get; init; }

    /// <summary>What may be missing, each in one sentence; empty when nothing.</summary>
    public required IReadOnlyList<string> Gaps { get; init; }
}

/// <summary>Learns which files a rehearsal opens: from the kernel where it tells (root, Linux 4.20), otherwise by looking at its processes again and again.</summary>
public sealed class OpenRecorder : IDisposable
{
    // The time stamps of files come from a clock that the kernel advances a few hundred times a second.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly MountTable mounts;
    private readonly DateTimeOffset startedAt;

    private OpenRecorder(IOpenWatch watch, MountTable mounts, DateTimeOffset startedAt)
    {
        Watch = watch;
        this.mounts = mounts;
        this.startedAt = startedAt;
    }

    /// <summary>How it finds out: <c>fanotify</c>, or the second way with the reason why it is not the first.</summary>
    public string Method => Watch.Method;

    /// <summary>Either of the two ways.</summary>
    internal IOpenWatch Watch { get; }

    /// <summary>Begins to record. Null, with the reason, where neither way exists.</summary>
    /// <param name="ancestor">Descendants of this process count, and itself unless it is this very program. Default: this program.</param>
    /// <param name="whyNot">The reason.</param>
    public static OpenRecorder? TryStart(out string? whyNot, int? ancestor = null) => TryStart(ancestor ?? Environment.ProcessId, maySpy: true, out whyNot);

    /// <summary>As above; <paramref name="maySpy"/> off leaves only the second way.</summary>
    internal static OpenRecorder? TryStart(int ancestor, bool maySpy, out string? whyNot)
    {
        whyNot = null;
        if (!FileNative.IsSupported)
        {
            whyNot = "what a program opens can be learned on 64-bit Linux only; name files and folders under \"prefetch\" by hand";
            return null;
        }
        // Read now: the processes that follow inherit this clock and these mounts.
        var startedAt = DateTimeOffset.UtcNow - Tick;
        var mounts = MountTable.Now();
        var tree = new RehearsalTree(ancestor);
        var why = "fanotify is switched off";
        IOpenWatch? watch = maySpy ? FanotifyWatch.TryStart(tree, mounts, out why) : null;
        return new(watch ?? new SamplingWatch(tree, why!), mounts, startedAt);
    }

    /// <summary>
    /// Ends it. What the rehearsal made or changed itself is left out (the next one makes it anew), and so is what is gone, what lies in memory anyway, and what cannot be
    /// written as one line of text.
    /// </summary>
    public OpenRecording Stop()
    {
        var (paths, gaps) = Watch.Stop();
        return new()
        {
            Paths = [.. paths.Where(IsWorthReading).Order(StringComparer.Ordinal)],
            Method = Method,
            Gaps = gaps,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => Watch.Dispose();

    private bool IsWorthReading(string path) =>
        !path.Any(letter => char.IsControl(letter) || letter == Rune.ReplacementChar.Value)
        && mounts.IsReal(path)
        && FileNative.Stat(path, followLink: true, fresh: true, out var status) == 0
        && status is { IsFile: true, Size: > 0 }
        && status.Changed < startedAt;
}
