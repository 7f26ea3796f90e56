using Hale.Core.Tests.Properties;
using Hale.Running;
using Hale.Storage;
using Hale.Testing;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Hale.Tests.Storage;

public sealed class JournalReaderTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string File => scratch["journal.db"];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_journal_folded_again_gives_the_same_world()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var diary = Diary.Open(scratch[$"{seed}.db"], RandomWorld.Of(seed)).Write(Diary.Facts(seed, 200), commitEvery: 7, checkpointEvery: 21);
            Assert.True(diary.Journal.Commit(diary.Wall, diary.World));
            using var reader = new JournalReader(scratch[$"{seed}.db"]);
            var replay = reader.Replay();
            Assert.Null(replay.Difference);
            Assert.True(replay.Facts > 50, $"{replay.Facts} facts");
            Assert.Equal(diary.World.TakeSnapshot().Targets.Select(t => (t.Name, t.Health, t.Reason)), replay.World!.Targets.Select(t => (t.Name, t.Health, t.Reason)));
        }
    }

    [Fact]
    public void A_journal_that_went_through_several_configurations_folds_again()
    {
        for (var seed = 1; seed <= 5; seed++)
            using (var diary = Diary.Open(File, RandomWorld.Of(seed)).Write(Diary.Facts(seed, 40)))
                Assert.True(diary.Journal.Commit(diary.Wall));
        using var reader = new JournalReader(File);
        Assert.Null(reader.Replay().Difference);
    }

    [Fact]
    public void A_tampered_segment_is_found_and_its_place_is_told()
    {
        using (var diary = Diary.Open(File, RandomWorld.Of(3)).Write(Diary.Facts(3, 120), commitEvery: 10, checkpointEvery: 30))
            Assert.True(diary.Journal.Commit(diary.Wall, diary.World));
        // A segment is exchanged for its neighbour: each can be read, but together they tell another story.
        Ask("update segments set body = (select body from segments where id = 4) where id = 5");
        using var reader = new JournalReader(File);
        var replay = reader.Replay();
        Assert.Matches("from segments 4 to 6 differs from the one that was kept at 2026-", replay.Difference);
        Assert.NotNull(replay.World);
    }

    [Fact]
    public void A_segment_that_cannot_be_read_is_named()
    {
        using (var diary = Diary.Open(File, RandomWorld.Of(3)).Write(Diary.Facts(3, 120)))
            Assert.True(diary.Journal.Commit(diary.Wall));
        Ask("update segments set body = substr(body, 1, length(body) - 1) where id = 2");
        using var reader = new JournalReader(File);
        Assert.Contains("segment 2: fact 9", Assert.Throws<InvalidDataException>(reader.Replay).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_journal_replays_to_nothing()
    {
        using (Journal.Open(File)) { }
        using var reader = new JournalReader(File);
        Assert.Equal(new ReplayResult(0, 0, null, null), reader.Replay());
    }

    [Fact]
    public void History_is_read_newest_first_by_target_kind_and_page()
    {
        using var diary = Diary.Open(File, RandomWorld.Of(1));
        for (var n = 1; n <= 10; n++)
            diary.Journal.AppendHistory(diary.Wall.AddSeconds(n), n % 2 == 0 ? "transition" : "order", n % 3 == 0 ? "web" : null, $"entry {n}", n == 4 ? 17 : null);
        Assert.True(diary.Journal.Commit(diary.Wall));
        Assert.Equal(10, diary.Journal.LastHistoryId);

        using var reader = new JournalReader(File);
        Assert.Equal([10, 9, 8], Ids(new(Limit: 3)));
        Assert.Equal([7, 6], Ids(new(Before: 8, Limit: 2)));
        Assert.Equal([9, 6, 3], Ids(new(Target: "web")));
        Assert.Equal([10, 8, 6, 4, 2], Ids(new(Kinds: ["transition"])));
        Assert.Equal([6], Ids(new(Target: "web", Kinds: ["transition", "daemon"])));
        Assert.Empty(Ids(new(Target: "'; drop table history; --")));
        var entry = reader.History(new(Before: 5, Limit: 1))[0];
        Assert.Equal(new HistoryEntry(4, DateTimeOffset.FromUnixTimeMilliseconds(diary.Wall.AddSeconds(4).ToUnixTimeMilliseconds()), "transition", null, "entry 4", 17), entry);

        long[] Ids(HistoryQuery query) => [.. reader.History(query).Select(e => e.Id)];
    }

    [Fact]
    public void A_reader_reads_beside_the_writer_and_cannot_write()
    {
        using var diary = Diary.Open(File, RandomWorld.Of(1));
        using var reader = new JournalReader(File);
        for (var n = 1; n <= 3; n++)
        {
            diary.Journal.AppendHistory(diary.Wall, "daemon", null, $"entry {n}", null);
            Assert.True(diary.Journal.Commit(diary.Wall));
            Assert.Equal(n, reader.History(new()).Count);
        }
    }

    private void Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
