using Hale.Core.Model;
using Hale.Core.Telling;
using Hale.Storage;

namespace Hale.Telling;

/// <summary>
/// Between the engine and the deliverer: notices are written into the journal with the facts that brought them about and handed over once
/// they are on disk; what became of them is written down after. Used by the engine's loop only.
/// </summary>
internal sealed class Outbox(Journal journal, Action<OutboxRow> deliver)
{
    private static readonly TimeSpan NotesApart = TimeSpan.FromHours(1);

    private readonly List<OutboxRow> written = [];
    private readonly Dictionary<string, DateTimeOffset> noted = [];
    private bool settled;

    /// <summary>The next commit should not wait: there are notices to hand over, or deliveries that a crash would repeat.</summary>
    public bool HasNews => written.Count > 0 || settled;

    /// <summary>Writes down what the last fold wants told.</summary>
    public void Take(IReadOnlyList<Notice> notices, WorldSpec spec, DateTimeOffset wall)
    {
        foreach (var notice in notices)
        {
            var channel = spec.Telling.Channels[notice.Channel];
            Write(Letter.Of(notice, channel, wall), channel, wall);
        }
    }

    /// <summary>
    /// Hands over what was written. When the journal could not be written, too: that somebody hears of it now is worth more than that it
    /// would be repeated under the same key after a crash.
    /// </summary>
    public void HandOver()
    {
        foreach (var row in written)
            deliver(row);
        written.Clear();
        settled = false;
    }

    /// <summary>Writes down what an attempt came to; a notice that was given up is told to the other channels.</summary>
    public void Record(OutboxRow row, IReadOnlyList<string> channels)
    {
        journal.AppendDelivery(row);
        settled |= row.State != NoticeState.Pending;
        var at = row.EndedAt ?? row.NextAt;
        switch (row.State)
        {
            case NoticeState.Delivered:
                History(row, row.EndedAt!.Value, $"#{row.Id} {row.Kind} delivered to {row.Channel}{(row.Attempts > 1 ? $" at attempt {row.Attempts}" : "")}: {row.Proof}");
                break;
            case NoticeState.Dead:
                History(row, row.EndedAt!.Value, $"#{row.Id} {row.Kind} to {row.Channel} was given up after {row.Attempts} attempts: {row.LastError}; hale notices retry {row.Id}");
                NoteDead(row, channels);
                break;
            case NoticeState.Pending when row.Since > row.CreatedAt && row.Attempts == 0:
                History(row, row.Since, $"#{row.Id} {row.Kind} to {row.Channel} is tried again, as a person wants it");
                written.Add(row);
                break;
            // How often it is tried shows in the notice; history tells that it did not get through at once.
            case NoticeState.Pending when row.Attempts == 1:
                History(row, at, $"#{row.Id} {row.Kind} to {row.Channel} failed and is tried again: {row.LastError}");
                break;
        }
    }

    private void Write(Letter letter, string channel, DateTimeOffset wall)
    {
        var row = new OutboxRow
        {
            Id = journal.NextNotice,
            Key = letter.Key,
            Channel = channel,
            Kind = letter.Kind,
            Subjects = string.Join(' ', letter.Items.Select(item => item.Subject)),
            Body = letter.ToJson(),
            CreatedAt = wall,
            Since = wall,
            NextAt = wall,
        };
        journal.AppendNotice(row);
        History(row, wall, $"#{row.Id} to {channel}: {LetterText.Title(letter)}");
        written.Add(row);
    }

    private void NoteDead(OutboxRow row, IReadOnlyList<string> channels)
    {
        var now = row.EndedAt!.Value;
        // A note that nobody could be told of is not told of in its turn, and a channel that is gone for good is not news every minute.
        if (row.Kind == "note" || noted.TryGetValue(row.Channel, out var last) && now - last < NotesApart)
            return;
        noted[row.Channel] = now;
        foreach (var other in channels)
            if (other != row.Channel)
                Write(new Letter
                {
                    Key = $"{other}:dead-{row.Id}:{row.Since.ToUnixTimeSeconds()}",
                    Kind = "note",
                    At = now,
                    Host = Environment.MachineName,
                    Items = [new LetterItem("hale", "hale/notices", $"dead-{row.Id}", "warning", now, $"could not deliver to {row.Channel} and has given up notice #{row.Id} ({row.Kind}: {row.Subjects}): {row.LastError}")],
                }, other, now);
    }

    private void History(OutboxRow row, DateTimeOffset at, string text) =>
        journal.AppendHistory(at, "notice", Deliverer.LetterOf(row) is { Items: [{ Type: "target" } only] } ? only.Subject : null, text, null);
}
