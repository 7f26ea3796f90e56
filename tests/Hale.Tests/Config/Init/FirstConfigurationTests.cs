using System.Net;
using Hale.Config.Init;
using Hale.Readiness;
using Xunit;

namespace Hale.Tests.Config.Init;

public sealed class FirstConfigurationTests
{
    private static readonly MachineSurvey Found = new(
        [new("/", "ext4"), new("/srv/my data", "xfs"), new("/srv/my-data", "xfs"), new("/söhne", "btrfs")],
        [new("localhost:22", 22, "sshd"), new("127.0.0.1:6379", 6379, "redis-server"), new("[::1]:8080", 8080, null), new("10.0.0.7:9000", 9000, "host"), new("localhost:9001", 9001, "a: {b} \"c\"")],
        HasSystemd: true);

    [Fact]
    public void What_is_found_is_watched()
    {
        var plan = Load(FirstConfiguration.Write(Found, "alpha"));
        Assert.Equal(
            ["host/cpu", "host/memory", "host/disk", "host/disk-srv-my-data", "host/disk-srv-my-data-2", "host/disk-s-hne", "host/units",
                "sshd/port-22", "redis-server/port-6379", "services/port-8080", "host-2/port-9000", "a---b---c/port-9001"],
            Enumerable.Range(0, plan.World.Checks.Length).Select(plan.World.NameOf));
        Assert.Equal(["ssh", "tcp", "tcp", "tcp", "tcp"], plan.World.Checks[^5..].Select(check => check.Kind));
    }

    [Fact]
    public void What_is_suggested_is_valid_too()
    {
        var text = FirstConfiguration.Write(Found, "alpha");
        var plan = Load(text.Replace(FirstConfiguration.Mark, "", StringComparison.Ordinal).Replace("begin with \"\" are", "", StringComparison.Ordinal));
        Assert.Contains(plan.World.Targets, target => target.Name == "my-service" && target.IsSupervised);
        Assert.Equal(["clean"], plan.World.Targets[0].Ladder.Select(rung => rung.Name));
        Assert.Equal(["DiskFull"], plan.World.Alarms.Select(alarm => alarm.Name));
    }

    [Fact]
    public void An_empty_machine_has_a_processor_and_memory()
    {
        var plan = Load(FirstConfiguration.Write(new([], [], HasSystemd: false), "alpha"));
        Assert.Equal(["host/cpu", "host/memory"], Enumerable.Range(0, plan.World.Checks.Length).Select(plan.World.NameOf));
    }

    [Fact]
    public void File_systems_that_fill_up_are_found_once_each()
    {
        var mounts = MachineSurvey.MountsOf(
        [
            "overlay / overlay rw,relatime 0 0", "proc /proc proc rw 0 0", "/dev/sda2 /var/lib/data ext4 rw 0 0", "/dev/sda2 /data ext4 rw 0 0",
            "/dev/sda1 /boot/efi ext4 rw 0 0", "/dev/loop3 /snap/core ext4 ro,nodev 0 0", @"/dev/sdb1 /my\040disk xfs rw 0 0", "tmpfs /run tmpfs rw 0 0", "rubbish",
        ]);
        Assert.Equal([new("/", "overlay"), new("/data", "ext4"), new("/my disk", "xfs")], mounts);
    }

    [Fact]
    public void What_listens_everywhere_is_asked_on_loopback_and_Hale_itself_is_no_service()
    {
        var services = MachineSurvey.ServicesOf(
        [
            new(IPAddress.IPv6Any, 80, 1), new(IPAddress.Any, 80, 2), new(IPAddress.Loopback, 7411, 3), new(IPAddress.IPv6Loopback, 25, 4), new(IPAddress.Parse("10.0.0.7"), 9000, 5),
        ], ownPort: 7411, inode => inode == 1 ? "nginx" : null);
        Assert.Equal([new("[::1]:25", 25, null), new("localhost:80", 80, "nginx"), new("10.0.0.7:9000", 9000, null)], services);
    }

    private static Hale.Config.Plan Load(string text)
    {
        var result = new Hale.Config.SpecLoader().LoadText(text, "hale.yaml", "/srv/app", _ => null);
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        return result.Plan!;
    }
}
