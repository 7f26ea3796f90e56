using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Remedies;

/// <summary>Runs a command. Exit code 0 says that it was carried out; whether it helped, the checks say.</summary>
public sealed class ExecRemedy : IRemedy
{
    private readonly CommandRunner runner;
    private readonly Command command;

    private ExecRemedy(CommandRunner runner, Settings settings)
    {
        this.runner = runner;
        command = new Command
        {
            Argv = settings.List("command"),
            Directory = settings.Text("directory"),
            Environment = settings.Map("environment"),
            Timeout = settings.Duration("timeout")!.Value,
        };
    }

    /// <summary>The kind.</summary>
    public static RemedyKind Kind { get; } = new(
        "exec",
        "Runs a command of yours; exit code 0 counts as carried out. Its process group is killed at the time-out.",
        [
            new Key("command", KeyType.Command, "Program and arguments, without a shell. It also gets HALE_TARGET, HALE_INTENT, HALE_ATTEMPT, HALE_LIFE_ID and HALE_REASON in its environment.")
                { Required = true, Shorthand = true },
            new Key("directory", KeyType.Path, "Working directory. Default: the one in which Hale was started."),
            new Key("environment", KeyType.TextMap, "Variables added to Hale's own environment."),
            new Key("timeout", KeyType.Duration, "The command is killed after this time, and the remedy has failed.") { Default = "1m", Min = 0.1 },
        ],
        settings => new ExecRemedy(CommandRunner.Shared, settings));

    /// <inheritdoc/>
    public async Task<RemedyResult> ActAsync(RemedyContext context, CancellationToken cancel)
    {
        var intent = context.Intent;
        var environment = new Dictionary<string, string>(command.Environment)
        {
            ["HALE_TARGET"] = context.Target,
            ["HALE_INTENT"] = intent.Id.ToString(CultureInfo.InvariantCulture),
            ["HALE_ATTEMPT"] = intent.Attempt.ToString(CultureInfo.InvariantCulture),
            ["HALE_LIFE_ID"] = intent.Incarnation.Id ?? "",
            ["HALE_REASON"] = intent.Reason,
        };
        var run = command with { Environment = environment };
        return RemedyCommand.Judge(run, await runner.RunAsync(run, context.Time, cancel));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> RehearseAsync(RemedyContext context, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([RemedyCommand.Rehearse(command)]);
}
