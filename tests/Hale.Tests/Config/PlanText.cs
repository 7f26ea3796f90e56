using System.Globalization;
using System.Text;
using Hale.Config;
using Hale.Core.Alarming;
using Hale.Core.Model;

namespace Hale.Tests.Config;

/// <summary>Writes a plan line by line, so that a difference to the expected one is easy to read. What is at its default is left out.</summary>
internal static class PlanText
{
    public static string Write(Plan plan, IReadOnlyList<ConfigError> warnings)
    {
        var text = new StringBuilder();
        var world = plan.World;
        Line("daemon", plan.Daemon.StateDirectory, plan.Daemon.Listen ?? "off", plan.Daemon.Token is null ? "no token" : $"token of {plan.Daemon.Token.Length}",
            Duration.Format(plan.Daemon.KeepObservations), Duration.Format(plan.Daemon.KeepHistory), string.Join(' ', plan.Daemon.Tokens.Select(token => $"{token.Name}={token.Role} of {token.Text.Length}")),
            plan.Daemon.Rate == new Budget(600, TimeSpan.FromMinutes(1)) ? "" : $"rate={BudgetText.Format(plan.Daemon.Rate)}");
        foreach (var group in world.Groups.Append(world.Fleet))
            Line("group", group.Name, $"members={string.Join(',', group.Members)}", $"concurrent={group.Concurrent}", group.Budget is null ? "" : BudgetText.Format(group.Budget), $"stop={group.StopWhenUnhealthy}");
        for (var t = 0; t < world.Targets.Length; t++)
        {
            var target = world.Targets[t];
            Line($"target {t}", target.Name, $"group={target.Group}", $"depends={string.Join(',', target.DependsOn)}", target.IsSupervised ? "supervised" : "");
            var healing = target.Healing;
            Line("  healing", healing.Mode.ToString(), BudgetText.Format(healing.Budget), Span(healing.Cooldown), Span(healing.CooldownMax), $"jitter={healing.Jitter}", Span(healing.Stable), Span(healing.ApprovalLasts));
            if (plan.Processes[t] is { } process)
            {
                Line("  process", string.Join(' ', process.Command.Select(word => $"[{word}]")), process.Directory, string.Join(' ', process.Environment.Select(pair => $"{pair.Key}={pair.Value}")),
                    $"signal={process.StopSignal}", Span(process.StopGrace), ByteSize.Format(process.OutputMax), $"keep={process.OutputKeep}");
            }
            foreach (var index in target.Checks)
                WriteCheck(world.Checks[index], index, plan.Probes[index] as SampleKinds.Blind);
            foreach (var rung in target.Ladder)
                Line("  heal", rung.Name, $"tries={rung.Tries}", $"when={string.Join(',', rung.When)}", $"verify={Span(rung.Verify)}", rung.NeedsApproval ? "approval" : "", rung.BeginsLife ? "begins a life" : "");
            foreach (var window in target.Maintenance)
                Line("  maintenance", window.Days is null ? "daily" : string.Join(',', window.Days), window.Opens.ToString("HH:mm", CultureInfo.InvariantCulture), Span(window.Lasts), window.Zone.Id);
        }
        foreach (var metric in plan.Metrics)
            Line("metric", metric.Namespace, metric.Name, Source(metric.Source), string.Join(' ', metric.Dimensions.Select(d => $"{d.Key}={d.Value}")));
        foreach (var alarm in world.Alarms)
        {
            var condition = alarm.Condition;
            Line("alarm", alarm.Name, AlarmText.Rule(alarm), condition is null ? string.Join(' ', alarm.Expression!.Terms.Select(t => $"{t.Kind}{(t.Alarm < 0 ? "" : t.Alarm)}")) : Source(condition.Source),
                condition is null ? "" : $"missing={condition.Missing}", condition is { IgnoreFewSamples: true } ? $"at least {condition.FewestSamples} samples" : "",
                $"tell={string.Join(',', alarm.Tell)}", alarm.ActionsEnabled ? "" : "silent", alarm.Description);
        }
        WriteTelling();
        foreach (var warning in warnings)
            Line("warning", warning.ToString());
        return text.ToString();

        void WriteTelling()
        {
            foreach (var channel in plan.Channels)
                Line("channel", channel.Name, channel.Kind, $"timeout={Span(channel.Timeout)}", $"give_up={Span(channel.GiveUp)}");
            if (plan.Channels.Count == 0)
                return;
            foreach (var route in world.Telling.Routes)
                Line("route", $"to={string.Join(',', route.Channels)}", $"targets={string.Join(',', route.Targets)}", $"groups={string.Join(',', route.Groups)}", $"alarms={string.Join(',', route.Alarms)}", route.From.ToString(), $"quiet={route.Quiet.Length}");
            Line("tell", $"wait={Span(world.Telling.Wait)}", world.Telling.Repeat is { } repeat ? $"repeat={Span(repeat)}" : "",
                string.Join(' ', world.Targets.Where(target => target.Tell.Length > 0).Select(target => $"{target.Name}={string.Join(',', target.Tell)}")));
        }

        void Line(params string[] words) => text.AppendJoin(' ', words.Where(word => word.Length > 0)).Append('\n');

        void WriteCheck(CheckSpec check, int index, SampleKinds.Blind? probe) => Line(
            $"  check {index}", check.Name, check.Kind, $"every={Span(check.Every)}", $"timeout={Span(check.Timeout)}", $"fall={check.Fall}", $"rise={check.Rise}",
            check.For == default ? "" : $"for={Span(check.For)}", check.Grace == default ? "" : $"grace={Span(check.Grace)}", check.Gate is { } gate ? $"gate={Span(gate)}" : "", $"stale={Span(check.StaleAfter)}",
            check.Within is null ? "" : $"within={Span(check.Within.Value)}",
            check.Levels is { } levels ? string.Create(CultureInfo.InvariantCulture, $"{levels.Measurement}{(levels.Below ? " below" : "")} warn={levels.Warn} fail={levels.Fail}") : "",
            check.Flap == FlapPolicy.Default ? "" : $"flap={check.Flap.High}/{check.Flap.Low}",
            check.IsPassive ? "passive" : "", probe?.Settings is null ? "" : Describe(probe.Settings));
    }

    private static string Source(MetricSource source) => $"[{source.Field} {source.Target} {source.Check} {source.Measurement}]";

    private static string Span(TimeSpan span) => span == TimeSpan.MaxValue ? "never" : Duration.Format(span);

    private static string Describe(Settings settings) => string.Join(' ', new[]
    {
        settings.Has("url") ? settings.Url("url")!.ToString() : "",
        settings.Has("path") ? settings.Text("path") : "",
        settings.Has("file") ? settings.Text("file") : "",
        settings.Has("command") ? string.Join(' ', settings.List("command").Select(word => $"[{word}]")) : "",
        settings.Has("env") ? string.Join(' ', settings.Map("env").Select(pair => $"{pair.Key}={pair.Value}")) : "",
    }.Where(word => word!.Length > 0));
}
