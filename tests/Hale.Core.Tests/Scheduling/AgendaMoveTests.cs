using Hale.Core.Model;
using Hale.Core.Scheduling;
using Xunit;

namespace Hale.Core.Tests.Scheduling;

/// <summary>The agenda under another configuration.</summary>
public class AgendaMoveTests
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static WorldSpec World(params string[] names) => new()
    {
        Targets = [new TargetSpec { Name = "t", Checks = [.. Enumerable.Range(0, names.Length)] }],
        Checks = [.. names.Select(name => new CheckSpec { Name = name, Target = 0, Kind = "http", Every = Minute })],
    };

    /// <summary>Everything tried once, and long enough ago that each is on its slots.</summary>
    private static Agenda Settled(params string[] names)
    {
        var agenda = new Agenda(World(names), [.. Enumerable.Range(0, names.Length)]);
        agenda.Start(Start);
        for (var n = 0; n < names.Length; n++)
        {
            Assert.True(agenda.TryTake(Start + Minute, out var check, out _));
            agenda.Return(check, Start + Minute);
        }
        return agenda;
    }

    private static Dictionary<string, Instant> DueTimes(Agenda agenda, string[] names)
    {
        var due = new Dictionary<string, Instant>();
        while (agenda.NextDue != Instant.Distant)
        {
            var at = agenda.NextDue;
            Assert.True(agenda.TryTake(at, out var check, out _));
            due[names[check]] = at;
        }
        return due;
    }

    [Fact]
    public void A_check_that_goes_on_keeps_its_due_time_whatever_its_number()
    {
        string[] before = ["a", "b", "c"], after = ["c", "new", "a"];
        var now = Start + Minute + TimeSpan.FromSeconds(1);
        var kept = DueTimes(Settled(before), before);
        var moved = DueTimes(Settled(before).MovedTo(World(after), [0, 1, 2], [2, -1, 0], now), after);
        Assert.Equal((kept["a"], kept["c"], now), (moved["a"], moved["c"], moved["new"]));
        Assert.Equal(3, moved.Count);
    }

    [Fact]
    public void A_check_that_is_out_stays_out_until_it_is_returned()
    {
        var agenda = Settled("a", "b");
        var at = agenda.NextDue;
        Assert.True(agenda.TryTake(at, out var taken, out _));
        var moved = agenda.MovedTo(World("b", "a"), [0, 1], [1, 0], at);
        Assert.False(moved.TryTake(at, out _, out _));
        moved.Return(1 - taken, at);
        Assert.Equal(2, DueTimes(moved, ["b", "a"]).Count);
    }

    [Fact]
    public void A_check_that_was_hastened_while_it_was_out_is_due_as_soon_as_it_is_returned()
    {
        var agenda = Settled("a");
        var at = agenda.NextDue;
        Assert.True(agenda.TryTake(at, out _, out _));
        agenda.Hasten(0, at);
        var moved = agenda.MovedTo(World("a"), [0], [0], at);
        moved.Return(0, at);
        Assert.Equal(at, moved.NextDue);
    }

    [Fact]
    public void Many_new_checks_are_spread_as_at_a_start()
    {
        string[] after = [.. Enumerable.Range(0, 1000).Select(i => $"n{i}")];
        var moved = Settled("a").MovedTo(World(after), [.. Enumerable.Range(0, 1000)], [-1], Start);
        var due = DueTimes(moved, after).Values.Order().ToList();
        Assert.Equal((Start, Agenda.Spread), (due[0], due[1] - due[0]));
        Assert.True(due[^1] < Start + Minute);
    }

    [Fact]
    public void Slots_are_neither_missed_nor_counted_twice_by_the_move()
    {
        var (plain, moved) = (Settled("a"), Settled("a"));
        moved = moved.MovedTo(World("a"), [0], [0], Start + Minute);
        var late = Start + 10 * Minute;
        Assert.True(plain.TryTake(late, out _, out _) && moved.TryTake(late, out _, out _));
        plain.Return(0, late);
        moved.Return(0, late);
        Assert.Equal((plain.Missed, plain.NextDue), (moved.Missed, moved.NextDue));
    }
}
