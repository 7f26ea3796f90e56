using Hale.Doctoring;
using Hale.Native;
using Hale.Processes;
using Hale.Tests.Probes;
using Xunit;

namespace Hale.Tests.Doctoring;

/// <summary>What each examination concludes from what it saw.</summary>
public sealed class ExamTests
{
    [Theory]
    [InlineData(20_000UL, 100, 5, Standing.Ok)]
    [InlineData(1024UL, 5000, 0, Standing.Limited)]
    [InlineData(1024UL, 10, 300, Standing.Limited)]
    [InlineData(null, 1, 0, Standing.Unknown)]
    public void Open_files_are_held_against_what_the_configuration_can_come_to(ulong? limit, int checks, int supervised, Standing expected)
    {
        var finding = OpenFilesExam.Judge(limit, checks, supervised);

        Assert.Equal(expected, finding.Standing);
        Assert.Equal(expected == Standing.Limited, finding.Fix?.Contains("LimitNOFILE", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData(0, Standing.Ok, null)]
    [InlineData(Errno.ProcessFilesExhausted, Standing.Limited, "max_user_instances=512")]
    [InlineData(Inotify.NoSpace, Standing.Limited, "max_user_watches=65536")]
    [InlineData(Errno.NotImplemented, Standing.Limited, null)]
    [InlineData(Errno.Perm, Standing.Unknown, null)]
    public void An_exhausted_inotify_names_the_limit_to_raise(int error, Standing expected, string? fix)
    {
        var finding = InotifyExam.Judge(128, 8192, error);

        Assert.Equal(expected, finding.Standing);
        Assert.Equal(fix is not null, finding.Fix is not null);
        Assert.Contains(fix ?? "", finding.Fix ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, Standing.Ok)]
    [InlineData(false, true, Standing.Ok)]
    [InlineData(false, false, Standing.Missing)]
    public void Ping_is_missing_only_when_neither_socket_can_be_had(bool hasPing, bool hasRaw, Standing expected)
    {
        Assert.Equal(expected, IcmpExam.Judge(hasPing, hasRaw, "1 0", isNeeded: true).Standing);
    }

    [Theory]
    [InlineData(false, false, false, Standing.Missing)]
    [InlineData(true, false, true, Standing.Limited)]
    [InlineData(true, true, false, Standing.Limited)]
    [InlineData(true, true, null, Standing.Unknown)]
    [InlineData(true, true, true, Standing.Ok)]
    public void Each_ability_that_the_kernel_lacks_is_told_with_the_version_that_has_it(bool pidfd, bool groups, bool? strangers, Standing expected)
    {
        Assert.Equal(expected, KernelExam.Judge("Linux 6.1", isNeeded: true, new(pidfd, groups, strangers, "why")).Standing);
    }

    [Theory]
    [InlineData(0UL, "core", Standing.Limited)]
    [InlineData(0UL, "|/usr/lib/systemd/systemd-coredump %P", Standing.Ok)]
    [InlineData(ulong.MaxValue, "core", Standing.Ok)]
    [InlineData(null, "core", Standing.Unknown)]
    [InlineData(0UL, null, Standing.Unknown)]
    public void Core_dumps_are_off_only_without_a_handler(ulong? limit, string? pattern, Standing expected)
    {
        Assert.Equal(expected, CoreDumpExam.Judge(limit, pattern).Standing);
    }

    [Theory]
    [InlineData(true, Standing.Ok)]
    [InlineData(false, Standing.Limited)]
    [InlineData(null, Standing.Unknown)]
    public void A_clock_of_which_nothing_is_told_is_not_called_wrong(bool? isSynchronised, Standing expected)
    {
        Assert.Equal(expected, ClockExam.Judge(isSynchronised).Standing);
    }

    [Theory]
    [InlineData("ext4", 10e9, Standing.Ok)]
    [InlineData("ext4", 1e6, Standing.Limited)]
    [InlineData("nfs4", 10e9, Standing.Limited)]
    [InlineData("tmpfs", 10e9, Standing.Limited)]
    [InlineData(null, 10e9, Standing.Ok)]
    public void A_state_folder_wants_room_on_a_disk_of_this_machine(string? type, double available, Standing expected)
    {
        Assert.Equal(expected, StateFolderExam.Judge("/var/lib/hale", type, available).Standing);
    }

    [Theory]
    [InlineData("/srv/hale/state", "nfs4")]
    [InlineData("/srv/halex", "ext4")]
    [InlineData("/srv/with blank/x", "tmpfs")]
    [InlineData("/", "ext4")]
    public void The_file_system_of_a_path_is_that_of_the_nearest_mount_above_it(string path, string expected)
    {
        const string mounts = """
            1 0 0:1 / / rw - rootfs none rw
            2 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw
            3 2 0:9 / /srv/hale rw - nfs4 server:/x rw
            4 2 0:10 / /srv/with\040blank rw - tmpfs tmpfs rw
            """;

        Assert.Equal(expected, StateFolderExam.TypeAt(mounts, path));
    }

    [Fact]
    public void The_first_three_name_servers_are_asked_as_the_C_library_does()
    {
        var servers = NamesExam.Servers("# nameserver 9.9.9.9\nsearch example.org\nnameserver 10.0.0.2\nnameserver\tfe80::1\nnameserver rubbish\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n");

        Assert.Equal(["10.0.0.2", "fe80::1", "10.0.0.3"], servers.Select(server => server.ToString()));
    }

    [Fact]
    public void Kills_that_are_counted_for_the_whole_machine_are_limited_evidence()
    {
        Assert.Equal(Standing.Limited, ControlGroupExam.Kills(null).Standing);
        Assert.Equal(Standing.Limited, ControlGroupExam.Kills(new OutOfMemoryKills("/proc/vmstat", "this machine", 0)).Standing);
        Assert.Equal(Standing.Ok, ControlGroupExam.Kills(new OutOfMemoryKills("/sys/fs/cgroup/x/memory.events", "its control group", 0)).Standing);
    }

    [Theory]
    [InlineData("CapEff:\t000001ffffffffff\n", Standing.Ok, "")]
    [InlineData("CapEff:\t0000000000000020\n", Standing.Limited, "CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_LEASE")]
    [InlineData("CapEff:\t0000000000000000\n", Standing.Limited, "CAP_KILL, ")]
    [InlineData("rubbish", Standing.Unknown, "")]
    public void Capabilities_that_are_lacking_are_named(string status, Standing expected, string named)
    {
        using var tree = new KernelTree();
        tree.Write("/proc/self/status", "Name:\thale\n" + status);

        var finding = Assert.Single(UserExam.Examine(new Patient { Files = tree.Files }));

        Assert.Equal(expected, finding.Standing);
        Assert.Contains(named, finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_groups_are_found_in_both_versions()
    {
        using var tree = new KernelTree();
        tree.MountVersion2("/system.slice/hale.service");
        Assert.Contains("version 2, Hale's own is /system.slice/hale.service", Subject(tree, "control groups").Detail, StringComparison.Ordinal);

        tree.MountHybrid("/hale");
        Assert.Contains("version 1, Hale's own is /hale", Subject(tree, "control groups").Detail, StringComparison.Ordinal);

        tree.Remove("/proc/self/cgroup");
        Assert.Equal(Standing.Unknown, Subject(tree, "control groups").Standing);
    }

    private static Finding Subject(KernelTree tree, string subject) =>
        Assert.Single(ControlGroupExam.Examine(new Patient { Files = tree.Files }), finding => finding.Subject == subject);
}
