using System.CommandLine;
using Hale.Cli.Client;
using Hale.Cli.Output;
using Hale.Web.Contract;

namespace Hale.Cli.Verbs;

/// <summary>The verbs that order something: <c>pause</c>, <c>resume</c>, <c>stop</c>, <c>start</c>, <c>restart</c>, <c>approve</c>, <c>reject</c>, <c>acknowledge</c>.</summary>
internal static class OrderVerbs
{
    public static IEnumerable<Command> Create(Surroundings surroundings) =>
    [
        Order(surroundings, "pause", "Watch a target without healing it", _ => true,
            ("hale pause web --for 30m --why deploy", "hands off for half an hour"),
            ("hale pause --all", "until 'hale resume --all'")),
        Order(surroundings, "resume", "End a pause, a hand-over to a person or a rejection: healing starts again", target => target.Paused || target.NeedsHuman is not null,
            ("hale resume web", "after it was mended by hand")),
        Order(surroundings, "stop", "End a supervised process and keep it down", target => target is { Supervised: true, Stopped: false },
            ("hale stop web --why 'out of season'", "it stays down, over restarts of Hale too"),
            ("hale stop --all", "every supervised process")),
        Order(surroundings, "start", "Start a supervised process that was stopped", target => target is { Supervised: true, Stopped: true },
            ("hale start web", ""),
            ("hale start --all", "everything that was stopped")),
        Order(surroundings, "restart", "Restart a supervised process now", target => target.Supervised,
            ("hale restart web --why 'new certificate'", "past every gate, since a person orders it")),
        Order(surroundings, "approve", "Let the remedy that waits for approval be carried out", target => target.Refusal?.Gate == Core.Model.Gate.Approval,
            ("hale explain web && hale approve web", "see what it is, then allow it")),
        Order(surroundings, "reject", "Refuse the remedy that waits for approval", target => target.Refusal?.Gate == Core.Model.Gate.Approval,
            ("hale reject web --why 'known, ticket 42'", "until 'hale resume web', or the target is well again")),
        Acknowledge(surroundings),
    ];

    private static Verb Acknowledge(Surroundings surroundings)
    {
        var verb = Order(surroundings, "acknowledge", "Say that you know: nobody is told again while it is no worse", target => target.Health == Core.Model.Health.Impaired || target.NeedsHuman is not null,
            ("hale acknowledge web --why 'ticket 42'", "until it is worse, or over"));
        verb.Aliases.Add("ack");
        return verb;
    }

    /// <param name="surroundings">The world outside.</param>
    /// <param name="order">The verb, which is also the order's name.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="concerns">Which targets <c>--all</c> means.</param>
    /// <param name="examples">For the help.</param>
    private static Verb Order(Surroundings surroundings, string order, string description, Func<TargetDto, bool> concerns, params (string, string)[] examples)
    {
        var target = Arguments.Optional("TARGET", "Which target");
        var all = new Option<bool>("--all") { Description = "Every target that it applies to" };
        var why = new Option<string?>("--why") { Description = "Your reason, for the history", HelpName = "TEXT" };
        var lasts = new Option<string?>("--for") { Description = "How long: 30m, 2h, 7d. Default: until resumed", HelpName = "SPAN" };
        var verb = new Verb(order, description, examples) { target, all, why };
        if (order == "pause")
            verb.Add(lasts);
        return verb.Does(surroundings, async call =>
        {
            if (call.Get(target) is null == !call.Get(all))
                throw new CommandException(ExitCode.Usage, $"Name one TARGET, or --all. 'hale status' lists the targets.");
            using var daemon = call.Daemon();
            var names = call.Get(target) is { } name
                ? [name]
                : (await daemon.StatusAsync(null, call.Cancel)).Targets.Where(concerns).Select(each => each.Name).ToArray();
            var request = new OrderRequestDto(call.Get(why), order == "pause" ? call.Get(lasts) : null);
            return await SendAsync(call, daemon, order, names, request);
        });
    }

    private static async Task<int> SendAsync(Call call, DaemonClient daemon, string order, string[] targets, OrderRequestDto request)
    {
        if (targets.Length == 0)
            call.Surroundings.Error.WriteLine($"There is nothing to {order}.");
        var exitCode = ExitCode.Good;
        foreach (var target in targets)
        {
            try
            {
                var accepted = await daemon.OrderAsync(order, target, request, call.Cancel);
                if (call.WantsJson)
                    call.WriteJsonLine(accepted, json => json.AcceptedDto);
                else
                    call.Screen.Line(accepted.Message);
            }
            catch (CommandException refusal) when (targets.Length > 1 && refusal.ExitCode == ExitCode.Bad)
            {
                // One refusal does not keep the others from being asked.
                call.Surroundings.Error.WriteLine($"hale: {Safe.Line($"{target}: {refusal.Message}")}");
                exitCode = refusal.ExitCode;
            }
        }
        return exitCode;
    }
}
