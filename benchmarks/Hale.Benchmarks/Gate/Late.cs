using System.Globalization;

namespace Hale.Benchmarks.Gate;

/// <summary>How late something was noticed, over many runs.</summary>
internal sealed class Late(string what)
{
    private readonly List<double> milliseconds = [];

    /// <summary>The 95th percentile, in milliseconds.</summary>
    public double P95 => At(0.95);

    /// <summary>The median, in milliseconds.</summary>
    public double Median => At(0.5);

    /// <summary>The worst, in milliseconds.</summary>
    public double Worst => At(1);

    /// <summary>Adds one; from any thread.</summary>
    public void Add(TimeSpan late)
    {
        lock (milliseconds)
            milliseconds.Add(late.TotalMilliseconds);
    }

    /// <summary>One line.</summary>
    public void Print(double? aim = null, Late? beside = null) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-44} median {Median,8:0.0} ms  p95 {P95,8:0.0} ms  worst {Worst,8:0.0} ms{(aim is { } most ? $"  (aim: p95 below {most} ms)" : "")}{(beside is null ? "" : $"  p95 x {P95 / beside.P95:0.0}")}"));

    private double At(double share)
    {
        lock (milliseconds)
        {
            milliseconds.Sort();
            return milliseconds.Count == 0 ? double.NaN : milliseconds[(int)Math.Min(milliseconds.Count - 1, Math.Floor(share * milliseconds.Count))];
        }
    }
}
