using System.CommandLine;
using Hale.Cli.Warming;

namespace Hale.Cli.Verbs;

/// <summary><c>hale warm</c></summary>
internal static class WarmVerb
{
    public static Command Create(Surroundings surroundings)
    {
        var plan = Arguments.Required("PLAN", "The plan, a YAML file");
        var once = new Option<bool>("--once") { Description = "A single rehearsal, whatever its time" };
        var record = new Option<bool>("--record") { Description = "Learn which files a start opens, and read them ahead from the next time on" };
        var verb = new Verb(
            "warm",
            "Rehearse a command until it starts as fast as it can, then say so",
            ("hale warm plan.yaml", "rehearses until the times are alike"),
            ("hale warm plan.yaml --once", "one rehearsal"),
            ("hale warm plan.yaml --record", "also writes plan.prefetch, for the next machine"),
            ("hale warm plan.yaml --json", "the report as JSON"))
        {
            plan,
            once,
            record,
        };
        return verb.With("""
            A rehearsal starts the real command of the plan, waits for evidence that it
            works, stops it as its users would, and removes the files that it created.
            docs/warm.md describes the plan.

            Exit codes: 0 warm; 1 not warm, failed, or refused; 2 the plan is wrong; 3
            could not tell. Ctrl-C stops and cleans up, and ends with 130, SIGTERM with
            143; a second one kills what is rehearsed.
            """).Does(surroundings, call => Warm.RunAsync(call, call.Get(plan)!, call.Get(once), call.Get(record)));
    }
}
