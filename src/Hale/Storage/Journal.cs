using System.Globalization;
using System.Text;
using Hale.Core;
using Hale.Core.Model;
using Hale.Metrics;
using Hale.Running;
using Microsoft.Data.Sqlite;

namespace Hale.Storage;

/// <summary>
/// The memory of Hale: one SQLite file in WAL mode. Facts are appended in memory and committed in groups; an intent is committed with
/// <c>synchronous=FULL</c> (its pages reach the disk) before anything acts on it. When the disk refuses, facts are held back up to a limit,
/// <see cref="Trouble"/> says so, and watching goes on. Used by the engine's loop only; readers use <see cref="JournalReader"/>.
/// </summary>
internal sealed partial class Journal : IDisposable
{
    /// <summary>
    /// A restart needs the last checkpoint only. For replays the others are thinned after an hour to one in three hours, since with 5,000 checks each has a
    /// megabyte; both in milliseconds. Those that bridge a gap or begin a configuration stay.
    /// </summary>
    private const long DenseFor = 3_600_000, ThinnedTo = 3 * DenseFor;

    private readonly long holdBack;
    private readonly SqliteConnection connection;
    private readonly SegmentWriter segment = new();
    private readonly List<Action<SqliteTransaction>> rows = [];
    private readonly List<HistoryRow> history = [];
    private readonly SqliteCommand insertSegment;
    private readonly SqliteCommand insertHistory;
    private long config;
    private bool durable;
    private bool gap;

    private Journal(SqliteConnection connection, string file, long holdBack)
    {
        this.connection = connection;
        this.holdBack = holdBack;
        File = file;
        insertSegment = Command("insert into segments(at, config, facts, body) values ($at, $config, $facts, $body)", "$at", "$config", "$facts", "$body");
        insertHistory = Command("insert into history(at, kind, target, text, intent) values ($at, $kind, $target, $text, $intent)", "$at", "$kind", "$target", "$text", "$intent");
        Metrics = new MetricStore(connection);
        LastHistoryId = Convert.ToInt64(Scalar("select coalesce(max(id), 0) from history"), CultureInfo.InvariantCulture);
        NextNotice = Convert.ToInt64(Scalar("select coalesce(max(id), 0) + 1 from outbox"), CultureInfo.InvariantCulture);
        NextIntent = Convert.ToInt64(Scalar("select coalesce(max(id), 0) + 1 from intents"), CultureInfo.InvariantCulture);
    }

    /// <summary>The metrics that are kept beside the facts.</summary>
    public MetricStore Metrics { get; }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>Why nothing can be written; null when it can.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Number for the next intent: greater than any that was ever written.</summary>
    public long NextIntent { get; private set; }

    /// <summary>Number of the last history entry that was committed.</summary>
    public long LastHistoryId { get; private set; }

    /// <summary>There are facts, other than the passing of time, that have not been committed.</summary>
    public bool HasNews => segment.Weight > 0 || history.Count > 0 || rows.Count > 0;

    /// <summary>Nothing at all has been appended since the last commit.</summary>
    public bool IsEmpty => segment.Count == 0 && !HasNews;

    /// <summary>Opens or creates the journal.</summary>
    /// <param name="file">The file.</param>
    /// <param name="holdBack">Bytes of facts held back while the disk refuses; beyond them they are given up, and a checkpoint has to follow.</param>
    /// <exception cref="JournalException">The file is no journal, is damaged, or is of a newer version.</exception>
    public static Journal Open(string file, long holdBack = 16 << 20)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        try
        {
            connection.Open();
            JournalSchema.Prepare(connection, file);
            return new Journal(connection, file, holdBack);
        }
        catch (Exception error)
        {
            connection.Dispose();
            if (error is SqliteException)
                throw new JournalException($"{file} cannot be opened as Hale's journal: {error.Message}", error);
            throw;
        }
    }

    /// <summary>Makes the specs that the following facts are about known; writes them once. A checkpoint has to be the first thing that follows.</summary>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public void UseConfig(WorldSpec spec, string source, DateTimeOffset at)
    {
        try
        {
            config = Known(KeptConfig.Of(spec, source), at);
        }
        catch (SqliteException error)
        {
            throw new JournalException($"{File} cannot be written: {error.Message}", error);
        }
    }

    /// <summary>
    /// Goes on with other specs: what was appended so far is written under the present ones, then the new ones and the world as they see it. False:
    /// the disk refused (<see cref="Trouble"/> says why), and the present specs go on to be in use.
    /// </summary>
    /// <param name="next">The new specs.</param>
    /// <param name="present">The world under the present specs, for the case that facts were given up.</param>
    /// <param name="moved">The world under the new ones.</param>
    /// <param name="wall">The wall clock.</param>
    public bool MoveTo(KeptConfig next, World present, World moved, DateTimeOffset wall)
    {
        if (!Commit(wall, gap ? present : null))
            return false;
        var before = config;
        try
        {
            config = Known(next, wall);
        }
        catch (SqliteException error)
        {
            Trouble = $"the journal cannot be written: {error.Message}";
            return false;
        }
        if (Commit(wall, moved))
            return true;
        config = before;
        return false;
    }

    /// <summary>Appends a fact; it is on disk after the next successful <see cref="Commit"/>.</summary>
    public void Append(Fact fact)
    {
        segment.Write(fact);
        switch (fact)
        {
            case IntentOpened { Intent: var intent }:
                NextIntent = Math.Max(NextIntent, intent.Id + 1);
                durable = true;
                break;
            case IntentClosed or Ordered or LifeBegan:
                durable = true;
                break;
        }
    }

    /// <summary>Records an intent beside its fact, for readers and for settling after a crash.</summary>
    public void AppendIntent(Intent intent, string target, string remedy, DateTimeOffset wall) => rows.Add(transaction =>
    {
        using var insert = Command("""
            insert into intents(id, at, target, remedy, rung, cause, incarnation, attempt, reason)
            values ($id, $at, $target, $remedy, $rung, $cause, $incarnation, $attempt, $reason)
            """, "$id", "$at", "$target", "$remedy", "$rung", "$cause", "$incarnation", "$attempt", "$reason");
        insert.Transaction = transaction;
        object[] values = [intent.Id, wall.ToUnixTimeMilliseconds(), target, remedy, intent.Rung, intent.Cause.ToString(), intent.Incarnation.Id, intent.Attempt, intent.Reason];
        for (var i = 0; i < values.Length; i++)
            insert.Parameters[i].Value = values[i];
        insert.ExecuteNonQuery();
    });

    /// <summary>Records how an intent ended.</summary>
    public void AppendOutcome(IntentClosed closed, DateTimeOffset wall) => rows.Add(transaction =>
    {
        using var update = Command("update intents set closed_at = $at, outcome = $outcome, detail = $detail where id = $id", "$at", "$outcome", "$detail", "$id");
        update.Transaction = transaction;
        update.Parameters[0].Value = wall.ToUnixTimeMilliseconds();
        update.Parameters[1].Value = closed.Outcome.ToString();
        update.Parameters[2].Value = closed.Detail;
        update.Parameters[3].Value = closed.Intent;
        update.ExecuteNonQuery();
    });

    /// <summary>Records a line of history.</summary>
    public void AppendHistory(DateTimeOffset wall, string kind, string? target, string text, long? intent) =>
        history.Add(new(wall.ToUnixTimeMilliseconds(), kind, target, text, intent));

    /// <summary>
    /// Writes everything that was appended, in one transaction. With an intent among it, the disk has it when this returns true. False:
    /// nothing was written, <see cref="Trouble"/> says why, and everything is kept for the next try.
    /// </summary>
    public bool Commit(DateTimeOffset wall, World? checkpoint = null)
    {
        // What follows a gap cannot be folded onto what stands before it.
        if (gap && checkpoint is null)
            return false;
        if (IsEmpty && checkpoint is null)
            return true;
        try
        {
            Execute(durable ? "pragma synchronous = full" : "pragma synchronous = normal");
            using var transaction = connection.BeginTransaction();
            if (segment.Count > 0)
            {
                insertSegment.Transaction = transaction;
                insertSegment.Parameters[0].Value = wall.ToUnixTimeMilliseconds();
                insertSegment.Parameters[1].Value = config;
                insertSegment.Parameters[2].Value = segment.Count;
                insertSegment.Parameters[3].Value = segment.Bytes.ToArray();
                insertSegment.ExecuteNonQuery();
            }
            foreach (var row in rows)
                row(transaction);
            foreach (var line in history)
                Insert(line, transaction);
            if (checkpoint is not null)
            {
                WriteCheckpoint(checkpoint, wall, transaction);
                // With the checkpoint, since a restart folds again what follows it, and so brings back the minutes that are open after it.
                Metrics.Write(transaction);
            }
            transaction.Commit();
        }
        catch (SqliteException error)
        {
            Trouble = $"the journal cannot be written: {error.Message}";
            if (checkpoint is not null)
                Metrics.End(written: false);
            if (segment.Length > holdBack)
            {
                segment.Clear();
                gap = true;
            }
            return false;
        }
        if (checkpoint is not null)
            Metrics.End(written: true);
        LastHistoryId += history.Count;
        Trouble = null;
        gap = false;
        segment.Clear();
        rows.Clear();
        history.Clear();
        durable = false;
        return true;
    }

    /// <summary>Facts were given up while the disk refused: only a checkpoint makes the journal whole again.</summary>
    public bool NeedsCheckpoint => gap;

    /// <summary>The state that the journal leads to, as the new specs see it; null for an empty journal.</summary>
    /// <exception cref="JournalException">The journal is damaged; says where.</exception>
    public World? Restore(WorldSpec spec)
    {
        try
        {
            if (Scalar("select max(id) from checkpoints") is not long checkpoint)
                return null;
            var refold = new Refold(connection, checkpoint);
            refold.Through(long.MaxValue, Metrics.Recorder.Record);
            return refold.World.MovedTo(spec);
        }
        catch (Exception error) when (error is InvalidDataException or SqliteException)
        {
            throw new JournalException($"{File} is damaged: {error.Message.TrimEnd('.')}. Move it away to begin a new one; what it still holds can be read with sqlite3.", error);
        }
    }

    /// <summary>Deletes what is older than the limits, oldest first; facts are kept from a checkpoint on.</summary>
    public void Prune(DateTimeOffset now, TimeSpan observations, TimeSpan keepHistory)
    {
        var limit = (now - observations).ToUnixTimeMilliseconds();
        var historyLimit = (now - keepHistory).ToUnixTimeMilliseconds();
        try
        {
            // The last intent and the last line stay whatever their age: the next number is reckoned from them. Segment and configuration numbers follow those that stay.
            Execute($"""
                delete from checkpoints where id < (select coalesce(max(id), 0) from checkpoints where at <= {limit});
                delete from checkpoints where at < {now.ToUnixTimeMilliseconds() - DenseFor} and after_gap = 0
                    and id not in (select min(id) from checkpoints group by at / {ThinnedTo}, config);
                delete from segments where id <= (select coalesce(min(segment), 0) from checkpoints) and id < (select max(id) from segments);
                delete from history where at < {historyLimit} and id < (select max(id) from history);
                delete from outbox where state <> 'pending' and created_at < {historyLimit} and id < (select max(id) from outbox);
                delete from intents where at < {historyLimit} and outcome is not null and id < (select max(id) from intents);
                delete from configs where id not in (select config from checkpoints) and id not in (select config from segments) and id <> {config};
                """);
            Metrics.Tidy(now);
        }
        catch (SqliteException error)
        {
            Trouble = $"the journal cannot be shortened: {error.Message}";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        insertSegment.Dispose();
        insertHistory.Dispose();
        segment.Dispose();
        connection.Dispose();
    }

    private long Known(KeptConfig kept, DateTimeOffset at)
    {
        using var find = Command("select id from configs where hash = $hash order by id desc limit 1", "$hash");
        find.Parameters[0].Value = kept.Hash;
        if (find.ExecuteScalar() is long known)
            return known;
        using var insert = Command("insert into configs(at, hash, spec, source) values ($at, $hash, $spec, $source) returning id", "$at", "$hash", "$spec", "$source");
        insert.Parameters[0].Value = at.ToUnixTimeMilliseconds();
        insert.Parameters[1].Value = kept.Hash;
        insert.Parameters[2].Value = kept.Spec;
        insert.Parameters[3].Value = kept.Source;
        return (long)insert.ExecuteScalar()!;
    }

    private void WriteCheckpoint(World world, DateTimeOffset wall, SqliteTransaction transaction)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
            world.Save(writer);
        using var insert = Command("""
            insert into checkpoints(at, config, segment, digest, after_gap, body)
            values ($at, $config, (select coalesce(max(id), 0) from segments), $digest, $gap, $body)
            """, "$at", "$config", "$digest", "$gap", "$body");
        insert.Transaction = transaction;
        insert.Parameters[0].Value = wall.ToUnixTimeMilliseconds();
        insert.Parameters[1].Value = config;
        insert.Parameters[2].Value = unchecked((long)World.DigestOf(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        insert.Parameters[3].Value = gap;
        insert.Parameters[4].Value = bytes.ToArray();
        insert.ExecuteNonQuery();
    }

    private void Insert(HistoryRow line, SqliteTransaction transaction)
    {
        insertHistory.Transaction = transaction;
        insertHistory.Parameters[0].Value = line.At;
        insertHistory.Parameters[1].Value = line.Kind;
        insertHistory.Parameters[2].Value = (object?)line.Target ?? DBNull.Value;
        insertHistory.Parameters[3].Value = line.Text;
        insertHistory.Parameters[4].Value = (object?)line.Intent ?? DBNull.Value;
        insertHistory.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file; values go in as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteScalar();
    }

    private readonly record struct HistoryRow(long At, string Kind, string? Target, string Text, long? Intent);
}

/// <summary>The journal cannot be used; the message says why and what would do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner);
