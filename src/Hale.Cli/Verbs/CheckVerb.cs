using System.CommandLine;
using Hale.Cli.Views;
using Hale.Config;
using Hale.Web.Contract;

namespace Hale.Cli.Verbs;

/// <summary><c>hale check</c></summary>
internal static class CheckVerb
{
    public static Command Create(Surroundings surroundings)
    {
        var target = Arguments.Optional("TARGET", "Only this target");
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Every check with its evidence" };
        var nagios = new Option<bool>("--nagios") { Description = "One line, performance data and exit codes of a Nagios plugin" };
        return new Verb(
            "check",
            "Try the checks now and show what came of it",
            ("hale check", "one round over everything"),
            ("hale check web -v", "one target with its checks"),
            ("hale check --nagios", "as a plugin of Nagios or Icinga"))
        {
            target,
            verbose,
            nagios,
        }.With("""
            A running Hale is asked to try the checks now. Without one, a single round is
            made here: each check is judged on one look, nothing is healed or written.
            """).Does(surroundings, call => call.Get(nagios)
                ? PluginAsync(call, call.Get(target))
                : HumanAsync(call, call.Get(target), call.Get(verbose)));
    }

    private static async Task<int> HumanAsync(Call call, string? target, bool verbose) =>
        StatusVerb.Write(call, await RoundAsync(call, target, note: !call.WantsJson), verbose);

    private static async Task<int> PluginAsync(Call call, string? target)
    {
        try
        {
            var (line, exitCode) = NagiosView.Of(await RoundAsync(call, target, note: false));
            call.Surroundings.Out.WriteLine(line);
            return exitCode;
        }
        catch (CommandException exception)
        {
            // A plugin speaks on standard output, and what could not be checked is UNKNOWN, whatever the cause.
            call.Surroundings.Out.WriteLine(NagiosView.Unknown(exception.Message));
            return ExitCode.Unknown;
        }
    }

    private static async Task<StatusDto> RoundAsync(Call call, string? target, bool note)
    {
        using var daemon = call.Daemon();
        if (call.NamesDaemon || await daemon.IsRunningAsync(call.Cancel))
        {
            await daemon.CheckAsync(target, call.Cancel);
            return await daemon.StatusAsync(target, call.Cancel);
        }
        var file = call.ConfigFile();
        var plan = call.LoadPlan(file);
        if (target is not null && plan.World.Targets.All(each => each.Name != target))
        {
            var guess = Spelling.Closest(target, plan.World.Targets.Select(each => each.Name));
            throw new CommandException(ExitCode.Usage, $"No target is named '{target}' in {file}.{(guess is null ? "" : $" Did you mean '{guess}'?")}");
        }
        if (note)
            call.Surroundings.Error.WriteLine("No Hale is running here: one round without it. Each check is judged on one look, and nothing is healed.");
        var snapshot = await call.Surroundings.EngineRoom.OneRoundAsync(plan, call.Surroundings.Time, target, call.Cancel);
        return Wire.Status(snapshot, figures: null, target);
    }
}
