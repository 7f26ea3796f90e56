using System.CommandLine;
using System.Text.Json;
using Hale.Cli.Composition;
using Hale.Cli.Views;
using Hale.Core.Sessions;
using Hale.Sessions;

namespace Hale.Cli.Verbs;

/// <summary><c>hale session</c>: <c>create</c>, <c>show</c>, <c>set</c>, <c>terminate</c> and <c>deliver</c>.</summary>
internal static class SessionVerb
{
    public static Command Create(Surroundings surroundings) => new Verb(
        "session",
        "Create, show, change and end the sessions that machines warm up for",
        ("hale session create lesson-1 --role teacher --role student --store sqlite:sessions.db", "a row for two machines"),
        ("hale session set lesson-1 --role teacher --link https://desk.example:8443 --store sqlite:sessions.db", "where its user goes in"),
        ("hale session show lesson-1 --store sqlite:sessions.db", "how far they are"))
    {
        CreateOne(surroundings),
        Show(surroundings),
        Set(surroundings),
        Terminate(surroundings),
        Deliver(surroundings),
    };

    private static Verb CreateOne(Surroundings surroundings)
    {
        var (id, store) = (Arguments.Required("ID", "Which session: any text, long and random where the door is open to strangers"), StoreOption.Create());
        var roles = new Option<string[]>("--role", "-r") { Description = "Who takes part; once for each", HelpName = "ROLE", Required = true };
        return new Verb("create", "Create the row of a session", ("hale session create lesson-1 --role teacher --role student --store sqlite:sessions.db", "")) { id, roles, store }
            .Does(surroundings, call => WithAsync(call, store, async sessions =>
            {
                SessionRow row;
                try
                {
                    row = SessionRow.Plan(call.Get(id)!, call.Get(roles)!, surroundings.Time.GetUtcNow());
                }
                catch (ArgumentException exception)
                {
                    throw new CommandException(ExitCode.Usage, exception.Message);
                }
                if (!await sessions.CreateAsync(row, call.Cancel))
                    throw new CommandException(ExitCode.Bad, $"There is a session {row.Id} already.");
                SessionView.Write(call, row, sessions.Address.Names);
                return ExitCode.Good;
            }));
    }

    private static Verb Show(Surroundings surroundings)
    {
        var (id, store) = (Arguments.Required("ID", "Which session"), StoreOption.Create());
        return new Verb("show", "Show a session", ("hale session show lesson-1 --json --store sqlite:sessions.db", "with what failed, and the end of its log")) { id, store }
            .Does(surroundings, call => WithAsync(call, store, async sessions =>
            {
                var stored = await sessions.GetAsync(call.Get(id)!, call.Cancel) ?? throw new CommandException(ExitCode.Bad, $"There is no session {call.Get(id)}.");
                SessionView.Write(call, stored.Row, sessions.Address.Names);
                return ExitCode.Good;
            }));
    }

    private static Verb Set(Surroundings surroundings)
    {
        var (id, store) = (Arguments.Required("ID", "Which session"), StoreOption.Create());
        var role = new Option<string>("--role", "-r") { Description = "Whose machine", HelpName = "ROLE", Required = true };
        var launched = new Option<bool>("--launched") { Description = "It has been started" };
        var dns = new Option<bool>("--dns-written") { Description = "It has an address" };
        var instance = new Option<string?>("--instance") { Description = "Which machine it is. Another one than before begins anew", HelpName = "ID" };
        var link = new Option<string?>("--link") { Description = "Where its user goes in, once it may: an http or https URL", HelpName = "URL" };
        var unhealthy = new Option<string?>("--unhealthy") { Description = "It is not fit to be used, for this reason, until a new attempt", HelpName = "REASON" };
        return new Verb("set", "Tell what is known of a machine",
            ("hale session set lesson-1 --role student --launched --instance i-0abc --store sqlite:sessions.db", "after it was started"),
            ("hale session set lesson-1 --role student --dns-written --link https://desk.example:8443 --store sqlite:sessions.db", "once it has an address"),
            ("hale session set lesson-1 --role student --unhealthy 'to be tried again' --store sqlite:sessions.db", "before a rehearsal by hand"))
            { id, role, launched, dns, instance, link, unhealthy, store }
            .With("""
                Milestones only go forward: what comes late takes nothing back. That a machine
                is healthy cannot be set, only proved, by 'hale warm' or another reporter.
                """)
            .Does(surroundings, call => WithAsync(call, store, async sessions =>
            {
                var reason = call.Get(unhealthy);
                var provision = new Provision(call.Get(role)!)
                {
                    Milestone = call.Get(dns) ? ParticipantState.DnsWritten : call.Get(launched) ? ParticipantState.Launched : null,
                    Instance = call.Get(instance),
                    Link = call.Get(link),
                };
                if (reason is null && provision == new Provision(provision.Role))
                    throw new CommandException(ExitCode.Usage, "Nothing is to be set. Write --launched, --dns-written, --instance, --link or --unhealthy.");
                var step = provision == new Provision(provision.Role) ? null : await ApplyAsync(call, sessions, call.Get(id)!, provision);
                if (reason is not null)
                    step = await UnhealthyAsync(call, sessions, call.Get(id)!, provision.Role, reason);
                SessionView.Write(call, step!.Row!, sessions.Address.Names);
                return ExitCode.Good;
            }));
    }

    private static Verb Terminate(Surroundings surroundings)
    {
        var (id, store) = (Arguments.Required("ID", "Which session"), StoreOption.Create());
        var why = new Option<string>("--why") { Description = "Why it is over", HelpName = "REASON", DefaultValueFactory = _ => "ended by hand" };
        return new Verb("terminate", "End a session for good: nothing leaves that state", ("hale session terminate lesson-1 --why SUCCESS --store sqlite:sessions.db", "")) { id, why, store }
            .Does(surroundings, call => WithAsync(call, store, async sessions =>
            {
                var step = await ApplyAsync(call, sessions, call.Get(id)!, new Terminate(call.Get(why)!));
                SessionView.Write(call, step.Row!, sessions.Address.Names);
                return ExitCode.Good;
            }));
    }

    private static Verb Deliver(Surroundings surroundings)
    {
        var folder = new Option<string?>("--spool") { Description = "Folder of the verdicts that are kept. Default: $HALE_SPOOL, or as for every reporter", HelpName = "FOLDER" };
        return new Verb("deliver", "Deliver verdicts that could not reach their store when they were given", ("hale session deliver", "after the store has come back")) { folder }
            .With("""
                Exit code 0 when nothing is left and nothing was refused, 1 when a row has moved
                on and took a verdict no more, 3 when a store still cannot be reached.
                """)
            .Does(surroundings, async call =>
            {
                var spool = call.Get(folder) is { } named ? new SessionSpool(Path.GetFullPath(named, surroundings.Directory)) : SessionSpool.Default(call.Environment);
                var deliveries = await spool.DeliverAsync(KnownStores.All, surroundings.Time, call.Cancel);
                SessionView.Write(call, spool, deliveries);
                return deliveries.Any(each => each.End == ReportEnd.Kept) ? ExitCode.Unknown
                    : deliveries.Any(each => each.End == ReportEnd.Refused) ? ExitCode.Bad
                    : ExitCode.Good;
            });
    }

    // By hand is a run of its own, which begins after all that the row knows.
    private static async Task<SessionStep> UnhealthyAsync(Call call, ISessionStore sessions, string id, string role, string reason)
    {
        var reporter = new SessionReporter(sessions, new ReportOptions { Session = id, Role = role, Patience = TimeSpan.Zero }, call.Surroundings.Time);
        var result = await reporter.UnhealthyAsync("set by hand", reason, "", call.Cancel);
        if (result.End != ReportEnd.Delivered)
            throw new CommandException(result.End == ReportEnd.Refused ? ExitCode.Bad : ExitCode.Unknown, result.Reason);
        var stored = await sessions.GetAsync(id, call.Cancel);
        return new SessionStep(SessionAnswer.Changed, stored?.Row ?? throw new CommandException(ExitCode.Bad, $"There is no session {id}."), result.Reason);
    }

    private static async Task<SessionStep> ApplyAsync(Call call, ISessionStore sessions, string id, SessionCommand command)
    {
        var step = await sessions.ApplyAsync(id, command, call.Surroundings.Time, call.Cancel);
        return step.IsDone ? step : throw new CommandException(step.Answer == SessionAnswer.Invalid ? ExitCode.Usage : ExitCode.Bad, step.Reason);
    }

    private static async Task<int> WithAsync(Call call, Option<string?> store, Func<ISessionStore, Task<int>> body)
    {
        await using var sessions = StoreOption.Open(call, store);
        try
        {
            return await body(sessions);
        }
        catch (SessionStoreException exception)
        {
            throw new CommandException(ExitCode.Unknown, exception.Message);
        }
    }
}
