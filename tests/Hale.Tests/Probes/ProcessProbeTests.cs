using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Native;
using Hale.Probes;
using Hale.Processes;
using Hale.Testing;
using Hale.Tests.Processes;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class ProcessProbeTests : IDisposable
{
    // A number of seconds that no other test sleeps for, so that the arguments are ours alone.
    private static int lastSleep = 100_000 + Environment.ProcessId % 1000 * 100;

    private readonly Scratch scratch = new();
    private readonly string[] argv = ["sleep", Interlocked.Increment(ref lastSleep).ToString(CultureInfo.InvariantCulture)];

    [Fact]
    public async Task A_process_of_exactly_these_arguments_passes()
    {
        using var target = new SupervisedTarget(argv);
        var pid = await BegunAsync(target);
        var result = await ByArgvAsync();

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Contains($"process {pid} is alive since 20", result.Evidence, StringComparison.Ordinal);
        Assert.Equal(1, result.Measurements.Single(found => found.Name == "count").Value);
    }

    [Fact]
    public async Task Mentioning_the_command_is_not_being_it()
    {
        using var target = new SupervisedTarget(["bash", "-c", $"read -t 300 < <(tail -f /dev/null) # {string.Join(' ', argv)}"]);
        await BegunAsync(target);

        Assert.Equal(Outcome.Fail, (await ByArgvAsync()).Outcome);
    }

    [Fact]
    public async Task Fewer_processes_than_wanted_fail()
    {
        using var target = new SupervisedTarget(argv);
        await BegunAsync(target);
        var result = await ByArgvAsync(min: 2);

        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.StartsWith("1 of at least 2", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_of_another_user_does_not_count()
    {
        using var target = new SupervisedTarget(argv);
        await BegunAsync(target);

        Assert.Equal(Outcome.Pass, (await ByArgvAsync(user: Machine.User.ToString(CultureInfo.InvariantCulture))).Outcome);
        Assert.Equal(Outcome.Fail, (await ByArgvAsync(user: "54321")).Outcome);
        Assert.Equal(Outcome.Inconclusive, (await ByArgvAsync(user: "no-such-user")).Outcome);
    }

    [Fact]
    public async Task A_process_named_by_its_pid_file_passes()
    {
        using var target = new SupervisedTarget(argv);
        var pid = await BegunAsync(target);

        Assert.Equal(Outcome.Pass, (await ByFileAsync($"{pid}\n")).Outcome);
        Assert.Equal(Outcome.Pass, (await ByFileAsync($" {pid} \nsecond line", withArgv: true)).Outcome);
    }

    [Fact]
    public async Task A_number_that_passed_on_after_the_file_was_written_fails()
    {
        using var target = new SupervisedTarget(argv);
        var pid = await BegunAsync(target);
        var result = await ByFileAsync($"{pid}", writtenAgo: TimeSpan.FromMinutes(10));

        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.Contains("has passed on to another process", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Known_arguments_decide_instead_of_the_age_of_the_file()
    {
        using var target = new SupervisedTarget(argv);
        var pid = await BegunAsync(target);

        Assert.Equal(Outcome.Pass, (await ByFileAsync($"{pid}", writtenAgo: TimeSpan.FromMinutes(10), withArgv: true)).Outcome);
        var other = await ByFileAsync($"{Environment.ProcessId}", withArgv: true);
        Assert.Equal(Outcome.Fail, other.Outcome);
        Assert.Contains("another program", other.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zombie_fails()
    {
        using var output = Files.Open("/dev/null", Files.WriteOnly | Files.CloseOnExec);
        using var child = Launch.Start(["true"], Launch.EnvironmentWith([]), null, output, output).Process!;
        await Eventually.HoldsAsync(() => !ProcessTable.IsAlive(child.Identity), "the child ends");
        var result = await ByFileAsync($"{child.Identity.Pid}");
        child.Reap();

        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.Contains("zombie", result.Evidence, StringComparison.Ordinal);
        Assert.Equal(Outcome.Fail, (await ByFileAsync($"{child.Identity.Pid}")).Outcome);
    }

    [Fact]
    public async Task A_missing_file_fails()
    {
        var result = await Attempt.OfAsync(ProcessProbe.Kind, new() { ["pid_file"] = scratch["none.pid"] });

        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.EndsWith("is missing", result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("abc")]
    [InlineData("-5")]
    [InlineData("0")]
    [InlineData("99999999999999999999")]
    public async Task A_file_without_a_number_tells_nothing(string content)
    {
        Assert.Equal(Outcome.Inconclusive, (await ByFileAsync(content)).Outcome);
    }

    [Fact]
    public async Task A_folder_or_a_pipe_in_place_of_the_file_tells_nothing()
    {
        Assert.Equal(Outcome.Inconclusive, (await Attempt.OfAsync(ProcessProbe.Kind, new() { ["pid_file"] = scratch.Path })).Outcome);
        var made = await CommandRunner.Shared.RunAsync(new Command { Argv = ["mkfifo", scratch["pipe"]] }, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(made.IsSuccess, made.Error);
        Assert.Equal(Outcome.Inconclusive, (await Attempt.OfAsync(ProcessProbe.Kind, new() { ["pid_file"] = scratch["pipe"] })).Outcome);
    }

    [Fact]
    public void Without_a_way_to_find_it_the_configuration_is_wrong()
    {
        Assert.Equal("argv", Assert.Throws<SettingsException>(() => ProcessProbe.Kind.Create(new Settings(new Dictionary<string, object>()))).Key);
        Assert.Equal("min", Assert.Throws<SettingsException>(() => ProcessProbe.Kind.Create(
            new Settings(new Dictionary<string, object> { ["pid_file"] = "/x", ["min"] = 2L }))).Key);
    }

    public void Dispose() => scratch.Dispose();

    private Task<ProbeResult> ByArgvAsync(long min = 1, string? user = null)
    {
        var values = new Dictionary<string, object> { ["argv"] = argv, ["min"] = min };
        if (user is not null)
            values["user"] = user;
        return Attempt.OfAsync(ProcessProbe.Kind, values);
    }

    private Task<ProbeResult> ByFileAsync(string content, TimeSpan? writtenAgo = null, bool withArgv = false)
    {
        File.WriteAllText(scratch["x.pid"], content);
        File.SetLastWriteTimeUtc(scratch["x.pid"], DateTime.UtcNow - (writtenAgo ?? TimeSpan.Zero));
        var values = new Dictionary<string, object> { ["pid_file"] = scratch["x.pid"], ["min"] = 1L };
        if (withArgv)
            values["argv"] = argv;
        return Attempt.OfAsync(ProcessProbe.Kind, values);
    }

    /// <summary>The kernel hands a new process over a moment before its arguments can be read.</summary>
    private static async Task<int> BegunAsync(SupervisedTarget target)
    {
        var pid = target.Start(1).Pid;
        await Eventually.HoldsAsync(() => ProcessTable.HasArguments(pid, [], out _) == ProcRead.Ok, "the new process had arguments");
        return pid;
    }
}
