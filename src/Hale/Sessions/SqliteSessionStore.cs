using System.Globalization;
using System.Text.Json;
using Hale.Core.Sessions;
using Microsoft.Data.Sqlite;

namespace Hale.Sessions;

/// <summary>
/// Session rows in a SQLite file, for everything that runs on one machine. The columns <c>id</c>, <c>version</c> and <c>status</c> stand for themselves and may
/// be read, and the status set, by hand; the rest is JSON. A commit is on disk when it returns.
/// </summary>
public sealed class SqliteSessionStore : ISessionStore
{
    /// <summary>Its kind in an address.</summary>
    public const string Scheme = "sqlite";

    /// <summary>"HalS" in ASCII: tells a file of sessions from any other SQLite file.</summary>
    private const long ApplicationId = 0x48616c53;

    private readonly string file;
    private readonly string connectTo;

    /// <summary>Stands for a file; it is opened when it is first asked, and made by the first <see cref="CreateAsync"/>.</summary>
    /// <exception cref="SessionStoreException">The address has an option that means nothing here.</exception>
    public SqliteSessionStore(SessionAddress address)
    {
        if (address.Options.Keys.FirstOrDefault() is { } unknown)
            throw new SessionStoreException($"A SQLite store has no option '{unknown}', only names and name.STATUS.");
        Address = address;
        file = Path.GetFullPath(address.Name);
        // For busy the driver tries again until this time is over; a process that holds the file for longer is in trouble.
        connectTo = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 5 }.ToString();
    }

    /// <inheritdoc/>
    public SessionAddress Address { get; }

    /// <inheritdoc/>
    public Task<StoredSession?> GetAsync(string id, CancellationToken cancel) => DoAsync(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select version, status, body from sessions where id = $id";
        command.Parameters.AddWithValue("$id", id);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Read(id, reader.GetInt64(0), reader.GetString(1), reader.GetString(2)) : null;
    }, cancel);

    /// <inheritdoc/>
    public Task<bool> CreateAsync(SessionRow row, CancellationToken cancel) => DoAsync(
        connection => Write(connection, "insert into sessions(id, version, status, body) values ($id, $version, $status, $body) on conflict do nothing", row), cancel, make: true);

    /// <inheritdoc/>
    public Task<bool> ReplaceAsync(StoredSession was, SessionRow next, CancellationToken cancel) => DoAsync(
        connection => Write(connection, "update sessions set version = $version, status = $status, body = $body where id = $id and version = $wasVersion and status = $wasStatus", next,
            ("$wasVersion", was.Row.Version), ("$wasStatus", was.StatusText ?? "")), cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(connectTo);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    private StoredSession Read(string id, long version, string status, string body)
    {
        try
        {
            var row = JsonSerializer.Deserialize(body, SessionJson.Default.SessionRow);
            if (row is not { Participants.Count: > 0 })
                throw new SessionStoreException($"The session in {file} has no participants.");
            return new StoredSession(row with
            {
                Id = id,
                Version = version,
                Status = Address.Names.Read(status) ?? throw new SessionStoreException($"The session in {file} has the status '{status}', which is none of Hale's."),
            }, status);
        }
        catch (JsonException exception)
        {
            throw new SessionStoreException($"A session in {file} cannot be read: {exception.Message}", exception);
        }
    }

    private bool Write(SqliteConnection connection, string sql, SessionRow row, params ReadOnlySpan<(string Name, object Value)> more)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Both texts are constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$id", row.Id);
        command.Parameters.AddWithValue("$version", row.Version);
        command.Parameters.AddWithValue("$status", Address.Names.Of(row.Status));
        command.Parameters.AddWithValue("$body", JsonSerializer.Serialize(row, SessionJson.Default.SessionRow));
        foreach (var (name, value) in more)
            command.Parameters.AddWithValue(name, value);
        return command.ExecuteNonQuery() == 1;
    }

    // Off the caller's thread, since SQLite waits for the disk and for other writers.
    private Task<T> DoAsync<T>(Func<SqliteConnection, T> action, CancellationToken cancel, bool make = false) => Task.Run(() =>
    {
        try
        {
            if (make && !File.Exists(file))
                Make();
            using var connection = new SqliteConnection(connectTo);
            connection.Open();
            if (Number(connection, "pragma application_id") != ApplicationId)
                throw new SessionStoreException($"{file} is a database, but not one of sessions. Name another file.");
            return action(connection);
        }
        catch (SqliteException exception)
        {
            throw new SessionStoreException(File.Exists(file)
                ? $"The sessions in {file} cannot be used: {exception.Message}"
                : $"There are no sessions at {file}. 'hale session create' makes the file with the first one.", exception);
        }
    }, cancel).WaitAsync(cancel);

    // Made whole under another name, so that nobody ever opens half a store.
    private void Make()
    {
        var made = $"{file}.{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():n}";
        try
        {
            using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = made, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString()))
            {
                connection.Open();
                using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a constant of this file.
                command.CommandText = $"""
                    pragma journal_mode = wal;
                    create table sessions(id text primary key, version integer not null, status text not null, body text not null) without rowid;
                    pragma application_id = {ApplicationId};
                    pragma user_version = 1;
                    """;
#pragma warning restore CA2100
                command.ExecuteNonQuery();
            }
            File.Move(made, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another one was quicker; its file is as good.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SessionStoreException($"The file {file} cannot be made: {exception.Message}", exception);
        }
        finally
        {
            if (File.Exists(made))
                File.Delete(made);
        }
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
