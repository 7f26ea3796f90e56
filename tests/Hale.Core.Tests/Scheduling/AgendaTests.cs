using FsCheck;
using FsCheck.Fluent;
using Hale.Core.Model;
using Hale.Core.Scheduling;
using Xunit;

namespace Hale.Core.Tests.Scheduling;

public class AgendaTests
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private static WorldSpec World(params TimeSpan[] every) => new()
    {
        Targets = [new TargetSpec { Name = "t", Checks = [.. Enumerable.Range(0, every.Length)] }],
        Checks = [.. every.Select((e, i) => new CheckSpec { Name = $"c{i}", Target = 0, Kind = "http", Every = e })],
    };

    private static Agenda Started(params TimeSpan[] every)
    {
        var agenda = new Agenda(World(every), [.. Enumerable.Range(0, every.Length)]);
        agenda.Start(Start);
        return agenda;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void A_single_check_is_tried_at_once()
    {
        var agenda = Started(Seconds(3600));
        Assert.True(agenda.TryTake(Start, out var check, out var lag));
        Assert.Equal(0, check);
        Assert.Equal(TimeSpan.Zero, lag);
        Assert.False(agenda.TryTake(Start, out _, out _));
    }

    [Fact]
    public void First_attempts_of_many_checks_are_spread_and_each_comes_within_one_interval()
    {
        var agenda = Started([.. Enumerable.Repeat(Seconds(10), 5000)]);
        var perSecond = new int[10];
        var seen = new HashSet<int>();
        for (var ms = 0; ms < 10_000; ms++)
        {
            while (agenda.TryTake(Start + Seconds(ms / 1000.0), out var check, out _))
            {
                Assert.True(seen.Add(check), "tried twice in its first interval");
                perSecond[ms / 1000]++;
            }
        }
        Assert.Equal(5000, seen.Count);
        Assert.All(perSecond, n => Assert.InRange(n, 400, 600));
    }

    [Fact]
    public void Slots_do_not_drift_however_late_an_attempt_begins_or_ends()
    {
        var agenda = Started(Seconds(10));
        agenda.TryTake(Start, out _, out _);
        agenda.Return(0, Start);
        var slot = agenda.NextDue;
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(slot + Seconds(10 * i), agenda.NextDue);
            Assert.True(agenda.TryTake(agenda.NextDue + Seconds(2.7), out _, out var lag));
            Assert.Equal(Seconds(2.7), lag);
            agenda.Return(0, slot + Seconds(10 * i + 4.9));
        }
        Assert.Equal(0, agenda.Missed);
    }

    [Fact]
    public void A_restart_keeps_the_phase()
    {
        Instant Slot(Instant start)
        {
            var agenda = new Agenda(World(Seconds(60)), [0]);
            agenda.Start(start);
            agenda.TryTake(start, out _, out _);
            agenda.Return(0, start);
            return agenda.NextDue;
        }
        var difference = Slot(Start + Seconds(1234.5)) - Slot(Start);
        Assert.Equal(0, difference.Ticks % Seconds(60).Ticks);
    }

    [Fact]
    public void Two_attempts_never_stand_for_one_slot()
    {
        for (var offset = 0.0; offset < 60; offset += 0.5)
        {
            var agenda = new Agenda(World(Seconds(60)), [0]);
            var start = Start + Seconds(offset);
            agenda.Start(start);
            Assert.True(agenda.TryTake(start, out _, out _));
            agenda.Return(0, start);
            Assert.InRange(agenda.NextDue - start, Seconds(30), Seconds(90));
        }
    }

    [Fact]
    public void Missed_slots_are_counted_and_not_made_up_for()
    {
        var agenda = Started(Seconds(10));
        agenda.TryTake(Start, out _, out _);
        agenda.Return(0, Start);
        var slot = agenda.NextDue;
        agenda.TryTake(slot, out _, out _);
        agenda.Return(0, slot + Seconds(35));
        Assert.Equal(3, agenda.Missed);
        Assert.Equal(slot + Seconds(40), agenda.NextDue);
        Assert.False(agenda.TryTake(slot + Seconds(39), out _, out _));
    }

    [Fact]
    public void A_check_that_is_out_cannot_be_taken_again()
    {
        var agenda = Started(Seconds(1));
        agenda.TryTake(Start, out _, out _);
        Assert.False(agenda.TryTake(Start + Seconds(100), out _, out _));
        Assert.Equal(Instant.Distant, agenda.NextDue);
        agenda.Return(0, Start + Seconds(100));
        Assert.Throws<InvalidOperationException>(() => agenda.Return(0, Start));
    }

    [Fact]
    public void A_hastened_check_is_due_now_and_keeps_its_slots()
    {
        var agenda = Started(Seconds(60), Seconds(60));
        while (agenda.TryTake(Start + Seconds(1), out var first, out _))
            agenda.Return(first, Start + Seconds(1));
        var slot = agenda.NextDue;
        agenda.Hasten(0, Start + Seconds(2));
        Assert.True(agenda.TryTake(Start + Seconds(2), out var check, out var lag));
        Assert.Equal((0, TimeSpan.Zero), (check, lag));
        agenda.Return(0, Start + Seconds(3));
        Assert.True(agenda.NextDue >= slot, "the slots moved");
        Assert.Equal(0, agenda.Missed);
    }

    [Fact]
    public void A_check_hastened_while_it_is_out_is_due_when_it_returns()
    {
        var agenda = Started(Seconds(60));
        agenda.TryTake(Start, out _, out _);
        agenda.Hasten(0, Start + Seconds(1));
        agenda.Hasten(0, Start + Seconds(2));
        agenda.Return(0, Start + Seconds(3));
        Assert.True(agenda.TryTake(Start + Seconds(3), out _, out _));
        agenda.Return(0, Start + Seconds(4));
        Assert.False(agenda.TryTake(Start + Seconds(4), out _, out _));
    }

    [Fact]
    public void After_a_stall_the_overdue_checks_are_spread_again()
    {
        var agenda = Started([.. Enumerable.Repeat(Seconds(10), 1000)]);
        for (var ms = 0; ms < 10_000; ms++)
        {
            var now = Start + Seconds(ms / 1000.0);
            while (agenda.TryTake(now, out var check, out _))
                agenda.Return(check, now);
        }
        var woken = Start + Seconds(100);
        agenda.Respread(woken);
        var atOnce = 0;
        while (agenda.TryTake(woken, out var check, out _))
        {
            agenda.Return(check, woken);
            atOnce++;
        }
        Assert.InRange(atOnce, 1, 20);
        Assert.True(agenda.NextDue - woken < Seconds(1));
    }

    [Fact]
    public void Checks_left_out_are_unknown()
    {
        var agenda = new Agenda(World(Seconds(1), Seconds(1)), [1]);
        agenda.Start(Start);
        agenda.Hasten(0, Start);
        Assert.False(agenda.Knows(0));
        Assert.True(agenda.Knows(1));
        Assert.False(agenda.Knows(2));
        Assert.True(agenda.TryTake(Start, out var check, out _));
        Assert.Equal(1, check);
        Assert.False(agenda.TryTake(Start + Seconds(60), out _, out _));
    }

    [Fact]
    public void Nothing_is_allocated_per_attempt()
    {
        var agenda = Started([.. Enumerable.Repeat(Seconds(1), 256)]);
        long Turn(int seconds)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var s = 0; s < seconds; s++)
            {
                var now = Start + Seconds(s);
                while (agenda.TryTake(now, out var check, out _))
                    agenda.Return(check, now);
                agenda.Hasten(s % 256, now);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Turn(10);
        Assert.Equal(0, Turn(100));
    }

    /// <summary>Against the obvious model: the earliest due check comes first, attempts plus missed slots account for the time that has passed.</summary>
    [Fact]
    public void Checks_come_in_the_order_in_which_they_are_due()
    {
        Prop.ForAll(Gen.Choose(1, 500).ListOf().ToArbitrary(), steps =>
        {
            var agenda = Started([.. Enumerable.Range(1, 20).Select(i => Seconds(i))]);
            var now = Start;
            var held = new Queue<int>();
            foreach (var step in steps)
            {
                now += TimeSpan.FromMilliseconds(step);
                var lastLag = TimeSpan.MaxValue;
                while (agenda.TryTake(now, out var check, out var lag))
                {
                    if (lag > lastLag || held.Contains(check))
                        return false;
                    lastLag = lag;
                    held.Enqueue(check);
                }
                if (step % 3 == 0)
                    agenda.Hasten(step % 20, now);
                while (held.Count > step % 5)
                    agenda.Return(held.Dequeue(), now);
            }
            return agenda.NextDue > now || agenda.TryTake(now, out _, out _);
        }).QuickCheckThrowOnFailure();
    }
}
