using System.Globalization;
using Hale.Core.Model;
using Hale.Native;
using Hale.Probes;
using Hale.Testing;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class SqliteProbeTests : IDisposable
{
    private const string Newest = "select max(progress_at) from experiments";
    private readonly Scratch folder = new();

    private string Database => folder["experiments #1?.db"];

    public void Dispose() => folder.Dispose();

    private SqliteConnection Open(params string[] statements)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        connection.Open();
        foreach (var statement in statements)
            Run(connection, statement);
        return connection;
    }

    private static void Run(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    private void Make(params string[] statements) => Open(["create table experiments (progress_at)", .. statements]).Dispose();

    private Task<ProbeResult> Try(string query = Newest) => Attempt.Of(new SqliteProbe(Database, query));

    private string[] Beside() => [.. Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_newer_row_is_progress_and_the_same_row_is_not()
    {
        Make("insert into experiments values (100)");

        var first = await Try();
        var again = await Try();
        using (Open("insert into experiments values (101)"))
        {
        }
        var later = await Try();

        Assert.Equal(Outcome.Pass, first.Outcome);
        Assert.Equal(("100", "100", "101"), (first.Progress, again.Progress, later.Progress));
        Assert.Equal(101, later.Value("value"));
    }

    [Fact]
    public async Task No_rows_yet_is_no_progress_and_no_failure()
    {
        Make();

        foreach (var query in new[] { Newest, "select progress_at from experiments" })
        {
            var result = await Try(query);
            Assert.Equal(Outcome.Pass, result.Outcome);
            Assert.Null(result.Progress);
        }
    }

    [Theory]
    [InlineData("1763782012")]
    [InlineData("1763782012.25")]
    [InlineData("1763782012000")]
    [InlineData("'1763782012'")]
    [InlineData("'2025-11-22 03:26:52'")]
    [InlineData("'2025-11-22T03:26:52Z'")]
    [InlineData("'2025-11-22T04:26:52+01:00'")]
    public async Task A_time_tells_its_age(string value)
    {
        Make($"insert into experiments values ({value})");

        var result = await Try();

        var at = DateTimeOffset.UtcNow - result.ProgressAge!.Value;
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1763782012), at, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("17")]
    [InlineData("'phase 3'")]
    [InlineData("'12:30'")]
    [InlineData("'may'")]
    [InlineData("x'0102'")]
    [InlineData("9e999")]
    public async Task Anything_else_tells_only_by_changing(string value)
    {
        Make($"insert into experiments values ({value})");

        var result = await Try();

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.NotNull(result.Progress);
        Assert.Null(result.ProgressAge);
    }

    [Fact]
    public async Task A_long_value_gives_a_short_mark()
    {
        Make("insert into experiments values (hex(zeroblob(100000)))");

        Assert.InRange((await Try()).Progress!.Length, 1, 200);
    }

    [Fact]
    public async Task A_locked_database_is_inconclusive()
    {
        Make("insert into experiments values (1)");
        using var writer = Open("begin exclusive");

        var result = await Try();

        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains("locked", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_a_missing_table_and_rubbish_are_inconclusive_and_make_nothing()
    {
        Assert.Equal(Outcome.Inconclusive, (await Try()).Outcome);
        Assert.Empty(Beside());

        await File.WriteAllTextAsync(Database, new string('x', 5000), TestContext.Current.CancellationToken);
        Assert.Equal(Outcome.Inconclusive, (await Try()).Outcome);

        File.Delete(Database);
        Make();
        Assert.Equal(Outcome.Inconclusive, (await Try("select max(at) from nothing")).Outcome);
        Assert.Equal(Outcome.Inconclusive, (await Try("not a query")).Outcome);
    }

    [Fact]
    public async Task The_database_cannot_be_written_through_the_probe()
    {
        Make("insert into experiments values (1)");

        Assert.Equal(Outcome.Inconclusive, (await Try("delete from experiments returning progress_at")).Outcome);
        Assert.Equal("1", (await Try()).Progress);
        Assert.Single(Beside());
    }

    [Fact]
    public async Task A_query_without_an_end_is_interrupted()
    {
        Make();

        var result = await Try("with recursive n(x) as (select 1 union all select x + 1 from n) select max(x) from n");

        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains("interrupted", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_in_use_is_read_with_its_newest_row_and_the_writer_goes_on()
    {
        Make("pragma journal_mode = wal");
        using var writer = Open("insert into experiments values (1)");
        Run(writer, "begin immediate");
        Run(writer, "insert into experiments values (2)");

        Assert.Equal("1", (await Try()).Progress);

        Run(writer, "commit");
        Assert.Equal("2", (await Try()).Progress);
    }

    [Fact]
    public async Task A_closed_database_with_a_log_is_read_without_making_files_beside_it()
    {
        Make("pragma journal_mode = wal", "insert into experiments values (7)");
        Assert.Single(Beside());

        var result = await Try();

        Assert.True(result.Outcome == Outcome.Pass, result.Evidence);
        Assert.Equal("7", result.Progress);
        Assert.Single(Beside());
    }

    [Fact]
    public async Task A_log_that_a_crash_left_behind_is_not_touched()
    {
        Make("pragma journal_mode = wal");
        using (Open("insert into experiments values (8)"))
        {
            // What a power failure would leave: the shared memory is gone, the log is not.
            File.Copy(Database, folder["copy.db"]);
            File.Copy(Database + "-wal", folder["copy.db-wal"]);
        }
        var before = Beside();

        var result = await Attempt.Of(new SqliteProbe(folder["copy.db"], Newest));

        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains("log", result.Evidence, StringComparison.Ordinal);
        Assert.Equal(before, Beside());
    }

    [Fact]
    public async Task A_log_whose_writer_was_killed_is_read_without_recovering_it()
    {
        Make("pragma journal_mode = wal");
        using (Open("insert into experiments values (9)"))
            foreach (var suffix in new[] { "", "-wal", "-shm" })
                File.Copy(Database + suffix, folder["copy.db" + suffix]);
        var before = Contents();

        var result = await Attempt.Of(new SqliteProbe(folder["copy.db"], Newest));

        Assert.True(result is { Outcome: Outcome.Pass, Progress: "9" } or { Outcome: Outcome.Inconclusive }, result.Evidence);
        Assert.Equal(before, Contents());

        string Contents() => string.Join(' ', Directory.GetFiles(folder.Path, "copy*").Order(StringComparer.Ordinal)
            .Select(path => path + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))));
    }

    [Fact]
    public void Looking_at_the_header_does_not_drop_the_locks_of_this_process()
    {
        Make();
        using var writer = Open("begin exclusive");
        using (var reader = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString()))
        {
            reader.Open();
            var header = new byte[15];
            Assert.True(SqliteNative.TryRead(reader, header, 0));
            Assert.Equal("SQLite format 3"u8.ToArray(), header);
        }

        // Another process still finds it locked.
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sqlite3", [Database, "select count(*) from experiments"]) { RedirectStandardError = true })!;
        var said = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.Contains("locked", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_while_a_writer_opens_writes_and_closes_never_shows_an_older_row_after_a_newer_one()
    {
        Make("pragma journal_mode = wal", "insert into experiments values (0)");
        // Another process, as it is with a database of somebody else: within one process SQLite shares the index of the log among all
        // connections, and a reader that may not write it would refuse the writer as well.
        using var writer = System.Diagnostics.Process.Start("bash", ["-c", "i=0; while :; do i=$((i + 1)); sqlite3 -cmd '.timeout 5000' \"$0\" \"insert into experiments values ($i)\" || exit; done", Database]);

        var newest = 0L;
        var told = 0;
        for (var i = 0; i < 200; i++)
        {
            var result = await Try();
            Assert.NotEqual(Outcome.Fail, result.Outcome);
            if (result.Outcome == Outcome.Inconclusive)
                continue;
            told++;
            var value = long.Parse(result.Progress!, CultureInfo.InvariantCulture);
            Assert.True(value >= newest, $"{value} after {newest}");
            newest = value;
        }
        Assert.False(writer.HasExited, "the writer could not write");
        writer.Kill(entireProcessTree: true);
        await writer.WaitForExitAsync(CancellationToken.None);
        Assert.True(told > 0, "not one of 200 attempts could tell");
        using var check = Open();
        using var command = check.CreateCommand();
        command.CommandText = "pragma integrity_check";
        Assert.Equal("ok", command.ExecuteScalar());
    }
}
