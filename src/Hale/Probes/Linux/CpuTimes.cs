using System.Globalization;

namespace Hale.Probes.Linux;

/// <summary>Processor time of the whole machine since boot, in clock ticks: the first line of /proc/stat (proc_stat(5)).</summary>
/// <param name="Busy">user + nice + system + irq + softirq + steal. Time of guests is part of user and nice and is not added again.</param>
/// <param name="Idle">idle + iowait.</param>
/// <param name="IoWait">Idle with a disk request outstanding.</param>
/// <param name="Steal">Ready to run while the hypervisor ran somebody else.</param>
internal readonly record struct CpuTimes(double Busy, double Idle, double IoWait, double Steal)
{
    /// <summary>Reads the first line of /proc/stat.</summary>
    /// <exception cref="KernelFileException">It is malformed.</exception>
    public static CpuTimes Parse(string text)
    {
        var fields = text.AsSpan(0, Math.Max(0, text.IndexOf('\n', StringComparison.Ordinal))).ToString()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // cpu user nice system idle iowait irq softirq steal guest guest_nice
        var ticks = new double[9];
        if (fields.Length < ticks.Length || fields[0] != "cpu")
            throw new KernelFileException("/proc/stat does not begin with a 'cpu' line");
        for (var i = 1; i < ticks.Length; i++)
            if (!double.TryParse(fields[i], NumberStyles.None, CultureInfo.InvariantCulture, out ticks[i]))
                throw new KernelFileException("/proc/stat has a 'cpu' line with something that is not a number");
        return new CpuTimes(ticks[1] + ticks[2] + ticks[3] + ticks[6] + ticks[7] + ticks[8], ticks[4] + ticks[5], ticks[5], ticks[8]);
    }

    /// <summary>Shares of the time between two readings, in per cent; null when no time passed.</summary>
    public static (double Used, double IoWait, double Steal)? Shares(CpuTimes before, CpuTimes after)
    {
        // iowait is known to run backwards at times (proc_stat(5)), so every difference is taken as at least zero.
        var busy = Math.Max(0, after.Busy - before.Busy);
        var total = busy + Math.Max(0, after.Idle - before.Idle);
        if (total <= 0)
            return null;
        return (100 * busy / total, Share(before.IoWait, after.IoWait), Share(before.Steal, after.Steal));

        double Share(double first, double second) => Math.Clamp(100 * (second - first) / total, 0, 100);
    }
}
