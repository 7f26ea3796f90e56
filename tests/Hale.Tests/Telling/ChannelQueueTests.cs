using Hale.Telling;
using Xunit;

namespace Hale.Tests.Telling;

public class ChannelQueueTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly ChannelQueue queue = new("ops", () => TimeSpan.FromHours(24));
    private DateTimeOffset now = Noon;

    private static OutboxRow Row(long id, string subjects) => new()
    {
        Id = id,
        Key = $"ops:{id}",
        Channel = "ops",
        Kind = "problem",
        Subjects = subjects,
        Body = "",
        CreatedAt = Noon,
        Since = Noon,
        NextAt = Noon,
    };

    private void Add(params OutboxRow[] rows)
    {
        foreach (var row in rows)
            queue.Add(row);
    }

    private long? Next() => queue.Next(now).Row?.Id;

    private OutboxRow Took(Delivery delivery) => queue.Took(queue.Next(now).Row!, delivery, now);

    [Fact]
    public void Notices_are_tried_in_their_order()
    {
        Add(Row(1, "web"), Row(2, "db"), Row(3, "web"));
        Assert.Equal(NoticeState.Delivered, Took(Delivery.Done("200")).State);
        Assert.Equal(2, Next());
        Took(Delivery.Done("200"));
        Took(Delivery.Done("200"));
        Assert.Equal((null, null), queue.Next(now));
    }

    [Fact]
    public void After_a_failure_nothing_is_tried_for_a_while_that_doubles_up_to_five_minutes()
    {
        Add(Row(1, "web"), Row(2, "db"));
        var pause = TimeSpan.Zero;
        for (var attempt = 1; attempt <= 12; attempt++)
        {
            var row = Took(Delivery.Failed("refused"));
            Assert.Equal((1, attempt, NoticeState.Pending), (row.Id, row.Attempts, row.State));
            var next = queue.Next(now);
            Assert.Null(next.Row);
            var wait = next.AskAt!.Value - now;
            Assert.InRange(wait, TimeSpan.FromSeconds(Math.Min(Math.Pow(2, attempt - 1), 300)), TimeSpan.FromSeconds(Math.Min(Math.Pow(2, attempt - 1), 300) * 1.2));
            (pause, now) = (wait, now + wait);
        }
        Assert.InRange(pause, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
        Took(Delivery.Done("200"));
        Assert.Equal(2, Next());
    }

    [Fact]
    public void A_wish_of_the_receiver_lengthens_the_pause_up_to_an_hour()
    {
        Add(Row(1, "web"));
        Took(Delivery.Failed("429") with { RetryAfter = TimeSpan.FromSeconds(90) });
        Assert.Equal(Noon.AddSeconds(90), queue.OpensAt);
        now = queue.OpensAt;
        Took(Delivery.Failed("429") with { RetryAfter = TimeSpan.FromDays(3) });
        Assert.Equal(now.AddHours(1), queue.OpensAt);
    }

    [Fact]
    public void What_is_refused_waits_alone_and_holds_back_only_what_is_about_the_same()
    {
        Add(Row(1, "web"), Row(2, "web db"), Row(3, "mail"), Row(4, "db"));
        Took(Delivery.Refused("400"));
        Assert.Equal(3, Next());
        Took(Delivery.Done("200"));
        Assert.Null(Next()); // 4 is about db, and so is 2, which waits for 1.
        now += TimeSpan.FromSeconds(2);
        Assert.Equal(1, Next());
    }

    [Fact]
    public void What_is_refused_too_often_is_given_up()
    {
        Add(Row(1, "web"), Row(2, "web"));
        for (var refusal = 1; refusal < ChannelQueue.MostRefusals; refusal++)
        {
            Assert.Equal(NoticeState.Pending, Took(Delivery.Refused("400")).State);
            now += TimeSpan.FromMinutes(10);
        }
        var dead = Took(Delivery.Refused("400 \"no such field\""));
        Assert.Equal((NoticeState.Dead, "400 \"no such field\""), (dead.State, dead.LastError));
        Assert.Equal(2, Next());
    }

    [Fact]
    public void What_is_too_old_is_given_up_and_the_rest_goes_on()
    {
        Add(Row(1, "web"), Row(2, "db") with { Since = Noon.AddHours(1) });
        Took(Delivery.Failed("refused"));
        now = Noon.AddHours(23);
        Assert.Empty(queue.GiveUp(now));
        now = Noon.AddHours(24);
        var dead = Assert.Single(queue.GiveUp(now));
        Assert.Equal((1, NoticeState.Dead, "refused"), (dead.Id, dead.State, dead.LastError));
        Assert.Equal(2, Next());
    }

    [Fact]
    public void More_than_fit_are_given_up_from_the_oldest_on()
    {
        for (var id = 1; id <= ChannelQueue.Most + 3; id++)
            queue.Add(Row(id, $"t{id}"));
        Assert.Equal([1, 2, 3], queue.GiveUp(now).Select(row => row.Id));
    }

    [Fact]
    public void The_moment_to_ask_again_is_that_of_the_first_to_be_due_or_given_up()
    {
        Add(Row(1, "web"));
        Took(Delivery.Refused("400"));
        Assert.InRange(queue.Next(now).AskAt!.Value, Noon.AddSeconds(1), Noon.AddSeconds(1.2));
        var late = new ChannelQueue("ops", () => TimeSpan.FromSeconds(1));
        late.Add(Row(1, "web"));
        late.Took(late.Next(now).Row!, Delivery.Failed("429") with { RetryAfter = TimeSpan.FromMinutes(1) }, now);
        Assert.Equal(Noon.AddSeconds(1), late.Next(now).AskAt);
    }
}
