using Hale.Config;
using Hale.Core.Model;
using Hale.Remedies;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Remedies;

public sealed class ExecRemedyTests
{
    private static readonly RemedyContext Context = RemedyContexts.For(7, new Incarnation("6:12@34"), null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("echo fixed", RemedyOutcome.Done, "bash exited with code 0: fixed")]
    [InlineData("echo no luck >&2; exit 3", RemedyOutcome.Failed, "bash exited with code 3: no luck")]
    [InlineData("kill -KILL $$", RemedyOutcome.Failed, "bash killed by SIGKILL")]
    [InlineData("echo $HALE_TARGET, $HALE_INTENT, $HALE_ATTEMPT, $HALE_LIFE_ID, $HALE_REASON", RemedyOutcome.Done, "bash exited with code 0: the target, 7, 1, 6:12@34, the reason")]
    public async Task Only_exit_code_zero_is_done(string script, RemedyOutcome outcome, string detail)
    {
        var result = await Make(["bash", "-c", script]).ActAsync(Context, Cancel);

        Assert.Equal((outcome, detail), (result.Outcome, result.Detail));
    }

    [Fact]
    public async Task A_command_that_hangs_is_killed_and_has_failed()
    {
        var result = await Make(["sleep", "300"], TimeSpan.FromMilliseconds(200)).ActAsync(Context, Cancel);

        Assert.Equal(RemedyOutcome.Failed, result.Outcome);
        Assert.Contains("timed out", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_cannot_be_started_has_failed()
    {
        Assert.Equal(RemedyOutcome.Failed, (await Make(["/no/such/program"]).ActAsync(Context, Cancel)).Outcome);
    }

    [Fact]
    public async Task After_a_crash_of_Hale_it_is_unknown_and_not_repeated()
    {
        Assert.Equal(RemedyOutcome.Unknown, (await Make(["true"]).SettleAsync(Context, Cancel)).Outcome);
    }

    [Fact]
    public async Task A_rehearsal_shows_the_command_and_does_not_run_it()
    {
        using var scratch = new Scratch();
        var lines = await Make(["touch", scratch["a file"]]).RehearseAsync(Context, Cancel);

        Assert.Equal($"would run, for at most 60 s: touch '{scratch["a file"]}'", Assert.Single(lines));
        Assert.False(File.Exists(scratch["a file"]));
    }

    private static IRemedy Make(string[] command, TimeSpan? timeout = null) => ExecRemedy.Kind.Create(
        new Settings(new Dictionary<string, object> { ["command"] = command, ["timeout"] = timeout ?? TimeSpan.FromMinutes(1) }));
}
