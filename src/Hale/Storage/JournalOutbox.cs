using Hale.Telling;
using Microsoft.Data.Sqlite;

namespace Hale.Storage;

/// <summary>The outbox: notices are written in the transaction of the facts that brought them about, and so is what became of them.</summary>
internal sealed partial class Journal
{
    private const string OutboxColumns = "id, key, channel, kind, subjects, body, created_at, since, state, attempts, next_at, last_error, ended_at, proof";

    /// <summary>Number for the next notice: greater than any that was ever written.</summary>
    public long NextNotice { get; private set; }

    /// <summary>Records a notice that is to be delivered. It is on disk, for a power cut too, after the next successful <see cref="Commit"/>.</summary>
    public void AppendNotice(OutboxRow row)
    {
        NextNotice = Math.Max(NextNotice, row.Id + 1);
        durable = true;
        rows.Add(transaction =>
        {
            // A key that is there already is a notice that is there already.
            using var insert = Command($"insert or ignore into outbox({OutboxColumns}) values ($id, $key, $channel, $kind, $subjects, $body, $created, $since, $state, $attempts, $next, $error, $ended, $proof)",
                "$id", "$key", "$channel", "$kind", "$subjects", "$body", "$created", "$since", "$state", "$attempts", "$next", "$error", "$ended", "$proof");
            insert.Transaction = transaction;
            object?[] values = [row.Id, row.Key, row.Channel, row.Kind, row.Subjects, row.Body, Milliseconds(row.CreatedAt), Milliseconds(row.Since), Word(row.State),
                row.Attempts, Milliseconds(row.NextAt), row.LastError, Milliseconds(row.EndedAt), row.Proof];
            for (var i = 0; i < values.Length; i++)
                insert.Parameters[i].Value = values[i] ?? DBNull.Value;
            insert.ExecuteNonQuery();
        });
    }

    /// <summary>Records what an attempt at a notice came to.</summary>
    public void AppendDelivery(OutboxRow row) => rows.Add(transaction =>
    {
        using var update = Command("update outbox set since = $since, state = $state, attempts = $attempts, next_at = $next, last_error = $error, ended_at = $ended, proof = $proof where id = $id",
            "$since", "$state", "$attempts", "$next", "$error", "$ended", "$proof", "$id");
        update.Transaction = transaction;
        object?[] values = [Milliseconds(row.Since), Word(row.State), row.Attempts, Milliseconds(row.NextAt), row.LastError, Milliseconds(row.EndedAt), row.Proof, row.Id];
        for (var i = 0; i < values.Length; i++)
            update.Parameters[i].Value = values[i] ?? DBNull.Value;
        update.ExecuteNonQuery();
    });

    /// <summary>The notices that an earlier run left undelivered, in their order.</summary>
    public IReadOnlyList<OutboxRow> PendingNotices()
    {
        using var command = Command($"select {OutboxColumns} from outbox where state = 'pending' order by id");
        return ReadNotices(command);
    }

    /// <summary>The rows that a query with all columns of the outbox gives.</summary>
    internal static List<OutboxRow> ReadNotices(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var read = new List<OutboxRow>();
        while (reader.Read())
            read.Add(new OutboxRow
            {
                Id = reader.GetInt64(0),
                Key = reader.GetString(1),
                Channel = reader.GetString(2),
                Kind = reader.GetString(3),
                Subjects = reader.GetString(4),
                Body = reader.GetString(5),
                CreatedAt = Moment(reader.GetInt64(6)),
                Since = Moment(reader.GetInt64(7)),
                State = Enum.Parse<NoticeState>(reader.GetString(8), ignoreCase: true),
                Attempts = reader.GetInt32(9),
                NextAt = Moment(reader.GetInt64(10)),
                LastError = reader.IsDBNull(11) ? null : reader.GetString(11),
                EndedAt = reader.IsDBNull(12) ? null : Moment(reader.GetInt64(12)),
                Proof = reader.IsDBNull(13) ? null : reader.GetString(13),
            });
        return read;
    }

    private static string Word(NoticeState state) => state.ToString().ToLowerInvariant();

    private static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private static long? Milliseconds(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
