using Hale.Core.Model;
using Hale.Core.Tests.Properties;
using Hale.Storage;
using Xunit;

namespace Hale.Tests.Storage;

public class SpecJsonTests
{
    [Fact]
    public void Specs_read_back_as_they_were_written()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var text = SpecJson.Write(RandomWorld.Of(seed));
            Assert.Equal(text, SpecJson.Write(SpecJson.Read(text)));
        }
    }

    [Fact]
    public void Values_that_are_zero_are_not_taken_for_unwritten()
    {
        var spec = new WorldSpec
        {
            Targets =
            [
                new TargetSpec
                {
                    Name = "web",
                    Group = 0,
                    Checks = [0],
                    Healing = new HealingPolicy { Jitter = 0, Cooldown = TimeSpan.Zero },
                    Maintenance = [new([], new(0, 0), TimeSpan.FromHours(1), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")), new(null, new(23, 59), TimeSpan.FromDays(2), TimeZoneInfo.Utc)],
                },
            ],
            Checks = [new CheckSpec { Name = "http", Target = 0, Kind = "http", StaleAfter = TimeSpan.Zero, Within = TimeSpan.Zero, Levels = new("", 0, null, Below: true) }],
            Groups = [new GroupSpec { Name = "g", StopWhenUnhealthy = 0, MajorityFrom = 0, Concurrent = 0 }],
        };
        var read = SpecJson.Read(SpecJson.Write(spec));
        Assert.Equal((0, 0.0, TimeSpan.Zero), (read.Targets[0].Group, read.Targets[0].Healing.Jitter, read.Targets[0].Healing.Cooldown));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, new Levels("", 0, null, Below: true)), (read.Checks[0].StaleAfter, read.Checks[0].Within, read.Checks[0].Levels));
        Assert.Equal((0.0, 0, 0), (read.Groups[0].StopWhenUnhealthy, read.Groups[0].MajorityFrom, read.Groups[0].Concurrent));
        Assert.Equal("Europe/Berlin", read.Targets[0].Maintenance[0].Zone.Id);
        Assert.Equal([[], null], read.Targets[0].Maintenance.Select(m => m.Days));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"Targets\": 7, \"Checks\": []}")]
    public void What_is_no_spec_is_refused(string text) => Assert.Throws<InvalidDataException>(() => SpecJson.Read(text));

    [Fact]
    public void A_time_zone_that_this_machine_does_not_know_is_named()
    {
        var spec = new WorldSpec { Targets = [new TargetSpec { Name = "web", Maintenance = [new(null, new(0, 0), TimeSpan.FromHours(1), TimeZoneInfo.Utc)] }], Checks = [] };
        var text = SpecJson.Write(spec).Replace("UTC", "Mars/Olympus", StringComparison.Ordinal);
        Assert.Contains("Mars/Olympus", Assert.Throws<InvalidDataException>(() => SpecJson.Read(text)).Message, StringComparison.Ordinal);
    }
}
