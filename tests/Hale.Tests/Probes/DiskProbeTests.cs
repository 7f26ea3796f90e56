using System.Diagnostics;
using System.Globalization;
using Hale.Core.Model;
using Hale.Native;
using Hale.Probes;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class DiskProbeTests
{
    [Theory]
    [InlineData(100, 50, 50, 50)]
    [InlineData(100, 20, 10, 88.888889)]
    [InlineData(100, 5, 0, 100)]
    [InlineData(100, 0, 0, 100)]
    [InlineData(0, 0, 0, 100)]
    [InlineData(10, 20, 20, 0)]
    public void Use_is_counted_as_df_counts_it(ulong total, ulong free, ulong available, double used) =>
        Assert.Equal(used, DiskProbe.Used(total, free, available), 5);

    [Fact]
    public async Task The_figures_are_those_of_df()
    {
        using var df = Process.Start(new ProcessStartInfo("df", ["-B1", "--output=avail,pcent", "/"]) { RedirectStandardOutput = true })!;
        var fields = (await df.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

        var result = await Attempt.Of(new DiskProbe("/"));

        Assert.Equal(Outcome.Pass, result.Outcome);
        // df rounds up, and others write meanwhile.
        Assert.Equal(double.Parse(fields[^1].TrimEnd('%'), CultureInfo.InvariantCulture), result.Value("used"), 1.5);
        Assert.Equal(double.Parse(fields[^2], CultureInfo.InvariantCulture), result.Value("available"), 1e9);
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_inconclusive()
    {
        var result = await Attempt.Of(new DiskProbe("/nowhere/at all"));

        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains("/nowhere/at all", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_system_without_a_size_is_inconclusive() =>
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new DiskProbe("/proc"))).Outcome);

    [Fact]
    public async Task Inodes_are_counted_as_well_and_where_they_are_not_limited_it_cannot_tell()
    {
        var real = await Attempt.Of(new InodesProbe("/"));
        if (FileNative.FileSystem("/", out var status) == 0 && status.Inodes > 0)
            Assert.InRange(real.Value("used"), 0, 100);
        else
            Assert.Equal(Outcome.Inconclusive, real.Outcome);

        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new InodesProbe("/proc"))).Outcome);
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new InodesProbe("/nowhere"))).Outcome);
    }
}
