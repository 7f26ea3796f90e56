using System.Diagnostics;
using Hale.Cli;
using Hale.Cli.Completing;
using Hale.Cli.Verbs;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("st", "start status stop")]
    [InlineData("config ", "check schema")]
    [InlineData("status --w", "--watch")]
    [InlineData("status --js", "--json")]
    [InlineData("history --kind in", "intent")]
    [InlineData("completion ", "bash fish zsh")]
    [InlineData("comp", "completion")]
    [InlineData("status --config ", "")]
    [InlineData("no-such-verb --x", "")]
    public void What_may_stand_there_is_suggested(string line, string expected)
    {
        var found = Candidates.For(CommandLine.Root(UsageTests.Nowhere()), line.Split(' '));

        var words = found.Words.Select(each => each.Word).Order(StringComparer.Ordinal);
        Assert.Superset(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(), words.ToHashSet());
        Assert.All(found.Words, each => Assert.StartsWith(line.Split(' ')[^1], each.Word, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("explain ", true)]
    [InlineData("history --target ", true)]
    [InlineData("restart w", true)]
    [InlineData("explain web ", false)]
    [InlineData("replay ", false)]
    [InlineData("status --config ", false)]
    public void Targets_are_named_where_one_is_wanted(string line, bool expected)
    {
        Assert.Equal(expected, Candidates.For(CommandLine.Root(UsageTests.Nowhere()), line.Split(' ')).WantsTarget);
    }

    [Fact]
    public async Task Targets_come_from_the_running_daemon_and_else_from_the_configuration()
    {
        await using (var without = new CliFixture())
            Assert.Equal("web\ttarget\n", (await without.RunAsync("complete", "--", "explain", "")).Out);

        // On this clock no daemon is too slow for a prompt.
        await using var with = await new CliFixture { Time = new ManualTime() }.ServeAsync();
        var names = with.Daemon.Current.Targets.Select(target => target.Name).ToArray();
        Assert.True(names.Length > 1);
        Assert.Equal(names.Select(name => name + "\ttarget"), (await with.RunAsync("complete", "--", "explain", "")).Out.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Whatever_is_wrong_with_the_configuration_nothing_is_said_at_the_prompt()
    {
        await using var cli = new CliFixture();
        await File.WriteAllTextAsync(cli.Config, "targets: [", TestContext.Current.CancellationToken);
        Assert.Equal(new Result(0, "", ""), await cli.RunAsync("complete", "--", "explain", ""));
        Assert.Equal(new Result(0, "", ""), await cli.RunAsync("complete", "--", "explain", "-c", "/no/such/file", ""));
    }

    /// <summary>The real shells with the real scripts; in the place of the command stands one that says what it was asked.</summary>
    [Theory]
    [InlineData("bash", """
        source ./script
        COMP_WORDS=(hale stat --v) COMP_CWORD=2; _hale; printf '%s\n' "${COMPREPLY[@]}"
        COMP_WORDS=(hale explain '') COMP_CWORD=2; _hale; printf '%s\n' "${COMPREPLY[@]}"
        complete -p hale
        """, "--verbose\nweb\nwith:colon\ncomplete -o default -F _hale hale\n")]
    [InlineData("zsh", """
        compdef() { print "compdef $*"; }
        _describe() { print -rl -- "${(@P)2}"; }
        _files() { print files; }
        source ./script
        words=(hale stat --v) CURRENT=3; _hale
        words=(hale explain '') CURRENT=3; _hale
        words=(hale nothing '') CURRENT=3; _hale
        """, "compdef _hale hale\n--verbose:Every check\nweb:target\nwith\\:colon:target\nfiles\n")]
    [InlineData("fish", """
        source ./script
        complete -C 'hale stat --v'
        complete -C 'hale explain '
        """, "--verbose\tEvery check\nweb\ttarget\nwith:colon\ttarget\n")]
    public async Task A_shell_completes(string shell, string lines, string expected)
    {
        using var scratch = new Scratch();
        await File.WriteAllTextAsync(scratch["script"], CompletionVerb.Script(shell), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(scratch["lines"], lines, TestContext.Current.CancellationToken);
        Script.Write(scratch["hale"], """
            #!/bin/sh
            case "$*" in
            'complete -- stat --v') printf -- '--verbose\tEvery check\n' ;;
            'complete -- explain ') printf 'web\ttarget\nwith:colon\ttarget\n' ;;
            esac
            """);

        var start = new ProcessStartInfo(shell, ["./lines"]) { WorkingDirectory = scratch.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{scratch.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = scratch.Path;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((expected, ""), (output, await error));
    }
}
