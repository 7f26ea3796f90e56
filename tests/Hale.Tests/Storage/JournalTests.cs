using System.Diagnostics;
using Hale.Core.Model;
using Hale.Core.Tests.Properties;
using Hale.Core.Tests.Support;
using Hale.Storage;
using Hale.Testing;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Hale.Tests.Storage;

public sealed class JournalTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string File => scratch["journal.db"];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void What_was_committed_is_there_after_reopening()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            ulong digest;
            using (var diary = Diary.Open(scratch[$"{seed}.db"], RandomWorld.Of(seed)).Write(Diary.Facts(seed, 150)))
            {
                Assert.True(diary.Journal.Commit(diary.Wall), diary.Journal.Trouble);
                digest = diary.World.Digest();
            }
            using var again = Diary.Open(scratch[$"{seed}.db"], RandomWorld.Of(seed));
            Assert.Equal(digest, again.World.Digest());
        }
    }

    [Fact]
    public void A_new_journal_holds_nothing()
    {
        using var journal = Journal.Open(File);
        Assert.Null(journal.Restore(RandomWorld.Of(1)));
        Assert.Equal((1, 0, true), (journal.NextIntent, journal.LastHistoryId, journal.IsEmpty));
    }

    [Fact]
    public void A_kill_at_any_moment_loses_at_most_what_was_not_committed_and_the_journal_opens()
    {
        // What a kill leaves is what the files hold while the journal is open.
        var spec = RandomWorld.Of(7);
        using var diary = Diary.Open(File, spec);
        var n = 0;
        foreach (var fact in Diary.Facts(7, 200))
        {
            diary.Write(fact);
            if (++n % 7 != 0)
                continue;
            Assert.True(diary.Journal.Commit(diary.Wall, n % 35 == 0 ? diary.World : null));
            var committed = diary.World.Digest();
            diary.Write(new Ticked(diary.World.Now));
            var copy = scratch[$"copy-{n}.db"];
            foreach (var suffix in new[] { "", "-wal" })
                System.IO.File.Copy(File + suffix, copy + suffix);
            using var after = Journal.Open(copy);
            Assert.Equal(committed, after.Restore(spec)!.Digest());
        }
    }

    [Fact]
    public void An_intent_that_a_kill_left_open_is_open_and_its_number_is_not_given_again()
    {
        var spec = Service.Build([new Service("web") { Checks = [Service.Check("http")], Ladder = [Rung.Clean()] }]);
        using (var diary = Diary.Open(File, spec))
        {
            var intent = new Intent(diary.Journal.NextIntent, 0, 0, Cause.Heal, default, 1, "http: refused", diary.World.Now);
            diary.Write(new IntentOpened(diary.World.Now, intent)).Journal.AppendIntent(intent, "web", "clean", diary.Wall);
            Assert.True(diary.Journal.Commit(diary.Wall));
            System.IO.File.Copy(File, scratch["copy.db"]);
            System.IO.File.Copy(File + "-wal", scratch["copy.db-wal"]);
        }
        using var after = Diary.Open(scratch["copy.db"], spec);
        Assert.Equal(1, after.World.Targets[0].Open?.Id);
        Assert.Equal(2, after.Journal.NextIntent);
        using var reader = new JournalReader(scratch["copy.db"]);
        Assert.Equal([1L], reader.OpenIntents());
        var closed = new IntentClosed(after.World.Now, 1, 0, RemedyOutcome.Unknown, "Hale was killed");
        after.Write(closed).Journal.AppendOutcome(closed, after.Wall);
        Assert.True(after.Journal.Commit(after.Wall));
        Assert.Empty(reader.OpenIntents());
    }

    [Fact]
    public void State_follows_its_names_into_a_changed_configuration_also_after_a_kill()
    {
        var web = new Service("web") { Checks = [Service.Check("http", fall: 1)] };
        var db = new Service("db") { Checks = [Service.Check("sql", fall: 1)] };
        using (var first = Diary.Open(File, Service.Build([web, db])))
        {
            first.Write(Seen(first, 1, ProbeResult.Fail("refused")));
            Assert.True(first.Journal.Commit(first.Wall));
        }
        using (var second = Diary.Open(File, Service.Build([db, web])))
        {
            Assert.Equal((Health.Impaired, Health.Initializing), (second.World.Targets[0].Health, second.World.Targets[1].Health));
            second.Write(Seen(second, 1, ProbeResult.Fail("gone")));
            Assert.True(second.Journal.Commit(second.Wall));
        }
        using var third = Diary.Open(File, Service.Build([web]));
        Assert.Equal("http: gone", third.World.Targets[0].Reason);
    }

    [Fact]
    public void Facts_are_folded_under_the_configuration_that_they_were_written_under()
    {
        // As if a kill had come between the new configuration and its checkpoint.
        var web = new Service("web") { Checks = [Service.Check("http", fall: 1)] };
        var db = new Service("db") { Checks = [Service.Check("sql", fall: 1)] };
        using (var first = Diary.Open(File, Service.Build([web])))
        {
            first.Journal.UseConfig(Service.Build([db, web]), "source", first.Wall);
            first.Journal.Append(Seen(first, 1, ProbeResult.Fail("refused")));
            Assert.True(first.Journal.Commit(first.Wall));
        }
        using var again = Diary.Open(File, Service.Build([db, web]));
        Assert.Equal((Health.Initializing, Health.Impaired), (again.World.Targets[0].Health, again.World.Targets[1].Health));
    }

    [Fact]
    public void A_configuration_is_written_once()
    {
        using (Diary.Open(File, RandomWorld.Of(1))) { }
        using (Diary.Open(File, RandomWorld.Of(2))) { }
        using (Diary.Open(File, RandomWorld.Of(1))) { }
        Assert.Equal(2L, Ask("select count(*) from configs"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        System.IO.File.WriteAllText(File, string.Concat(Enumerable.Repeat("these are notes, not a journal\n", 100)));
        var before = System.IO.File.ReadAllText(File);
        Assert.Contains(File, Assert.Throws<JournalException>(() => Journal.Open(File)).Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Another_database_is_refused_and_left_as_it_is()
    {
        Ask("create table mine(x); insert into mine values (1)");
        var before = System.IO.File.ReadAllBytes(File);
        var error = Assert.Throws<JournalException>(() => Journal.Open(File));
        Assert.Contains("not a journal of Hale", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void A_newer_version_is_refused()
    {
        using (Diary.Open(File, RandomWorld.Of(1))) { }
        Ask("pragma user_version = 99");
        Assert.Contains("version 99", Assert.Throws<JournalException>(() => Journal.Open(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains("nowhere", Assert.Throws<JournalException>(() => Journal.Open(scratch["nowhere/journal.db"])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_cut_off_or_damaged_is_refused_with_its_name_or_still_leads_to_a_world()
    {
        var spec = RandomWorld.Of(3);
        using (var diary = Diary.Open(File, spec))
        {
            diary.Write(Diary.Facts(3, 400));
            Assert.True(diary.Journal.Commit(diary.Wall));
        }
        var whole = System.IO.File.ReadAllBytes(File);
        var random = new Random(3);
        var refused = 0;
        for (var n = 0; n < 60; n++)
        {
            var damaged = n % 3 == 0 ? whole[..random.Next(1, whole.Length)] : (byte[])whole.Clone();
            if (n % 3 != 0)
                random.NextBytes(damaged.AsSpan(random.Next(damaged.Length - 600), 600));
            var copy = scratch[$"damaged-{n}.db"];
            System.IO.File.WriteAllBytes(copy, damaged);
            try
            {
                using var journal = Journal.Open(copy);
                journal.Restore(spec);
            }
            catch (JournalException error)
            {
                refused++;
                Assert.Contains(copy, error.Message, StringComparison.Ordinal);
            }
        }
        Assert.InRange(refused, 10, 60);
    }

    [Fact]
    public void A_damaged_segment_is_named()
    {
        using (var diary = Diary.Open(File, RandomWorld.Of(3)))
        {
            diary.Write(Diary.Facts(3, 50), commitEvery: 5, checkpointEvery: int.MaxValue);
        }
        Ask("update segments set body = x'ff' where id = 3");
        using var journal = Journal.Open(File);
        var error = Assert.Throws<JournalException>(() => journal.Restore(RandomWorld.Of(3)));
        Assert.Contains("segment 3: fact 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("Move it away to begin a new one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_loses_nothing_once_space_returns()
    {
        using var disk = SmallDisk.Mount(scratch["disk"]);
        var spec = RandomWorld.Of(5);
        using var diary = Diary.Open(disk["journal.db"], spec);
        disk.Fill();
        diary.Write(Diary.Facts(5, 300), commitEvery: 20, checkpointEvery: int.MaxValue);
        diary.Journal.AppendHistory(diary.Wall, "daemon", null, new string('x', 100_000), null);
        Assert.False(diary.Journal.Commit(diary.Wall));
        Assert.StartsWith("the journal cannot be written", diary.Journal.Trouble, StringComparison.Ordinal);
        Assert.False(diary.Journal.NeedsCheckpoint);

        disk.Free();
        Assert.True(diary.Journal.Commit(diary.Wall), diary.Journal.Trouble);
        Assert.Null(diary.Journal.Trouble);
        Assert.Equal(diary.World.Digest(), diary.Reopened());
    }

    [Fact]
    public void Facts_that_a_full_disk_made_us_give_up_are_bridged_by_a_checkpoint()
    {
        using var disk = SmallDisk.Mount(scratch["disk"]);
        var spec = RandomWorld.Of(5);
        using var diary = Diary.Open(disk["journal.db"], spec, holdBack: 1000);
        diary.Write(Diary.Facts(5, 100), commitEvery: 20, checkpointEvery: int.MaxValue);
        Assert.True(diary.Journal.Commit(diary.Wall));
        disk.Fill();
        var last = diary.World.Now;
        for (var n = 0; n < 5000; n++)
            diary.Write(new Observed(last, new Observation(0, diary.World.Targets[0].Life, last, TimeSpan.Zero, ProbeResult.Fail($"refused {n}"))));
        Assert.False(diary.Journal.Commit(diary.Wall));
        Assert.True(diary.Journal.NeedsCheckpoint);

        disk.Free();
        diary.Write(new Ticked(last));
        Assert.False(diary.Journal.Commit(diary.Wall), "facts after a gap were written without the state that they follow");
        Assert.True(diary.Journal.Commit(diary.Wall, diary.World), diary.Journal.Trouble);
        Assert.Equal((false, null), (diary.Journal.NeedsCheckpoint, diary.Journal.Trouble));
        Assert.Equal(diary.World.Digest(), diary.Reopened());
        using var reader = new JournalReader(disk["journal.db"]);
        Assert.Null(reader.Replay().Difference);
    }

    [Fact]
    public void Pruning_keeps_what_a_restart_and_a_replay_need()
    {
        var spec = RandomWorld.Of(11);
        using var diary = Diary.Open(File, spec).Write(Diary.Facts(11, 600));
        Assert.True(diary.Journal.Commit(diary.Wall, diary.World));
        var (facts, checkpoints) = (Ask("select sum(facts) from segments"), Ask("select count(*) from checkpoints"));
        diary.Journal.Prune(diary.Wall, TimeSpan.FromMinutes(30), TimeSpan.FromDays(1));
        Assert.Null(diary.Journal.Trouble);
        Assert.InRange((long)Ask("select sum(facts) from segments")!, 1, (long)facts! - 1);
        Assert.InRange((long)Ask("select count(*) from checkpoints")!, 1, (long)checkpoints! - 1);
        Assert.Equal(diary.World.Digest(), diary.Reopened());
        using var reader = new JournalReader(File);
        Assert.Null(reader.Replay().Difference);

        // Even with nothing kept, numbers go on and what follows is found again.
        diary.Journal.Prune(diary.Wall.AddDays(1000), TimeSpan.Zero, TimeSpan.Zero);
        diary.Write(Diary.Facts(12, 20).OfType<DoubtRaised>().Append(new DoubtRaised(diary.World.Now, "later", diary.World.Now)));
        Assert.True(diary.Journal.Commit(diary.Wall), diary.Journal.Trouble);
        Assert.Equal(diary.World.Digest(), diary.Reopened());
    }

    [Fact]
    public void Checkpoints_are_thinned_and_a_replay_still_finds_the_same_world()
    {
        using var diary = Diary.Open(File, RandomWorld.Of(11));
        for (var n = 0; n < 200; n++)
        {
            diary.Write(Diary.Facts(11, 400).Skip(n).Take(1).Select(fact => fact is Observed ? fact : new Ticked(diary.World.Now + TimeSpan.FromMinutes(5))), 1, 1);
            diary.Journal.Prune(diary.Wall, TimeSpan.FromHours(12), TimeSpan.FromDays(1));
        }
        Assert.True(diary.Wall - Scenario.Origin.ToUtc() > TimeSpan.FromHours(8), "too little time passed");
        var old = $"where at < {diary.Wall.AddHours(-1).ToUnixTimeMilliseconds()}";
        Assert.InRange((long)Ask($"select count(*) from checkpoints {old}")!, 2, 6);
        Assert.True((long)Ask("select count(*) from checkpoints")! > 6);
        using var reader = new JournalReader(File);
        Assert.Null(reader.Replay().Difference);
        Assert.Equal(diary.World.Digest(), diary.Reopened());
    }

    [Fact]
    public void Pruning_never_gives_the_number_of_an_intent_again()
    {
        using (var diary = Diary.Open(File, RandomWorld.Of(1)))
        {
            for (var id = 1; id <= 3; id++)
            {
                var intent = new Intent(id, 0, -1, Cause.Stop, default, 0, "stopped by a person", diary.World.Now);
                diary.Write(new IntentOpened(diary.World.Now, intent)).Journal.AppendIntent(intent, "t0", "stop", diary.Wall);
                var closed = new IntentClosed(diary.World.Now, id, 0, RemedyOutcome.Done, "stopped");
                diary.Write(closed).Journal.AppendOutcome(closed, diary.Wall);
            }
            Assert.True(diary.Journal.Commit(diary.Wall, diary.World));
            diary.Journal.Prune(diary.Wall.AddDays(1000), TimeSpan.Zero, TimeSpan.Zero);
        }
        using var journal = Journal.Open(File);
        Assert.Equal(4, journal.NextIntent);
    }

    private static Observed Seen(Diary diary, int check, ProbeResult result) =>
        new(diary.World.Now, new Observation(check, default, diary.World.Now, TimeSpan.Zero, result));

    private object? Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}

/// <summary>A file system of half a megabyte in memory.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string path;

    private SmallDisk(string path) => this.path = path;

    public string this[string name] => Path.Combine(path, name);

    public static SmallDisk Mount(string path, string size = "512k")
    {
        Directory.CreateDirectory(path);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={size}", "hale-test", path), "no file system may be mounted here");
        return new(path);
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var filler = new FileStream(this["filler"], FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = 4096; size > 0; size /= 2)
            try
            {
                while (true)
                    filler.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full for this size.
            }
    }

    public void Free() => File.Delete(this["filler"]);

    public void Dispose() => Run("umount", "--lazy", path);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
