using System.Globalization;
using Hale.Processes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Processes;

public sealed class StateDirectoryTests
{
    [Fact]
    public void It_is_made_for_its_owner_alone_and_keeps_its_id()
    {
        using var scratch = new Scratch();
        string id;
        using (var first = StateDirectory.Open(scratch["a/b"]))
            id = first.Id;
        using var second = StateDirectory.Open(scratch["a/b"]);

        Assert.Equal(16, id.Length);
        Assert.Equal(id, second.Id);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(second.Path).UnixFileMode);
    }

    [Fact]
    public void A_second_Hale_is_refused_and_told_who_holds_it()
    {
        using var scratch = new Scratch();
        using var first = StateDirectory.Open(scratch.Path);
        var refusal = Assert.Throws<IOException>(() => StateDirectory.Open(scratch.Path));

        Assert.Contains(scratch.Path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lock_is_not_passed_on_to_children()
    {
        using var scratch = new Scratch();
        CommandResult command;
        using (StateDirectory.Open(scratch.Path))
        {
            command = await CommandRunner.Shared.RunAsync(
                new Command { Argv = ["bash", "-c", "sleep 300 >/dev/null 2>&1 & echo $!"] }, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        using var again = StateDirectory.Open(scratch.Path);

        Assert.Equal(ProcRead.Ok, ProcessTable.Read(int.Parse(command.Output, CultureInfo.InvariantCulture), out var stat));
        ProcessHandle.Open(stat.Identity)!.Signal(9);
    }

    [Fact]
    public void What_is_no_folder_is_refused()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["file"], "");

        Assert.Throws<IOException>(() => StateDirectory.Open(scratch["file"]));
    }

    [Theory]
    [InlineData("worker", "worker")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("..", "%2E.")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("grün", "gr%C3%BCn")]
    public void Any_name_of_a_target_is_a_name_of_a_file(string name, string file)
    {
        Assert.Equal(file, FileName.For(name));
    }

    [Theory]
    [InlineData("0123456789abcdef:worker:7", "worker", 7)]
    [InlineData("0123456789abcdef:a:b:7", "a:b", 7)]
    public void The_mark_of_a_life_reads_back(string text, string target, long intent)
    {
        Assert.Equal(new LifeMarker("0123456789abcdef", target, intent), LifeMarker.Parse(text));
        Assert.Equal(text, LifeMarker.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("a:b:c")]
    [InlineData("a:b:-1")]
    public void What_is_no_mark_is_refused(string text)
    {
        Assert.Null(LifeMarker.Parse(text));
    }
}
