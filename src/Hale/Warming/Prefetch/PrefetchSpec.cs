namespace Hale.Warming.Prefetch;

/// <summary>What to read ahead before a first rehearsal, and how much of the disk that may take.</summary>
public sealed record PrefetchSpec
{
    /// <summary>Files and folders, absolute; a folder stands for everything below it on the same mount.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>
    /// A list that a recording has written (<see cref="PrefetchList"/>), absolute; its files follow the others. One that is missing is named and never a failure: this machine
    /// may differ. The list itself need not exist. Null for none.
    /// </summary>
    public string? List { get; init; }

    /// <summary>There is something to read ahead.</summary>
    public bool IsNeeded => Paths.Count > 0 || File.Exists(List);

    /// <summary>Files read at the same time. Default 4: more gained nothing on the disks it was measured on. 1 to 64.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>Bytes asked of the disk at the same time, over all files. Default 4 MB, at least 64 KB for each file at once.</summary>
    public long InFlight { get; init; } = 4 << 20;

    /// <summary>Stop after so many bytes. Default 4 GB.</summary>
    public long Limit { get; init; } = 4L << 30;

    /// <summary>Stop after so long. Default 60 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A name in <see cref="Paths"/> that does not exist fails the prefetch. Default false: it is named in the report.</summary>
    public bool MissingFails { get; init; }
}
