using Hale.Core;
using Hale.Core.Model;
using Hale.Running;
using Microsoft.Data.Sqlite;

namespace Hale.Storage;

/// <summary>Reads a journal beside the engine that writes it, or one that nobody writes any more. Safe for concurrent use.</summary>
public sealed class JournalReader(string file) : IDisposable
{
    private readonly Lock gate = new();
    private SqliteConnection? connection;

    /// <summary>History, newest first.</summary>
    public IReadOnlyList<HistoryEntry> History(HistoryQuery query)
    {
        lock (gate)
        {
            using var command = Open().CreateCommand();
            var kinds = query.Kinds ?? [];
            // The list of kinds is built from parameter names only.
#pragma warning disable CA2100
            command.CommandText = $"""
                select id, at, kind, target, text, intent from history
                where ($target is null or target = $target) and ($before is null or id < $before)
                {(kinds.Length == 0 ? "" : $"and kind in ({string.Join(", ", kinds.Select((_, i) => $"$k{i}"))})")}
                order by id desc limit $limit
                """;
#pragma warning restore CA2100
            command.Parameters.AddWithValue("$target", (object?)query.Target ?? DBNull.Value);
            command.Parameters.AddWithValue("$before", (object?)query.Before ?? DBNull.Value);
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
            var checkpoints = new List<(long Segment, long Config, ulong Digest, DateTimeOffset At)>();
            using (var command = connection.CreateCommand())
            {
                command.CommandText = "select segment, config, digest, at from checkpoints order by id";
                using var reader = command.ExecuteReader();
                while (reader.Read())
                    checkpoints.Add((reader.GetInt64(0), reader.GetInt64(1), unchecked((ulong)reader.GetInt64(2)), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3))));
            }
            if (checkpoints.Count == 0)
                return new ReplayResult(0, 0, null, null);
            long facts = 0;
            World? world = null;
            for (var i = 0; i < checkpoints.Count; i++)
            {
                var (segment, config, digest, at) = checkpoints[i];
                if (world is not null && i > 0 && checkpoints[i - 1].Config == config && world.Digest() != digest)
                    return new ReplayResult(facts, i, $"the world folded from the facts differs from the one that was kept at {at:O}", world.TakeSnapshot());
                // Every stretch begins from what was kept, so that one difference is reported where it arose.
                world = LoadCheckpoint(segment, config);
                var next = i + 1 < checkpoints.Count ? checkpoints[i + 1].Segment : long.MaxValue;
                facts += Fold(world, segment, next);
            }
            return new ReplayResult(facts, checkpoints.Count, null, world!.TakeSnapshot());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection?.Dispose();

    private World LoadCheckpoint(long segment, long config)
    {
        using var command = Open().CreateCommand();
        command.CommandText = "select c.body, f.spec from checkpoints c join configs f on f.id = c.config where c.segment = $segment and c.config = $config order by c.id desc limit 1";
        command.Parameters.AddWithValue("$segment", segment);
        command.Parameters.AddWithValue("$config", config);
        using var reader = command.ExecuteReader();
        reader.Read();
        using var body = new BinaryReader(new MemoryStream(reader.GetFieldValue<byte[]>(0)));
        return World.Load(SpecJson.Read(reader.GetString(1)), body);
    }

    private long Fold(World world, long after, long upTo)
    {
        using var command = Open().CreateCommand();
        command.CommandText = "select body from segments where id > $after and id <= $upTo order by id";
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$upTo", upTo);
        using var reader = command.ExecuteReader();
        long facts = 0;
        while (reader.Read())
            foreach (var fact in SegmentReader.Read(reader.GetFieldValue<byte[]>(0)))
            {
                world.Fold(fact);
                facts++;
            }
        return facts;
    }

    private SqliteConnection Open()
    {
        if (connection is not null)
            return connection;
        // Not read-only: a reader of a WAL database needs its shared-memory file, which a crash may have left to be recovered.
        var opened = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        opened.Open();
        using var command = opened.CreateCommand();
        command.CommandText = "pragma busy_timeout = 5000; pragma query_only = on;";
        command.ExecuteNonQuery();
        return connection = opened;
    }
}

/// <summary>What folding a journal again came to.</summary>
/// <param name="Facts">Facts folded.</param>
/// <param name="Checkpoints">Checkpoints seen.</param>
/// <param name="Difference">Where the folded world differs from the kept one; null when it never does.</param>
/// <param name="World">The world at the end, or at the difference; null for an empty journal.</param>
public sealed record ReplayResult(long Facts, int Checkpoints, string? Difference, Snapshot? World);
