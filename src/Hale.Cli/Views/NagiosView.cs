using System.Globalization;
using System.Text;
using Hale.Cli.Output;
using Hale.Core.Model;
using Hale.Web.Contract;

namespace Hale.Cli.Views;

/// <summary>
/// Speaks as a Nagios plugin: one line, performance data behind a bar, and the plugin's exit codes
/// (nagios-plugins.org/doc/guidelines.html: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN).
/// </summary>
internal static class NagiosView
{
    private const int MaxPerfdata = 100;

    /// <summary>The line and the exit code.</summary>
    public static (string Line, int ExitCode) Of(StatusDto status)
    {
        var worst = status.Targets.Count == 0 ? Health.InsufficientData : status.Targets.Max(target => target.Health);
        var (word, code) = worst switch
        {
            Health.Impaired => ("CRITICAL", 2),
            Health.InsufficientData or Health.Initializing => ("UNKNOWN", 3),
            _ when status.Doubt is not null => ("UNKNOWN", 3),
            Health.Degraded => ("WARNING", 1),
            _ => ("OK", 0),
        };
        return ($"HALE {word} - {Text(Story(status, worst))}{Perfdata(status)}", code);
    }

    /// <summary>The line for a check that could not be made at all.</summary>
    public static string Unknown(string why) => $"HALE UNKNOWN - {Text(why)}";

    private static string Story(StatusDto status, Health worst)
    {
        if (status.Targets.Count == 0)
            return "nothing is watched";
        if (!Bad(worst) && status.Doubt is { } doubt)
            return $"Hale doubts itself: {doubt.Reason}";
        var bad = status.Targets.Where(target => Bad(target.Health))
            .OrderByDescending(target => target.Health)
            .Select(target => $"{target.Name} {Words.Of(target.Health).Text}: {target.Reason}")
            .ToArray();
        return bad.Length == 0 ? $"{Words.Count(status.Targets.Count, "target")} ok" : string.Join("; ", bad);
    }

    private static bool Bad(Health health) => health is not (Health.Ok or Health.NotApplicable);

    private static string Perfdata(StatusDto status)
    {
        var text = new StringBuilder();
        var count = 0;
        foreach (var target in status.Targets)
        {
            foreach (var check in target.Checks)
            {
                foreach (var measurement in check.Measurements)
                {
                    if (measurement.Value is not { } value || count == MaxPerfdata)
                        continue;
                    var label = Label($"{target.Name}/{check.Name}:{measurement.Name}");
                    text.Append(count++ == 0 ? " | " : " ").Append(CultureInfo.InvariantCulture, $"'{label}'={value:0.######}{Unit(measurement.Unit)}");
                }
            }
        }
        return text.ToString();
    }

    // A bar begins the performance data, an equals sign ends a label, a quote is doubled.
    private static string Text(string text) => Safe.Line(text).Replace('|', '/');

    private static string Label(string text) => Text(text).Replace('=', '_').Replace("'", "''", StringComparison.Ordinal);

    private static string Unit(Unit unit) => unit switch
    {
        Core.Model.Unit.Percent => "%",
        Core.Model.Unit.Bytes => "B",
        Core.Model.Unit.Seconds => "s",
        _ => "",
    };
}
