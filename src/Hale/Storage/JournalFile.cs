using Microsoft.Data.Sqlite;

namespace Hale.Storage;

/// <summary>The journal's file, for those who only read it.</summary>
internal static class JournalFile
{
    /// <summary>Opens it beside the one who writes.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteConnection OpenToRead(string file)
    {
        // Not read-only: a reader of a WAL database needs its shared-memory file, which a crash may have left to be recovered.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "pragma busy_timeout = 5000; pragma query_only = on;";
        command.ExecuteNonQuery();
        return connection;
    }
}
