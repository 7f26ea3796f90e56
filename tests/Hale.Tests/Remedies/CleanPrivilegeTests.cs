using System.Text;
using Hale.Native;
using Hale.Remedies;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Remedies;

/// <summary>The clean-up by somebody who may not do everything: a user, or the root of a container.</summary>
public sealed class CleanPrivilegeTests : IDisposable
{
    private readonly CleanTree tree = new();
    private readonly CleanReport report = new();

    public void Dispose() => tree.Dispose();

    // The parts of the remedy on this very thread, whose privileges the test has chosen.
    private void CleanHere(uint? user = null, bool? complete = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var root = new CleanRoot(CleanRoots.Open(tree.Root, null, out _)!, new CleanFolder(null, Encoding.UTF8.GetBytes(tree.Root), default(FileStatus)));
        var time = new StandingStill(tree.Time.GetUtcNow());
        var open = CleanOpenFiles.Scan(time.GetUtcNow(), cancel);
        open.IsComplete = complete ?? open.IsComplete;
        var walk = new CleanWalk(tree.Rules, open, time.GetUtcNow(), null, report) { User = user ?? FileNative.EffectiveUser };
        walk.Walk(root, cancel);
        new CleanSweep(tree.Rules, open, time, report).Files(walk.Files(), cancel);
    }

    // However slow the machine, the scan does not grow old.
    private sealed class StandingStill(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    [Fact]
    public void A_user_deletes_only_what_is_theirs()
    {
        tree.Old("a");

        CleanHere(user: 4242);

        Assert.Equal(0, report.Files);
        Assert.Contains("belongs to another user", report.Summary(null), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_lease_is_to_be_had_the_processes_are_asked()
    {
        // Where even root may not examine every process (the init of some sandboxes), the scan is taken for complete here.
        var closed = tree.Old("closed");
        var open = tree.Old("open");
        if (!Names.Give(closed, 4242) || !Names.Give(open, 4242))
            Assert.Skip("files cannot be given to another user here");

        using (File.OpenRead(open))
            if (!Capabilities.TryWithout([Capabilities.Lease], () => CleanHere(complete: true)))
                Assert.Skip("this process has no CAP_LEASE to give up");

        Assert.True(report.Files == 1, report.Summary(null));
        Assert.False(File.Exists(closed));
        Assert.True(File.Exists(open));
    }

    [Fact]
    public void Without_a_lease_and_with_a_process_that_cannot_be_examined_nothing_is_deleted()
    {
        var file = tree.Old("file");
        if (!Names.Give(file, 4242))
            Assert.Skip("files cannot be given to another user here");

        if (!Capabilities.TryWithout([Capabilities.Lease, Capabilities.SysPtrace], () => CleanHere()))
            Assert.Skip("this process has no CAP_LEASE to give up");

        Assert.True(File.Exists(file));
        Assert.Contains("may be open", report.Summary(null), StringComparison.Ordinal);
    }
}
