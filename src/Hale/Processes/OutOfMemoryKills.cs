using System.Buffers.Text;

namespace Hale.Processes;

/// <summary>
/// How often the kernel's out-of-memory killer has struck near us. SIGKILL alone says nothing about memory: only this counter, grown
/// during a life, is evidence.
/// </summary>
/// <param name="Source">The file that counts.</param>
/// <param name="Scope">Whose memory it is, for a person.</param>
/// <param name="Count">How often it has struck so far.</param>
internal readonly record struct OutOfMemoryKills(string Source, string Scope, long Count)
{
    private static readonly Lazy<(string Source, string Scope)[]> Sources = new(FindSources);

    /// <summary>The count now, from the narrowest source there is; null if nothing counts here.</summary>
    public static OutOfMemoryKills? Now()
    {
        foreach (var (source, scope) in Sources.Value)
        {
            if (Read(source) is { } count)
                return new(source, scope, count);
        }
        return null;
    }

    /// <summary>The evidence, in words, that it struck since; null if it did not.</summary>
    public string? Since() =>
        Read(Source) is { } now && now > Count ? $"the kernel's out-of-memory killer struck in {Scope} during this life ({Source}: oom_kill {Count} to {now})" : null;

    // Supervised processes stay in Hale's own control group. Version 2 counts in memory.events, version 1 in memory.oom_control;
    // the root group counts nowhere, and the whole machine in /proc/vmstat.
    private static (string, string)[] FindSources()
    {
        var sources = new List<(string, string)>();
        try
        {
            foreach (var line in File.ReadLines("/proc/self/cgroup"))
            {
                // "0::/path" for version 2, "9:memory:/path" for version 1.
                var parts = line.Split(':', 3);
                if (parts.Length != 3)
                    continue;
                if (parts[1].Length == 0)
                    sources.Add(($"/sys/fs/cgroup{parts[2].TrimEnd('/')}/memory.events", "its control group"));
                else if (parts[1].Split(',').Contains("memory"))
                    sources.Add(($"/sys/fs/cgroup/memory{parts[2].TrimEnd('/')}/memory.oom_control", "its control group"));
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Without control groups the machine's own counter remains.
        }
        sources.Add(("/proc/vmstat", "this machine"));
        return [.. sources];
    }

    private static long? Read(string path)
    {
        Span<byte> buffer = stackalloc byte[16 << 10];
        if (ProcFile.Read(path, buffer, out var length) != ProcRead.Ok)
            return null;
        foreach (var range in buffer[..length].Split((byte)'\n'))
        {
            var line = buffer[..length][range];
            if (line.StartsWith("oom_kill "u8) && Utf8Parser.TryParse(line[9..], out long count, out _))
                return count;
        }
        return null;
    }
}
