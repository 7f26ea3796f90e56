using System.Text.Json;

namespace Hale.Telling;

/// <summary>
/// Delivers what the outbox holds, each channel in a loop of its own, so that one that hangs delays no other. At least once: what a channel
/// has taken and the journal has not heard of is sent again after a crash, under the same key.
/// </summary>
internal sealed class Deliverer : IAsyncDisposable
{
    private readonly List<Task> ending = [];
    private volatile Dictionary<string, ChannelLoop> loops;
    private readonly TimeProvider time;
    private readonly Action<OutboxRow> report;

    /// <param name="channels">The channels.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="report">Takes what each attempt came to; must not block.</param>
    public Deliverer(IReadOnlyList<ChannelPlan> channels, TimeProvider time, Action<OutboxRow> report)
    {
        (this.time, this.report) = (time, report);
        loops = channels.ToDictionary(channel => channel.Name, channel => new ChannelLoop(channel, time, report));
    }

    /// <summary>The channels as they stand.</summary>
    public IReadOnlyList<ChannelStanding> Channels => [.. loops.Values.Select(loop => loop.Standing)];

    /// <summary>What waits to be delivered, oldest first.</summary>
    public IReadOnlyList<OutboxRow> Waiting => [.. loops.Values.SelectMany(loop => loop.Waiting).OrderBy(row => row.Id)];

    /// <summary>How many wait.</summary>
    public int Pending => loops.Values.Sum(loop => loop.Standing.Waiting);

    /// <summary>Begins to deliver.</summary>
    public void Start()
    {
        foreach (var loop in loops.Values)
            loop.Start();
    }

    /// <summary>Takes a notice; it has to be in the journal, unless the journal cannot be written. Never blocks.</summary>
    public void Add(OutboxRow row)
    {
        if (loops.TryGetValue(row.Channel, out var loop))
            loop.Add(row);
        else
            GiveUp(row);
    }

    /// <summary>
    /// Goes on with other channels. What waits for a channel that goes on waits still, and goes by its new settings; what waits for one that is no
    /// more is given up. Called by the engine's loop; never blocks.
    /// </summary>
    public void Use(IReadOnlyList<ChannelPlan> channels)
    {
        var (before, next) = (loops, new Dictionary<string, ChannelLoop>());
        foreach (var channel in channels)
        {
            if (before.TryGetValue(channel.Name, out var loop))
                loop.Plan = channel;
            else
                (loop = new ChannelLoop(channel, time, report)).Start();
            next.Add(channel.Name, loop);
        }
        loops = next;
        ending.RemoveAll(task => task.IsCompleted);
        ending.AddRange(before.Where(pair => !next.ContainsKey(pair.Key)).Select(pair => EndAsync(pair.Value)));
    }

    /// <summary>Sends a letter past the queue, once, and says what came of it.</summary>
    /// <returns>Null when no channel has that name.</returns>
    public Task<Delivery>? TryAsync(string channel, Letter letter, CancellationToken cancel) =>
        loops.TryGetValue(channel, out var loop) ? Attempt.SendAsync(loop.Plan, letter, time, cancel) : null;

    /// <summary>Stops; what is under way is left to its own end, and is delivered again by the next run.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var loop in loops.Values)
            await loop.DisposeAsync();
        await Task.WhenAll(ending);
    }

    private async Task EndAsync(ChannelLoop loop)
    {
        await loop.DisposeAsync();
        foreach (var row in loop.Waiting)
            GiveUp(row);
    }

    private void GiveUp(OutboxRow row) =>
        report(row with { State = NoticeState.Dead, EndedAt = time.GetUtcNow(), LastError = $"no channel is named {row.Channel} any more" });

    /// <summary>The letter of a row.</summary>
    internal static Letter? LetterOf(OutboxRow row)
    {
        try
        {
            return Letter.FromJson(row.Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How a channel stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Waiting">Notices that wait for it.</param>
/// <param name="Failures">Failed attempts since the last delivery.</param>
/// <param name="LastError">Why the last attempt failed; null when it did not.</param>
/// <param name="DeliveredAt">When it last took something; null when it has not in this run.</param>
/// <param name="OpensAt">When it is tried again after a failure; null when it may be tried now.</param>
public sealed record ChannelStanding(string Name, string Kind, int Waiting, int Failures, string? LastError, DateTimeOffset? DeliveredAt, DateTimeOffset? OpensAt);
