using Hale.Core;
using Hale.Core.Model;
using Hale.Running;
using Microsoft.Data.Sqlite;

namespace Hale.Storage;

/// <summary>Reads a journal beside the engine that writes it, or one that nobody writes any more. Safe for concurrent use.</summary>
public sealed partial class JournalReader(string file) : IDisposable
{
    private readonly Lock gate = new();
    private SqliteConnection? connection;

    /// <summary>The numbers of the oldest and the newest entry of the history; null for an empty one.</summary>
    public (long Oldest, long Newest)? HistoryRange()
    {
        lock (gate)
        {
            using var command = Open().CreateCommand();
            // Two look-ups at the ends of the tree; min and max in one query would walk all of it.
            command.CommandText = "select (select min(id) from history), (select max(id) from history)";
            using var reader = command.ExecuteReader();
            reader.Read();
            return reader.IsDBNull(0) ? null : (reader.GetInt64(0), reader.GetInt64(1));
        }
    }

    /// <summary>History, newest first; oldest first with <see cref="HistoryQuery.After"/>.</summary>
    public IReadOnlyList<HistoryEntry> History(HistoryQuery query)
    {
        lock (gate)
        {
            using var command = Open().CreateCommand();
            var kinds = query.Kinds ?? [];
            // The list of kinds is built from parameter names only, the rest from constants.
#pragma warning disable CA2100
            command.CommandText = $"""
                select id, at, kind, target, text, intent from history
                where ($target is null or target = $target) and ($before is null or id < $before) {(query.After is null ? "" : "and id > $after")}
                and ($alarm is null or kind = 'alarm' and substr(text, 1, length($alarm)) = $alarm)
                {(kinds.Length == 0 ? "" : $"and kind in ({string.Join(", ", kinds.Select((_, i) => $"$k{i}"))})")}
                order by id {(query.After is null ? "desc" : "asc")} limit $limit
                """;
#pragma warning restore CA2100
            command.Parameters.AddWithValue("$target", (object?)query.Target ?? DBNull.Value);
            command.Parameters.AddWithValue("$before", (object?)query.Before ?? DBNull.Value);
            // Its line begins with its name and a colon, which no name has.
            command.Parameters.AddWithValue("$alarm", query.Alarm is { } alarm ? alarm + ":" : DBNull.Value);
            if (query.After is { } after)
                command.Parameters.AddWithValue("$after", after);
            command.Parameters.AddWithValue("$limit", Math.Clamp(query.Limit, 1, 1000));
            for (var i = 0; i < kinds.Length; i++)
                command.Parameters.AddWithValue($"$k{i}", kinds[i]);
            using var reader = command.ExecuteReader();
            var entries = new List<HistoryEntry>();
            while (reader.Read())
                entries.Add(new(reader.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)), reader.GetString(2),
                    reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetInt64(5)));
            return entries;
        }
    }

    /// <summary>Numbers of the intents that have no outcome.</summary>
    public IReadOnlyList<long> OpenIntents()
    {
        lock (gate)
        {
            using var command = Open().CreateCommand();
            command.CommandText = "select id from intents where outcome is null order by id";
            using var reader = command.ExecuteReader();
            var open = new List<long>();
            while (reader.Read())
                open.Add(reader.GetInt64(0));
            return open;
        }
    }

    /// <summary>Folds the journal again from its first checkpoint and compares the world with every later checkpoint.</summary>
    /// <exception cref="InvalidDataException">The journal holds something that cannot be read.</exception>
    public ReplayResult Replay()
    {
        lock (gate)
        {
            var connection = Open();
            var checkpoints = Checkpoints(connection);
            Refold? refold = null;
            long facts = 0;
            for (var i = 0; i < checkpoints.Count; i++)
            {
                var checkpoint = checkpoints[i];
                // A world under another configuration, or after facts that the disk had no room for, begins from what was kept.
                var isComparable = refold is not null && checkpoints[i - 1].Config == checkpoint.Config && !checkpoint.AfterGap;
                if (isComparable && refold!.World.Digest() != checkpoint.Digest)
                    return new ReplayResult(facts, i,
                        $"the world folded from segments {checkpoints[i - 1].Segment + 1} to {checkpoint.Segment} differs from the one that was kept at {checkpoint.At:O}",
                        refold.World.TakeSnapshot());
                // Every stretch begins from what was kept, so that one difference is reported where it arose.
                refold = new Refold(connection, checkpoint.Id);
                refold.Through(i + 1 < checkpoints.Count ? checkpoints[i + 1].Segment : long.MaxValue);
                facts += refold.Facts;
            }
            return new ReplayResult(facts, checkpoints.Count, null, refold?.World.TakeSnapshot());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection?.Dispose();

    private static List<Checkpoint> Checkpoints(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select id, segment, config, digest, after_gap, at from checkpoints order by id";
        using var reader = command.ExecuteReader();
        var checkpoints = new List<Checkpoint>();
        while (reader.Read())
            checkpoints.Add(new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), unchecked((ulong)reader.GetInt64(3)), reader.GetBoolean(4),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5))));
        return checkpoints;
    }

    private SqliteConnection Open() => connection ??= JournalFile.OpenToRead(file);

    private readonly record struct Checkpoint(long Id, long Segment, long Config, ulong Digest, bool AfterGap, DateTimeOffset At);
}

/// <summary>What folding a journal again came to.</summary>
/// <param name="Facts">Facts folded.</param>
/// <param name="Checkpoints">Checkpoints seen.</param>
/// <param name="Difference">Where the folded world differs from the kept one; null when it never does.</param>
/// <param name="World">The world at the end, or at the difference; null for an empty journal.</param>
public sealed record ReplayResult(long Facts, int Checkpoints, string? Difference, Snapshot? World);
