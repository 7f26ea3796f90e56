using System.Globalization;

namespace Hale.Probes.Linux;

/// <summary>Tasks that run or wait for a processor or a disk, averaged over 1, 5 and 15 minutes: /proc/loadavg (proc_loadavg(5)).</summary>
internal readonly record struct LoadAverage(double One, double Five, double Fifteen)
{
    /// <summary>Reads /proc/loadavg.</summary>
    /// <exception cref="KernelFileException">It is malformed.</exception>
    public static LoadAverage Parse(string text)
    {
        var fields = text.Split(' ');
        if (fields.Length < 3 || !Read(fields[0], out var one) || !Read(fields[1], out var five) || !Read(fields[2], out var fifteen))
            throw new KernelFileException("/proc/loadavg does not begin with three numbers");
        return new LoadAverage(one, five, fifteen);
    }

    /// <summary>How many processors a list such as <c>0-3,8</c> names (cpuset(7), "List format").</summary>
    /// <exception cref="KernelFileException">It is malformed or names none.</exception>
    public static int CountOnline(string list)
    {
        var count = 0;
        foreach (var part in list.Trim().Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !Processor(ends[0], out var first) || !Processor(ends[^1], out var last) || last < first)
                throw new KernelFileException("/sys/devices/system/cpu/online is not a list of processors");
            count += last - first + 1;
        }
        return count;
    }

    private static bool Read(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    private static bool Processor(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
