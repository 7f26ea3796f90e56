namespace Hale.Telling;

/// <summary>
/// The notices that wait for one channel, and which of them is tried next. A subject is told in order: what comes later waits for what came
/// first. After a failure of the channel nothing is tried for a while, and then one notice, whatever else waits; what the receiver does not
/// want waits alone. Not safe for concurrent use.
/// </summary>
internal sealed class ChannelQueue(string channel, Func<TimeSpan> giveUp)
{
    /// <summary>More than these are not kept: the oldest are given up.</summary>
    public const int Most = 10_000;

    /// <summary>A notice that was not wanted this often is given up.</summary>
    public const int MostRefusals = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWish = TimeSpan.FromHours(1);

    private readonly List<OutboxRow> waiting = [];
    private readonly Dictionary<long, int> refusals = [];
    private int failures;
    private DateTimeOffset opensAt = DateTimeOffset.MinValue;

    /// <summary>What waits, oldest first.</summary>
    public IReadOnlyList<OutboxRow> Waiting => waiting;

    /// <summary>Failed attempts since the last delivery.</summary>
    public int Failures => failures;

    /// <summary>When something is tried again after a failure.</summary>
    public DateTimeOffset OpensAt => opensAt;

    /// <summary>Adds a notice.</summary>
    public void Add(OutboxRow row) => waiting.Add(row);

    /// <summary>Whatever a person does is tried at once.</summary>
    public void Hasten() => opensAt = DateTimeOffset.MinValue;

    /// <summary>What to try now; or nothing, and the moment at which to ask again (null: when something is added).</summary>
    public (OutboxRow? Row, DateTimeOffset? AskAt) Next(DateTimeOffset now)
    {
        if (waiting.Count == 0)
            return default;
        DateTimeOffset? earliest = waiting.Min(row => row.Since) + giveUp();
        if (opensAt > now)
            return (null, Earlier(earliest, opensAt));
        var blocked = new HashSet<string>();
        foreach (var row in waiting)
        {
            var subjects = row.Subjects.Split(' ');
            var isFree = !subjects.Any(blocked.Contains);
            if (isFree && row.NextAt <= now)
                return (row, null);
            if (isFree)
                earliest = Earlier(earliest, row.NextAt);
            blocked.UnionWith(subjects);
        }
        return (null, earliest);
    }

    /// <summary>Takes in what an attempt came to, and says how the notice stands.</summary>
    public OutboxRow Took(OutboxRow row, Delivery delivery, DateTimeOffset now)
    {
        var tried = row with { Attempts = row.Attempts + 1 };
        switch (delivery.Outcome)
        {
            case DeliveryOutcome.Delivered:
                failures = 0;
                opensAt = DateTimeOffset.MinValue;
                return Remove(tried with { State = NoticeState.Delivered, EndedAt = now, Proof = delivery.Detail });
            case DeliveryOutcome.Refused:
                failures = 0;
                refusals[row.Id] = refusals.GetValueOrDefault(row.Id) + 1;
                if (refusals[row.Id] >= MostRefusals)
                    return Remove(tried with { State = NoticeState.Dead, EndedAt = now, LastError = delivery.Detail });
                return Keep(tried with { NextAt = now + Pause(refusals[row.Id], row.Id), LastError = delivery.Detail });
            default:
                failures++;
                var wish = delivery.RetryAfter is { } asked && asked > TimeSpan.Zero ? (asked < LongestWish ? asked : LongestWish) : TimeSpan.Zero;
                var pause = Pause(failures, row.Id);
                opensAt = now + (wish > pause ? wish : pause);
                return Keep(tried with { NextAt = opensAt, LastError = delivery.Detail });
        }
    }

    /// <summary>Takes out what has waited too long, or what is too much.</summary>
    public IReadOnlyList<OutboxRow> GiveUp(DateTimeOffset now)
    {
        List<OutboxRow>? dead = null;
        for (var i = 0; i < waiting.Count; i++)
        {
            var row = waiting[i];
            var isOld = now - row.Since >= giveUp();
            if (!isOld && waiting.Count - (dead?.Count ?? 0) <= Most)
                continue;
            var why = isOld ? row.LastError ?? "the channel let nothing through" : $"more than {Most} notices wait for {channel}";
            (dead ??= []).Add(row with { State = NoticeState.Dead, EndedAt = now, LastError = why });
        }
        foreach (var row in dead ?? [])
            Remove(row);
        return dead ?? [];
    }

    /// <summary>Doubles from a second to five minutes, lengthened by up to a fifth, so that what failed together is not tried together again.</summary>
    private TimeSpan Pause(int times, long id)
    {
        var doubled = FirstPause * Math.Pow(2, Math.Min(times - 1, 20));
        var share = Core.Scheduling.StableHash.Of($"{channel}/{id}/{times}") % 1000 / 1000.0;
        return (doubled < LongestPause ? doubled : LongestPause) * (1 + 0.2 * share);
    }

    private OutboxRow Keep(OutboxRow row)
    {
        waiting[waiting.FindIndex(each => each.Id == row.Id)] = row;
        return row;
    }

    private OutboxRow Remove(OutboxRow row)
    {
        waiting.RemoveAll(each => each.Id == row.Id);
        refusals.Remove(row.Id);
        return row;
    }

    private static DateTimeOffset Earlier(DateTimeOffset? a, DateTimeOffset b) => a < b ? a.Value : b;
}
