using System.CommandLine;
using Hale.Cli.Views;

namespace Hale.Cli.Verbs;

/// <summary><c>hale explain</c></summary>
internal static class ExplainVerb
{
    public static Command Create(Surroundings surroundings)
    {
        var target = Arguments.Required("TARGET", "Which target");
        return new Verb(
            "explain",
            "Tell why a target is judged as it is, what was done, and what comes next",
            ("hale explain web", "evidence, rule, remedies, gates, last events and output"),
            ("hale explain web --json", "the same for a program"))
        {
            target,
        }.Does(surroundings, async call =>
        {
            using var daemon = call.Daemon();
            var explanation = await daemon.ExplainAsync(call.Get(target)!, call.Cancel);
            if (call.WantsJson)
                call.WriteJson(explanation, json => json.ExplanationDto);
            else
                ExplainView.Write(call.Screen, explanation);
            return ExitCode.Of(explanation.Target.Health, explanation.Doubt is not null);
        });
    }
}
