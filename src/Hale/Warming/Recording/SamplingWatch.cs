using Hale.Processes;

namespace Hale.Warming.Recording;

/// <summary>Looks again and again at what the processes of a rehearsal have open and mapped. A file that is open for less than a pause may be missed.</summary>
internal sealed class SamplingWatch : IOpenWatch
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly OpenedPaths opened = new();
    private readonly RehearsalTree tree;
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread thread;
    private bool isDenied;
    private int looks;

    /// <summary>Begins.</summary>
    /// <param name="tree">Whom to look at.</param>
    /// <param name="whyNot">Why there is no better way.</param>
    public SamplingWatch(RehearsalTree tree, string whyNot)
    {
        this.tree = tree;
        Method = $"looking at /proc every {Pause.TotalMilliseconds:0} ms ({whyNot})";
        thread = new Thread(Run) { IsBackground = true, Name = "hale-recorder" };
        thread.Start();
    }

    /// <inheritdoc/>
    public string Method { get; }

    /// <inheritdoc/>
    public int Looks => Volatile.Read(ref looks);

    /// <inheritdoc/>
    public (IReadOnlyCollection<string> Paths, IReadOnlyList<string> Gaps) Stop()
    {
        Dispose();
        var gaps = new List<string> { "files that were open for a short time only may be missing" };
        if (isDenied)
            gaps.Add("some processes of the rehearsal belong to another user, and their files cannot be seen");
        if (opened.IsFull)
            gaps.Add($"more than {OpenedPaths.Most} files were opened");
        return (opened.Seen, gaps);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!thread.IsAlive)
            return;
        stop.Set();
        thread.Join();
        stop.Dispose();
    }

    private void Run()
    {
        do
        {
            foreach (var pid in ProcessTable.Pids())
            {
                if (tree.Contains(pid) == true)
                    Look(pid);
            }
            Interlocked.Increment(ref looks);
        }
        while (!stop.Wait(Pause));
    }

    private void Look(int pid)
    {
        try
        {
            foreach (var link in Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd"))
                opened.AddLink(link);
            foreach (var line in File.ReadLines($"/proc/{pid}/maps"))
            {
                // "7f00-7f01 r-xp 00000000 fe:00 1234    /usr/lib/libc.so.6": the first slash begins the path, if there is one.
                if (line.IndexOf('/', StringComparison.Ordinal) is > 0 and var start)
                    opened.Add(line[start..]);
            }
        }
        catch (UnauthorizedAccessException)
        {
            isDenied = true;
        }
        catch (IOException)
        {
            // It has ended meanwhile.
        }
    }
}
