using System.Text;
using Hale.Native;
using Hale.Processes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Processes;

public sealed class ProcessTableTests
{
    [Theory]
    [InlineData("42 (sleep) S" + " 1 42 42 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 567890 0 0", 'S', 42)]
    [InlineData("42 (a b) Z" + " 1 42 42 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 567890 0 0", 'Z', 42)]
    [InlineData("42 (a) S 9 (b) R" + " 1 42 42 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 567890 0 0", 'R', 42)]
    [InlineData("42 ()) T" + " 1 42 42 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 567890 0 0\n", 'T', 42)]
    public void A_name_with_blanks_and_parentheses_does_not_shift_the_fields(string line, char state, int session)
    {
        var stat = ProcessStat.Parse(Encoding.ASCII.GetBytes(line));

        Assert.Equal((new ProcessIdentity(42, 567890), state, session, 1), (stat!.Value.Identity, stat.Value.State, stat.Value.Session, stat.Value.Parent));
    }

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("42 (sleep")]
    [InlineData("42 (sleep) S 1 2 3")]
    [InlineData("x (sleep) S 1 42 42 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 567890 0 0")]
    public void A_line_that_is_something_else_is_refused(string line)
    {
        Assert.Null(ProcessStat.Parse(Encoding.ASCII.GetBytes(line)));
    }

    [Fact]
    public void We_find_ourselves()
    {
        Assert.Equal(ProcRead.Ok, ProcessTable.Read(Environment.ProcessId, out var stat));
        Assert.True(ProcessTable.IsAlive(stat.Identity));
        Assert.Contains(Environment.ProcessId, ProcessTable.Pids());
        Assert.Equal(ProcRead.Ok, ProcessTable.User(Environment.ProcessId, out var user));
        Assert.Equal(Machine.User, user);
        Assert.False(ProcessTable.IsBlind);
    }

    [Fact]
    public void A_number_that_is_used_again_is_another_process()
    {
        Assert.Equal(ProcRead.Ok, ProcessTable.Read(Environment.ProcessId, out var stat));
        var earlier = stat.Identity with { StartTicks = stat.Identity.StartTicks - 1 };

        Assert.False(ProcessTable.IsAlive(earlier));
        Assert.Null(ProcessHandle.Open(earlier));
    }

    [Fact]
    public void A_process_that_does_not_exist_is_gone_rather_than_hidden()
    {
        Assert.Equal(ProcRead.Gone, ProcessTable.Read(int.MaxValue, out _));
        Assert.Equal(ProcRead.Gone, ProcessTable.Variable(int.MaxValue, "PATH", out _));
        Assert.Equal(ProcRead.Gone, ProcessTable.HasArguments(int.MaxValue, ["sleep"], out _));
    }

    [Fact]
    public async Task A_zombie_is_dead_and_tells_how_it_ended()
    {
        using var output = Files.Open("/dev/null", Files.WriteOnly | Files.CloseOnExec);
        using var child = Launch.Start(["bash", "-c", "exit 9"], Launch.EnvironmentWith([]), null, output, output).Process!;
        await Eventually.HoldsAsync(() => !ProcessTable.IsAlive(child.Identity), "the child ends");
        // Nobody has reaped it yet.
        Assert.Equal(ProcRead.Ok, ProcessTable.Read(child.Identity.Pid, out var stat));

        Assert.True(stat.IsDead);
        Assert.Equal(9, ProcessTable.StatusOfZombie(child.Identity)?.Code);
        Assert.Null(ProcessTable.StatusOfZombie(child.Identity with { StartTicks = 1 }));
        child.Reap();
    }

    [Fact]
    public async Task Arguments_match_exactly_or_not_at_all()
    {
        using var target = new SupervisedTarget(["sleep", "301"]);
        var pid = target.Start(1).Pid;
        await Eventually.HoldsAsync(() => ProcessTable.HasArguments(pid, ["sleep", "301"], out var same) == ProcRead.Ok && same, "the arguments match");

        foreach (string[] other in (string[][])[["sleep"], ["sleep", "30"], ["sleep", "3011"], ["sleep", "301", ""], ["sleep 301"], ["301"]])
        {
            Assert.Equal(ProcRead.Ok, ProcessTable.HasArguments(pid, other, out var same));
            Assert.False(same, string.Join('|', other));
        }
    }

    [Fact]
    public void A_variable_is_found_behind_a_very_large_environment()
    {
        var large = Enumerable.Range(0, 40).ToDictionary(number => $"LARGE{number}", _ => new string('x', 20_000));
        using var target = new SupervisedTarget(["sleep", "300"], spec => spec with { Environment = large });
        target.Start(5);

        Assert.Equal(5, Assert.Single(target.Alive()).IntentId);
    }

    [Fact]
    public void The_age_of_a_process_is_the_time_since_it_began()
    {
        using var target = new SupervisedTarget("sleep 300");
        var process = target.Start(1);
        var age = ProcessTable.Age(Assert.Single(target.Alive(), one => one.LeadsSession).Stat.Identity);

        Assert.InRange((target.Clock.Now - process.BeganAt - age).TotalSeconds, -1, 1);
    }
}
