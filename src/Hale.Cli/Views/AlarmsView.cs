using Hale.Cli.Output;
using Hale.Core.Alarming;
using Hale.Web.Contract;

namespace Hale.Cli.Views;

/// <summary>Shows alarms, those in alarm first.</summary>
internal static class AlarmsView
{
    public static void Write(Screen screen, AlarmsDto alarms)
    {
        if (alarms.Doubt is { } doubt)
            screen.Line(new Piece("Hale doubts itself", Tone.Bad), $": {doubt.Reason}; no alarm changes meanwhile");
        if (alarms.Alarms.Count == 0)
        {
            screen.Line("There are no alarms. They are written under alarms: in hale.yaml.");
            return;
        }
        screen.Table(["ALARM", "STATE", "SINCE", "WHEN", "WHY"],
            [.. alarms.Alarms.OrderBy(alarm => Order(alarm.State)).Select(alarm => new Piece[]
            {
                new(alarm.Name, Tone.Strong),
                new(AlarmText.Name(alarm.State), ToneOf(alarm.State)),
                Words.Ago(alarm.Since, alarms.At),
                alarm.Rule,
                alarm.Reason,
            })]);
    }

    private static int Order(AlarmValue state) => state switch { AlarmValue.Alarm => 0, AlarmValue.InsufficientData => 1, _ => 2 };

    private static Tone ToneOf(AlarmValue state) => state switch
    {
        AlarmValue.Alarm => Tone.Bad,
        AlarmValue.Ok => Tone.Good,
        _ => Tone.Unknown,
    };
}
