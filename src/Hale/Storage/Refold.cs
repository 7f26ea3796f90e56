using Hale.Core;
using Hale.Core.Model;
using Microsoft.Data.Sqlite;

namespace Hale.Storage;

/// <summary>
/// A kept world, and the facts that followed it folded again. Each segment is folded under the configuration that it was written under: the
/// indices in its facts mean nothing under another.
/// </summary>
internal sealed class Refold
{
    private readonly SqliteConnection connection;
    private long config;

    /// <summary>Begins from a checkpoint.</summary>
    /// <exception cref="InvalidDataException">The checkpoint cannot be read.</exception>
    public Refold(SqliteConnection connection, long checkpoint)
    {
        this.connection = connection;
        using var command = Command("select config, segment, body from checkpoints where id = $id", ("$id", checkpoint));
        using var reader = command.ExecuteReader();
        reader.Read();
        try
        {
            (config, Segment) = (reader.GetInt64(0), reader.GetInt64(1));
            using var body = new BinaryReader(new MemoryStream(reader.GetFieldValue<byte[]>(2)));
            World = World.Load(SpecOf(config), body);
        }
        catch (Exception error) when (error is IOException or FormatException or ArgumentException or OverflowException or InvalidOperationException or InvalidCastException)
        {
            throw new InvalidDataException($"checkpoint {checkpoint} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The world as it stands.</summary>
    public World World { get; private set; }

    /// <summary>The last segment that is in it.</summary>
    public long Segment { get; private set; }

    /// <summary>Facts folded so far.</summary>
    public long Facts { get; private set; }

    /// <summary>Folds on, up to and with a segment.</summary>
    /// <param name="last">The segment.</param>
    /// <param name="folded">Is shown the world after each fact.</param>
    /// <exception cref="InvalidDataException">A segment cannot be read or does not fit; says which.</exception>
    public void Through(long last, Action<World>? folded = null)
    {
        using var command = Command("select id, config, body from segments where id > $after and id <= $last order by id", ("$after", Segment), ("$last", last));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (segment, written, body) = RowOf(reader);
            if (written != config)
            {
                World = World.MovedTo(SpecOf(written));
                config = written;
            }
            Segment = segment;
            Fold(body, folded);
        }
    }

    private (long Segment, long Config, byte[] Body) RowOf(SqliteDataReader reader)
    {
        try
        {
            return (reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        }
        catch (Exception error) when (error is InvalidOperationException or InvalidCastException)
        {
            throw new InvalidDataException($"the row after segment {Segment} holds no segment: {error.Message}", error);
        }
    }

    private void Fold(byte[] body, Action<World>? folded)
    {
        var n = 0;
        try
        {
            foreach (var fact in SegmentReader.Read(body))
            {
                World.Fold(fact);
                folded?.Invoke(World);
                n++;
            }
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"segment {Segment}: {error.Message}", error);
        }
        catch (Exception error) when (error is IndexOutOfRangeException or ArgumentException)
        {
            throw new InvalidDataException($"segment {Segment}: fact {n} does not fit the configuration that it was written under: {error.Message}", error);
        }
        Facts += n;
    }

    private WorldSpec SpecOf(long id)
    {
        using var command = Command("select spec from configs where id = $id", ("$id", id));
        return command.ExecuteScalar() is string text ? SpecJson.Read(text) : throw new InvalidDataException($"configuration {id} is missing");
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, long Value)> parameters)
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
