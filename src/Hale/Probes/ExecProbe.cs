using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Probes;

/// <summary>
/// Runs a command and judges it by its exit code: every Nagios plugin works as it is. The first line of output is the evidence, performance
/// data become measurements. The command's process group is killed at the check's time-out.
/// </summary>
public sealed class ExecProbe : IBlockingProbe
{
    private const string UnixCodes = "unix";
    private const string NagiosCodes = "nagios";

    private readonly CommandRunner runner;
    private readonly Command command;
    private readonly bool unixCodes;

    private ExecProbe(CommandRunner runner, Settings settings)
    {
        this.runner = runner;
        unixCodes = settings.Text("exit_codes") == UnixCodes;
        command = new Command
        {
            Argv = settings.List("command"),
            Directory = settings.Text("directory"),
            Environment = settings.Map("environment"),
        };
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "exec",
        "Runs a command and judges its exit code as that of a Nagios plugin (0 ok, 1 warning, 2 critical, 3 unknown); performance data become measurements.",
        [
            new Key("command", KeyType.Command, "Program and arguments, without a shell. It also gets HALE_TARGET, HALE_CHECK and, where Hale owns the target's process, HALE_PID in its environment.")
                { Required = true, Shorthand = true },
            new Key("directory", KeyType.Path, "Working directory. Default: the one in which Hale was started."),
            new Key("environment", KeyType.TextMap, "Variables added to Hale's own environment."),
            new Key("exit_codes", KeyType.Choice, "`nagios`: codes other than 0 to 3 are inconclusive, as they come from no plugin. `unix`: 0 passes, everything else fails.")
                { Choices = [NagiosCodes, UnixCodes], Default = NagiosCodes },
        ],
        settings => new ExecProbe(CommandRunner.Shared, settings));

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        var environment = new Dictionary<string, string>(command.Environment) { ["HALE_TARGET"] = context.Target, ["HALE_CHECK"] = context.Check };
        if (context.Pid is { } pid)
            environment["HALE_PID"] = pid.ToString(CultureInfo.InvariantCulture);
        var started = context.Time.GetTimestamp();
        CommandResult result;
        try
        {
            result = await runner.RunAsync(command with { Environment = environment, Timeout = context.Timeout }, context.Time, cancel);
        }
        catch (OperationCanceledException) when (context.Time.GetElapsedTime(started) >= 0.9 * context.Timeout)
        {
            // Whoever measures the time-out from outside was a little faster. What is cancelled earlier is not wanted any more.
            return ProbeResult.Fail($"timed out after {context.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s; its process group was killed");
        }

        var output = PluginOutput.Parse(result.Output);
        return new(Judge(result), Evidence(result, output)) { Measurements = output.Measurements };
    }

    private Outcome Judge(CommandResult result) => result.End switch
    {
        CommandEnd.CouldNotStart or CommandEnd.Lost => Outcome.Inconclusive,
        // What was asked did not answer in time, which is what the time-out is for.
        CommandEnd.TimedOut => Outcome.Fail,
        // A plugin that crashes says nothing about what it was to look at; a command judged as on a command line has not succeeded.
        CommandEnd.Signaled => unixCodes ? Outcome.Fail : Outcome.Inconclusive,
        _ => result.ExitCode switch
        {
            0 => Outcome.Pass,
            _ when unixCodes => Outcome.Fail,
            1 => Outcome.Warn,
            2 => Outcome.Fail,
            _ => Outcome.Inconclusive,
        },
    };

    private string Evidence(CommandResult result, PluginOutput output)
    {
        if (result.End is CommandEnd.CouldNotStart or CommandEnd.Lost or CommandEnd.TimedOut)
            return result.Summary;
        var text = output.Text.Length > 0 ? output.Text : PluginOutput.Parse(result.Error).Text;
        var isPluginCode = result.End == CommandEnd.Exited && !unixCodes && result.ExitCode is >= 0 and <= 3;
        if (isPluginCode && text.Length > 0)
            return text;
        var hint = result.End == CommandEnd.Exited && !unixCodes && !isPluginCode ? ", not a plugin exit code" : "";
        return text.Length > 0 ? $"{result.Summary}{hint}: {text}" : $"{result.Summary}{hint}, no output";
    }
}
