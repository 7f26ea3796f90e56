using Hale.Core.Model;
using Hale.Testing;
using Hale.Warming.Evidence;
using Hale.Warming.Lives;
using Hale.Warming.Plans;
using Xunit;

namespace Hale.Tests.Warming;

public sealed class FilesEvidenceTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly List<IDisposable> watches = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        watches.ForEach(watch => watch.Dispose());
        scratch.Dispose();
    }

    [Fact]
    public async Task A_file_has_to_be_created_and_to_grow_between_two_looks()
    {
        var evidence = await BeganAsync("*.mcap");
        Assert.Equal((Outcome.Fail, "there is no such file"), await LookAsync(evidence));
        Write("a.mcap", "");
        Assert.Equal((Outcome.Fail, "a.mcap is there and has 0 bytes"), await LookAsync(evidence));
        Write("a.mcap", "some");
        Assert.Equal((Outcome.Pass, "a.mcap has 4B and grows"), await LookAsync(evidence));
    }

    [Fact]
    public async Task A_file_that_is_written_in_one_go_does_not_grow_and_is_enough_only_where_the_plan_says_so()
    {
        var growing = await BeganAsync("*.mcap");
        var any = await BeganAsync("*.mcap", grows: false);
        Write("a.mcap", "some");
        Assert.Equal(Outcome.Fail, (await LookAsync(growing)).Outcome);
        Assert.Equal((Outcome.Fail, "a.mcap has 4B and does not grow (a file that is written in one go needs grow: false)"), await LookAsync(growing));
        Assert.Equal(Outcome.Pass, (await LookAsync(any)).Outcome);
    }

    [Fact]
    public async Task A_file_from_before_the_start_is_no_evidence_until_it_changes()
    {
        Write("old.mcap", "from an earlier run");
        var evidence = await BeganAsync("*.mcap");
        Assert.Equal((Outcome.Fail, $"{scratch["old.mcap"]} is from before the start"), await LookAsync(evidence));
        File.AppendAllText(scratch["old.mcap"], " and more");
        Assert.Equal(Outcome.Pass, (await LookAsync(evidence)).Outcome);
    }

    [Fact]
    public async Task A_file_that_is_too_small_or_has_gone_again_is_no_evidence()
    {
        var evidence = await BeganAsync("*.mcap", min: 10);
        Write("a.mcap", "1");
        await LookAsync(evidence);
        Write("a.mcap", "12345");
        Assert.Equal((Outcome.Fail, "a.mcap has 5B, fewer than 10B"), await LookAsync(evidence));
        Write("a.mcap", "1234567890");
        Assert.Equal(Outcome.Pass, (await LookAsync(evidence)).Outcome);
        File.Delete(scratch["a.mcap"]);
        Assert.Equal(Outcome.Fail, (await LookAsync(evidence)).Outcome);
    }

    [Fact]
    public async Task An_event_tells_of_a_change_also_in_a_folder_that_came_to_be_later()
    {
        var evidence = new FilesEvidence(new("files", scratch["later/*.mcap"], 1, true));
        watches.Add(evidence);
        Assert.Null(await evidence.PrepareAsync(Cancel));
        var heard = 0;
        evidence.Begin(new NoLife(), () => Interlocked.Increment(ref heard));
        Assert.False(evidence.IsTold);
        Directory.CreateDirectory(scratch["later"]);
        await LookAsync(evidence);
        Assert.True(evidence.IsTold);
        Write("later/a.mcap", "some");
        await Eventually.HoldsAsync(() => Volatile.Read(ref heard) > 0, "an event told of the file");
    }

    [Fact]
    public async Task Paths_with_wildcards_in_folders_are_looked_through()
    {
        var evidence = await BeganAsync("*/take-?.mcap", grows: false);
        Write("one/take-1.mcap", "some");
        Assert.Equal(Outcome.Pass, (await LookAsync(evidence)).Outcome);
    }

    [Fact]
    public void Without_the_calls_of_Linux_the_same_files_are_found()
    {
        Write("one/take-1.mcap", "some");
        Write("one/other.mcap", "some");
        Assert.Equal([scratch["one/take-1.mcap"]], MatchingFiles.FindByName(scratch["one/take-?.mcap"]).Files.Select(file => file.Path));
        Assert.Equal([scratch["one/take-1.mcap"]], MatchingFiles.FindByName(scratch["*/take-?.mcap"]).Files.Select(file => file.Path));
        Assert.Empty(MatchingFiles.FindByName(scratch["none/take-?.mcap"]).Files);
    }

    private async Task<FilesEvidence> BeganAsync(string path, long min = 1, bool grows = true)
    {
        var evidence = new FilesEvidence(new("files", scratch[path], min, grows));
        watches.Add(evidence);
        Assert.Null(await evidence.PrepareAsync(Cancel));
        evidence.Begin(new NoLife(), () => { });
        return evidence;
    }

    private static async Task<(Outcome Outcome, string Seen)> LookAsync(FilesEvidence evidence)
    {
        var result = await evidence.LookAsync(TimeSpan.FromSeconds(5), Cancel);
        return (result.Outcome, result.Evidence);
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(scratch[name])!);
        File.WriteAllText(scratch[name], text);
    }

    /// <summary>A life that files have nothing to do with: a fake.</summary>
    private sealed class NoLife : IRehearsedLife
    {
        public int Pid => 0;

        public Task<Hale.Processes.ProcessExit> Exited => Task.FromResult(Hale.Processes.ProcessExit.Unknown);

        public string? AskToStop(StopSpec stop) => null;

        public IReadOnlyList<string> Living() => [];

        public int CountOf(string program) => 0;

        public Task<IReadOnlyList<string>> KillAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<string>>([]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
