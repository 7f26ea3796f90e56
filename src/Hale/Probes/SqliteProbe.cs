using Hale.Config;
using Hale.Core.Model;
using Hale.Native;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hale.Probes;

/// <summary>Activity seen in a SQLite database: progress is whenever the value of a query changes. The database is never written to.</summary>
public sealed class SqliteProbe : IBlockingProbe
{
    /// <summary>
    /// Longer than this no query runs: without a write-ahead log, its read lock keeps the database's owner from writing.
    /// </summary>
    internal static readonly TimeSpan QueryLimit = TimeSpan.FromSeconds(2);

    private const int StepsBetweenLooks = 10_000;
    private readonly string file, query;

    internal SqliteProbe(string file, string query)
    {
        this.file = file;
        this.query = query;
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("sqlite",
        "Activity by a SQLite database: progress is whenever the value that a query returns changes. Opened read-only; locked, missing or unreadable is Inconclusive.",
        [
            new("file", KeyType.Path, "The database.") { Required = true },
            new("newest", KeyType.Text, "A query whose first value marks progress: `select max(progress_at) from experiments`. A Unix time (seconds, milli- or microseconds) or an ISO text (UTC unless it names a zone) tells when as well; anything else tells only by changing. It is interrupted after 2s.") { Required = true },
        ],
        settings => new SqliteProbe(settings.Text("file")!, settings.Text("newest")!))
    {
        HasProgress = true,
        Measures =
        [
            new("value", Unit.None, "The value, where it is a number.") { IsOpen = true },
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(Probe(context.Time, cancel));

    private ProbeResult Probe(TimeProvider time, CancellationToken cancel)
    {
        if (!FileNative.IsSupported)
            return ProbeResult.Inconclusive("sqlite needs 64-bit Linux");
        using var limit = new CancellationTokenSource(QueryLimit, time);
        try
        {
            using var database = ReadOnlyDatabase.Open(file, out var trouble);
            if (database is null)
                return ProbeResult.Inconclusive($"{file} {trouble}");
            var value = Query(database.Connection, limit.Token, cancel);
            return database.HasChanged()
                ? ProbeResult.Inconclusive($"{file} was written to while it was read; the next attempt will tell")
                : Report(value, time.GetUtcNow());
        }
        // Locked, no such table, not a database, a hot journal: whatever it is, it says nothing about the target.
        catch (SqliteException error)
        {
            cancel.ThrowIfCancellationRequested();
            return ProbeResult.Inconclusive(limit.IsCancellationRequested
                ? $"{file}: the query was interrupted after {Figures.Span(QueryLimit)}"
                : $"{file}: {error.Message}");
        }
    }

    private object? Query(SqliteConnection connection, CancellationToken limit, CancellationToken cancel)
    {
        // Not sqlite3_interrupt: it is lost when no statement is running in that moment, as between two tries at a lock.
        raw.sqlite3_progress_handler(connection.Handle, StepsBetweenLooks, _ => limit.IsCancellationRequested || cancel.IsCancellationRequested ? 1 : 0, null);
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetValue(0) : null;
    }

    private ProbeResult Report(object? value, DateTimeOffset now)
    {
        if (value is null)
            return ProbeResult.Pass($"{file}: no rows yet");
        var read = ProgressValue.Read(value);
        var age = now - read.At;
        return ProbeResult.Pass(age is null ? $"{file}: {read.Token}" : $"{file}: newest is {Figures.Span(age.Value)} old") with
        {
            Progress = read.Token,
            ProgressAge = age,
            Measurements = read.Number is { } number ? [new Measurement("value", number)] : [],
        };
    }
}
