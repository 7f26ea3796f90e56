using System.Globalization;
using Hale.Telling;

namespace Hale.Storage;

/// <summary>The outbox for readers.</summary>
public sealed partial class JournalReader
{
    private const string OutboxColumns = "select id, key, channel, kind, subjects, body, created_at, since, state, attempts, next_at, last_error, ended_at, proof from outbox";

    /// <summary>Notices of one state, newest first.</summary>
    public IReadOnlyList<OutboxRow> Notices(NoticeState state, int limit)
    {
        lock (gate)
        {
            using var command = Open().CreateCommand();
            command.CommandText = $"{OutboxColumns} where state = $state order by id desc limit $limit";
            command.Parameters.AddWithValue("$state", state.ToString().ToLowerInvariant());
            command.Parameters.AddWithValue("$limit", Math.Clamp(limit, 0, 1000));
            return Journal.ReadNotices(command);
        }
    }

    /// <summary>A notice by its number; null when there is none.</summary>
    public OutboxRow? Notice(long id)
    {
        lock (gate)
        {
            using var command = Open().CreateCommand();
            command.CommandText = $"{OutboxColumns} where id = $id";
            command.Parameters.AddWithValue("$id", id);
            return Journal.ReadNotices(command) is [var row] ? row : null;
        }
    }

    /// <summary>How many notices were given up.</summary>
    public long CountDead()
    {
        lock (gate)
        {
            using var command = Open().CreateCommand();
            command.CommandText = "select count(*) from outbox where state = 'dead'";
            return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        }
    }
}
