using Hale.Native;
using Microsoft.Data.Sqlite;

namespace Hale.Probes;

/// <summary>
/// A SQLite database of somebody else, opened so that nothing of it changes: no write lock, no recovery, and no file made beside it.
/// </summary>
internal sealed class ReadOnlyDatabase : IDisposable
{
    private readonly string path;
    private readonly FileStatus? before;

    private ReadOnlyDatabase(string path, SqliteConnection connection, FileStatus? before)
    {
        this.path = path;
        this.before = before;
        Connection = connection;
    }

    /// <summary>The open connection.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Opens it; null with the reason when that cannot be done without changing something.</summary>
    /// <exception cref="SqliteException">SQLite refused.</exception>
    public static ReadOnlyDatabase? Open(string path, out string trouble)
    {
        trouble = "";
        if (FileNative.Stat(path, followLink: true, fresh: true, out var status) is not 0 and var error)
        {
            trouble = FileNative.Describe(error);
            return null;
        }
        if (!status.IsFile)
        {
            trouble = "is not a regular file";
            return null;
        }
        // A read-only connection to a database with a write-ahead log would create -wal and -shm if they are missing, and recover the log
        // if it must (sqlite.org/wal.html, "Read-Only Databases"). readonly_shm forbids the second; the first is up to us.
        var connection = Connect(path, "readonly_shm=1");
        if (!UsesLog(connection))
            return new ReadOnlyDatabase(path, connection, before: null);
        var log = LogLength(path);
        if (log is not null && FileNative.Stat(path + "-shm", followLink: true, fresh: true, out _) == 0)
            // Somebody has it open: both are there. Were the last one to close it in this very moment, SQLite would make an empty -wal again,
            // which means the same as none.
            return new ReadOnlyDatabase(path, connection, before: null);
        connection.Dispose();
        if (log > 0)
        {
            trouble = "has a write-ahead log that was left behind: only a program that may write can recover it";
            return null;
        }
        // Nobody has it open and the file is complete. Read without locks, which is right only as long as nobody comes: see HasChanged.
        return new ReadOnlyDatabase(path, Connect(path, "immutable=1"), status);
    }

    /// <summary>Whether somebody has (perhaps) written meanwhile, so that what was read may be torn.</summary>
    public bool HasChanged() => before is { } then
        && (LogLength(path) > 0
            || FileNative.Stat(path, followLink: true, fresh: true, out var now) != 0
            || now.Id != then.Id || now.Size != then.Size || now.Modified != then.Modified);

    /// <inheritdoc/>
    public void Dispose() => Connection.Dispose();

    private static SqliteConnection Connect(string path, string option)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = $"file:{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}?{option}",
            Mode = SqliteOpenMode.ReadOnly,
            // Kept open, a connection would keep a writer's log from being emptied.
            Pooling = false,
            // Seconds of waiting for a lock; 0 would mean for ever.
            DefaultTimeout = 1,
        };
        var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        return connection;
    }

    // "File format read version" of the database header is 2 with a write-ahead log (sqlite.org/fileformat.html, 1.3.3).
    private static bool UsesLog(SqliteConnection connection)
    {
        Span<byte> version = stackalloc byte[1];
        return SqliteNative.TryRead(connection, version, 19) && version[0] == 2;
    }

    private static long? LogLength(string path) =>
        FileNative.Stat(path + "-wal", followLink: true, fresh: true, out var status) == 0 ? status.Size : null;
}
