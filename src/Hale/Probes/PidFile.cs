using System.Globalization;
using System.Text;
using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Probes;

/// <summary>What a daemon's pid file says.</summary>
/// <param name="Pid">The number in it.</param>
/// <param name="WrittenAt">When the file was written, on the wall clock.</param>
internal readonly record struct PidFile(int Pid, DateTimeOffset WrittenAt)
{
    private const int SizeMax = 256;

    // Start times are in hundredths of a second, file times in ticks of the kernel, and a daemon may write the file before it forks for the
    // last time. A number that passed on did so much later.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Reads one. Where that fails the other result is the probe's answer: a missing file is a failure, one that cannot be read or
    /// understood tells nothing.
    /// </summary>
    public static (PidFile? File, ProbeResult? Trouble) Read(string path)
    {
        Span<byte> buffer = stackalloc byte[SizeMax];
        switch (ProcFile.Read(path, buffer, out var length))
        {
            case ProcRead.Gone:
                return (null, ProbeResult.Fail($"pid file {path} is missing"));
            case ProcRead.Denied:
                return (null, ProbeResult.Inconclusive($"pid file {path} may not be read"));
            case ProcRead.Failed:
                return (null, ProbeResult.Inconclusive($"pid file {path} cannot be read"));
        }
        var line = Encoding.UTF8.GetString(buffer[..length]).Split('\n')[0].Trim();
        if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0)
            return (new PidFile(pid, File.GetLastWriteTimeUtc(path)), null);
        return (null, ProbeResult.Inconclusive(line.Length == 0
            ? $"pid file {path} is empty"
            : $"pid file {path} holds no process number but \"{OneLine.Of(line, 40)}\""));
    }

    /// <summary>
    /// Whether a process began after the file was written, so that it cannot be the one that wrote it. Both times are read on the wall clock: after
    /// a large step of it the comparison is wrong, which is why exact arguments, where they are known, decide instead.
    /// </summary>
    public bool IsOlderThan(DateTimeOffset startedAt) => WrittenAt + Tolerance < startedAt;
}
