using Hale.Processes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Processes;

public sealed class OutOfMemoryKillsTests
{
    [Fact]
    public void Only_a_counter_that_grew_is_evidence()
    {
        using var scratch = new Scratch();
        var file = scratch["memory.events"];
        File.WriteAllText(file, "low 0\nhigh 0\nmax 12\noom 3\noom_kill 3\noom_group_kill 0\n");

        Assert.Null(new OutOfMemoryKills(file, "its control group", 3).Since());
        Assert.Contains("oom_kill 2 to 3", new OutOfMemoryKills(file, "its control group", 2).Since(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_counter_that_cannot_be_read_is_no_evidence()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["x"], "oom_kill\nrubbish\n");

        Assert.Null(new OutOfMemoryKills(scratch["x"], "its control group", 0).Since());
        Assert.Null(new OutOfMemoryKills(scratch["missing"], "its control group", 0).Since());
    }

    [Fact]
    public void Something_counts_on_every_machine()
    {
        Assert.NotNull(OutOfMemoryKills.Now());
    }
}
