using Microsoft.Data.Sqlite;

namespace Hale.Storage;

/// <summary>The tables of the journal, and the check that a file is one.</summary>
internal static class JournalSchema
{
    /// <summary>"Hale" in ASCII: tells a journal from any other SQLite file.</summary>
    private const long ApplicationId = 0x48616c65;

    private const long Version = 2;

    /// <summary>What version 2 has beyond version 1.</summary>
    private const string Added = """
        create table if not exists outbox(id integer primary key, key text not null unique, channel text not null, kind text not null, subjects text not null, body text not null,
            created_at integer not null, since integer not null, state text not null, attempts integer not null, next_at integer not null, last_error text, ended_at integer, proof text);
        create index if not exists outbox_state on outbox(state, id);
        create table if not exists series(id integer primary key, namespace text not null, name text not null, dimensions text not null, unit integer not null);
        create table if not exists metrics(id integer primary key, body blob not null);
        create index if not exists segments_at on segments(at);
        """;

    /// <summary>Creates the tables in an empty file; refuses a file that is something else.</summary>
    public static void Prepare(SqliteConnection connection, string file)
    {
        // The kind of the file comes first: to set the journal mode is to write to it.
        Execute(connection, "pragma busy_timeout = 5000; pragma foreign_keys = on;");
        var (application, version) = (Number(connection, "pragma application_id"), Number(connection, "pragma user_version"));
        if (application == ApplicationId && version == Version)
        {
            Execute(connection, "pragma journal_mode = wal;");
            return;
        }
        if (application == ApplicationId && version == 1)
        {
            Execute(connection, $"pragma journal_mode = wal; begin; {Added} pragma user_version = {Version}; commit;");
            return;
        }
        if (application == ApplicationId)
            throw new JournalException($"{file} is a journal of version {version}; this Hale reads version {Version}. Move the file away to begin a new one.");
        if (Number(connection, "select count(*) from sqlite_master") > 0)
            throw new JournalException($"{file} is a database, but not a journal of Hale. Choose another state folder.");
        Execute(connection, $"""
            pragma journal_mode = wal;
            begin;
            create table configs(id integer primary key, at integer not null, hash text not null, spec text not null, source text not null);
            create table segments(id integer primary key, at integer not null, config integer not null references configs(id), facts integer not null, body blob not null);
            create table checkpoints(id integer primary key, at integer not null, config integer not null references configs(id), segment integer not null, digest integer not null,
                after_gap integer not null, body blob not null);
            create table intents(id integer primary key, at integer not null, target text not null, remedy text not null, rung integer not null, cause text not null,
                incarnation text not null, attempt integer not null, reason text not null, closed_at integer, outcome text, detail text);
            create index intents_open on intents(id) where outcome is null;
            create table history(id integer primary key, at integer not null, kind text not null, target text, text text not null, intent integer);
            create index history_target on history(target, id);
            create index history_at on history(at);
            {Added}
            pragma application_id = {ApplicationId};
            pragma user_version = {Version};
            commit;
            """);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
