using Hale.Core.Tests.Properties;
using Hale.Storage;
using Hale.Telling;
using Hale.Testing;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Hale.Tests.Storage;

/// <summary>Notices in the journal.</summary>
public sealed class OutboxTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly Scratch scratch = new();

    private string File => scratch["journal.db"];

    public void Dispose() => scratch.Dispose();

    private static OutboxRow Row(long id, string key) => new()
    {
        Id = id,
        Key = key,
        Channel = "ops",
        Kind = "problem",
        Subjects = "web db",
        Body = "{}",
        CreatedAt = Noon,
        Since = Noon,
        NextAt = Noon.AddSeconds(1),
    };

    [Fact]
    public void A_notice_is_there_after_a_commit_and_not_before()
    {
        using var journal = Journal.Open(File);
        using var reader = new JournalReader(File);
        journal.AppendNotice(Row(journal.NextNotice, "ops:1"));
        Assert.Null(reader.Notice(1));
        Assert.True(journal.Commit(Noon), journal.Trouble);
        Assert.Equal(Row(1, "ops:1"), reader.Notice(1));
        Assert.Equal(2, journal.NextNotice);
    }

    [Fact]
    public void What_became_of_it_is_kept_and_only_what_waits_is_found_by_the_next_run()
    {
        using (var journal = Journal.Open(File))
        {
            for (var id = 1; id <= 3; id++)
                journal.AppendNotice(Row(id, $"ops:{id}"));
            journal.AppendDelivery(Row(1, "ops:1") with { State = NoticeState.Delivered, Attempts = 1, EndedAt = Noon.AddSeconds(2), Proof = "status 200" });
            journal.AppendDelivery(Row(2, "ops:2") with { State = NoticeState.Dead, Attempts = 9, EndedAt = Noon.AddDays(1), LastError = "refused" });
            Assert.True(journal.Commit(Noon), journal.Trouble);
        }
        using var again = Journal.Open(File);
        Assert.Equal([Row(3, "ops:3")], again.PendingNotices());
        Assert.Equal(4, again.NextNotice);
        using var reader = new JournalReader(File);
        Assert.Equal("status 200", Assert.Single(reader.Notices(NoticeState.Delivered, 10)).Proof);
        Assert.Equal((1, "refused"), (reader.CountDead(), reader.Notice(2)!.LastError));
    }

    [Fact]
    public void A_key_that_is_there_already_is_a_notice_that_is_there_already()
    {
        using var journal = Journal.Open(File);
        journal.AppendNotice(Row(1, "ops:1"));
        journal.AppendNotice(Row(2, "ops:1"));
        Assert.True(journal.Commit(Noon), journal.Trouble);
        Assert.Equal([Row(1, "ops:1")], journal.PendingNotices());
    }

    [Fact]
    public void What_waits_is_kept_whatever_its_age_and_numbers_do_not_come_again()
    {
        using (var journal = Journal.Open(File))
        {
            journal.AppendNotice(Row(1, "ops:1"));
            journal.AppendNotice(Row(2, "ops:2") with { State = NoticeState.Delivered });
            journal.AppendNotice(Row(3, "ops:3") with { State = NoticeState.Delivered });
            Assert.True(journal.Commit(Noon), journal.Trouble);
            journal.Prune(Noon.AddYears(10), TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        }
        using var again = Journal.Open(File);
        Assert.Equal([1], again.PendingNotices().Select(row => row.Id));
        Assert.Equal(4, again.NextNotice);
    }

    [Fact]
    public void A_journal_of_version_1_gets_its_outbox_in_place()
    {
        var spec = RandomWorld.Of(3);
        ulong digest;
        using (var diary = Diary.Open(File, spec).Write(Diary.Facts(3, 100)))
        {
            Assert.True(diary.Journal.Commit(diary.Wall, diary.World), diary.Journal.Trouble);
            digest = diary.World.Digest();
        }
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "drop table outbox; pragma user_version = 1;";
            command.ExecuteNonQuery();
        }
        using var journal = Journal.Open(File);
        Assert.Equal(digest, journal.Restore(spec)!.Digest());
        journal.AppendNotice(Row(1, "ops:1"));
        Assert.True(journal.Commit(Noon), journal.Trouble);
    }
}
