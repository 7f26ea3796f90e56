using Hale.Config;
using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Remedies;

/// <summary>Restarts a systemd unit: <c>systemctl restart UNIT</c>, which returns when the unit is up or has failed.</summary>
public sealed class SystemdRestartRemedy : IRemedy
{
    private readonly CommandRunner runner;
    private readonly Command command;

    private SystemdRestartRemedy(CommandRunner runner, Settings settings)
    {
        this.runner = runner;
        command = new Command
        {
            // Without a terminal nobody can answer a question for a password.
            Argv = ["systemctl", settings.Flag("user") ? "--user" : "--system", "--no-ask-password", "restart", "--", settings.Text("unit")!],
            Timeout = settings.Duration("timeout")!.Value,
        };
    }

    /// <summary>The kind.</summary>
    public static RemedyKind Kind { get; } = new(
        "systemd_restart",
        "Restarts a systemd unit and waits until systemd says that it is up or has failed.",
        [
            new Key("unit", KeyType.Text, "Name of the unit, such as `nginx.service`; without a suffix a service is meant.") { Required = true, Shorthand = true },
            new Key("user", KeyType.Flag, "Use the service manager of the user that Hale runs as instead of the system's.") { Default = "false" },
            new Key("timeout", KeyType.Duration, "Time for stop and start together. systemd itself allows 90 s for each unless the unit says otherwise.") { Default = "3m", Min = 1 },
        ],
        settings => new SystemdRestartRemedy(CommandRunner.Shared, settings));

    /// <inheritdoc/>
    public async Task<RemedyResult> ActAsync(RemedyContext context, CancellationToken cancel) =>
        RemedyCommand.Judge(command, await runner.RunAsync(command, context.Time, cancel));

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> RehearseAsync(RemedyContext context, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([RemedyCommand.Rehearse(command)]);
}
