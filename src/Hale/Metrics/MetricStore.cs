using Hale.Core.Model;
using Microsoft.Data.Sqlite;

namespace Hale.Metrics;

/// <summary>
/// The metric tables of the journal: open minutes are written with each checkpoint, in its transaction; days that are over are packed and rolled up,
/// a few shards at a time; what is too old is deleted. Used by the engine's loop only.
/// </summary>
internal sealed class MetricStore
{
    /// <summary>Shards of a past day that are packed in one run: some fifty milliseconds.</summary>
    private const int ShardsPerRun = 4;

    /// <summary>What comes later than this after the end of its day is packed into it anew.</summary>
    private static readonly TimeSpan DaySettles = TimeSpan.FromMinutes(30);

    private readonly SqliteConnection connection;
    private readonly ChunkWriter writer = new();
    private readonly Dictionary<(int Day, int Shard), int> next = [];
    private readonly List<Slotted> slotted = [];
    private int seriesWritten;
    private bool isWriting;

    /// <summary>Reads which series there are.</summary>
    public MetricStore(SqliteConnection connection)
    {
        this.connection = connection;
        using var command = Command("select namespace, name, dimensions, unit from series order by id");
        using var reader = command.ExecuteReader();
        while (reader.Read())
            Recorder.Know(Series.Of(reader.GetString(1), reader.GetString(2), (Unit)reader.GetInt32(3)));
        seriesWritten = Recorder.Count;
    }

    /// <summary>What has not been written yet.</summary>
    public MetricRecorder Recorder { get; } = new();

    /// <summary>Writes the open minutes as a part of a transaction. <see cref="End"/> has to follow with what came of it.</summary>
    public void Write(SqliteTransaction transaction)
    {
        isWriting = true;
        var minutes = Recorder.Begin();
        WriteSeries(transaction);
        foreach (var day in minutes.GroupBy(minute => ChunkKey.DayOf(minute.Index)))
        {
            var ofDay = day.ToArray();
            for (var shard = 0; shard * ChunkWriter.Shard < Recorder.Count; shard++)
                WriteShard(transaction, day.Key, shard, ofDay);
        }
    }

    /// <summary>The transaction came to this.</summary>
    public void End(bool written)
    {
        // A transaction may fail before it comes to the metrics.
        if (!isWriting)
            return;
        isWriting = false;
        Recorder.End(written);
        if (written)
            seriesWritten = Recorder.Count;
        // The running numbers of a transaction that failed were not used.
        next.Clear();
    }

    /// <summary>Packs and rolls up some of what past days left behind, and deletes what is too old. Bounded; true when nothing is left to pack.</summary>
    public bool Tidy(DateTimeOffset now)
    {
        var isDone = false;
        for (var n = 0; n < ShardsPerRun && !isDone; n++)
            isDone = !PackOne(now);
        foreach (var resolution in Resolution.All)
        {
            var oldest = (int)((now - resolution.Keep).ToUnixTimeSeconds() / 86_400);
            using var delete = Command("delete from metrics where id >= $from and id < $to", ("$from", ChunkKey.FirstOf(resolution.Level, 0)), ("$to", ChunkKey.FirstOf(resolution.Level, oldest)));
            delete.ExecuteNonQuery();
        }
        return isDone;
    }

    private void WriteSeries(SqliteTransaction transaction)
    {
        if (seriesWritten == Recorder.Count)
            return;
        using var insert = Command("insert or ignore into series(id, namespace, name, dimensions, unit) values ($id, $namespace, $name, $dimensions, $unit)",
            ("$id", 0), ("$namespace", Series.OwnNamespace), ("$name", ""), ("$dimensions", ""), ("$unit", 0));
        insert.Transaction = transaction;
        for (var id = seriesWritten; id < Recorder.Count; id++)
        {
            var series = Recorder[id];
            insert.Parameters[0].Value = id;
            insert.Parameters[2].Value = series.Name;
            insert.Parameters[3].Value = series.Dimensions;
            insert.Parameters[4].Value = (int)series.Unit;
            insert.ExecuteNonQuery();
        }
    }

    private void WriteShard(SqliteTransaction transaction, int day, int shard, MetricRecorder.Minute[] minutes)
    {
        for (var id = shard * ChunkWriter.Shard; id < Math.Min((shard + 1) * ChunkWriter.Shard, Recorder.Count); id++)
        {
            slotted.Clear();
            foreach (var (index, buckets) in minutes)
                if (id < buckets.Length && buckets[id].Count > 0)
                    slotted.Add(new((int)(index % 1440), buckets[id]));
            writer.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(slotted));
        }
        var isEmpty = writer.IsEmpty;
        var body = writer.Take(compress: false);
        if (!isEmpty)
            Insert(transaction, new(Resolution.Fresh.Level, day, shard, NextNumber(day, shard)), body);
    }

    private int NextNumber(int day, int shard)
    {
        if (!next.TryGetValue((day, shard), out var number))
        {
            var first = new ChunkKey(Resolution.Fresh.Level, day, shard, 0);
            using var command = Command("select max(id) from metrics where id >= $from and id < $to", ("$from", first.Id), ("$to", first.Id + 0x10000));
            number = command.ExecuteScalar() is long last ? ChunkKey.Of(last).Number + 1 : 0;
        }
        next[(day, shard)] = number + 1;
        return number;
    }

    /// <summary>The oldest shard of a past day that is still in pieces becomes three chunks: minutes, five minutes, hours. False when there is none.</summary>
    private bool PackOne(DateTimeOffset now)
    {
        var settled = (int)((now - DaySettles).ToUnixTimeSeconds() / 86_400);
        using var find = Command("select id from metrics where id < $to order by id limit 1", ("$to", ChunkKey.FirstOf(Resolution.Fresh.Level, settled)));
        if (find.ExecuteScalar() is not long found)
            return false;
        var (day, shard) = (ChunkKey.Of(found).Day, ChunkKey.Of(found).Shard);
        using var transaction = connection.BeginTransaction();
        var days = Enumerable.Range(0, ChunkWriter.Shard).Select(_ => new Bucket[1440]).ToArray();
        foreach (var level in (int[])[Resolution.Fresh.Level, Resolution.Minute.Level])
            foreach (var body in Bodies(transaction, level, day, shard))
                Collect(body, days);
        foreach (var resolution in (Resolution[])[Resolution.Minute, Resolution.FiveMinutes, Resolution.Hour])
            Insert(transaction, new(resolution.Level, day, shard, 0), Packed(days, resolution));
        using var delete = Command("delete from metrics where id >= $from and id < $to", ("$from", new ChunkKey(0, day, shard, 0).Id), ("$to", new ChunkKey(0, day, shard, 0).Id + 0x10000));
        delete.Transaction = transaction;
        delete.ExecuteNonQuery();
        transaction.Commit();
        return true;
    }

    private List<byte[]> Bodies(SqliteTransaction transaction, int level, int day, int shard)
    {
        var first = new ChunkKey(level, day, shard, 0).Id;
        using var command = Command("select body from metrics where id >= $from and id < $to order by id", ("$from", first), ("$to", first + 0x10000));
        command.Transaction = transaction;
        using var reader = command.ExecuteReader();
        var bodies = new List<byte[]>();
        while (reader.Read())
            bodies.Add(reader.GetFieldValue<byte[]>(0));
        return bodies;
    }

    private static void Collect(byte[] body, Bucket[][] days)
    {
        try
        {
            var plain = ChunkReader.Unpack(body);
            var at = 0;
            for (var i = 0; i < days.Length && at < plain.Length; i++)
                ChunkReader.AddOne(plain, ref at, days[i]);
        }
        catch (InvalidDataException)
        {
            // A damaged piece of samples is worth less than the rest of its day.
        }
    }

    private byte[] Packed(Bucket[][] days, Resolution resolution)
    {
        var perSlot = 1440 / resolution.Slots;
        foreach (var day in days)
        {
            slotted.Clear();
            for (var slot = 0; slot < resolution.Slots; slot++)
            {
                var bucket = default(Bucket);
                for (var minute = slot * perSlot; minute < (slot + 1) * perSlot; minute++)
                    bucket.Add(day[minute]);
                if (bucket.Count > 0)
                    slotted.Add(new(slot, bucket));
            }
            writer.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(slotted));
        }
        return writer.Take(compress: true);
    }

    private void Insert(SqliteTransaction transaction, ChunkKey key, byte[] body)
    {
        using var insert = Command("insert or replace into metrics(id, body) values ($id, $body)", ("$id", key.Id), ("$body", body));
        insert.Transaction = transaction;
        insert.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file; values go in as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
