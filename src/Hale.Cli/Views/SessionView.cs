using System.Globalization;
using System.Text.Json;
using Hale.Cli.Output;
using Hale.Cli.Verbs;
using Hale.Core.Sessions;
using Hale.Sessions;

namespace Hale.Cli.Views;

/// <summary>Sessions on a screen.</summary>
internal static class SessionView
{
    /// <summary>A session, with what failed.</summary>
    public static void Write(Call call, SessionRow row, SessionNames names)
    {
        if (call.WantsJson)
        {
            call.Surroundings.Out.WriteLine(JsonSerializer.Serialize(SessionReport.Of(row, names), SessionJson.Default.SessionReport));
            return;
        }
        call.Screen.Line(new Piece(row.Id, Tone.Strong), " is ", new Piece(names.Of(row.Status), ToneOf(row.Status)), row.EndReason is { } why ? $": {why}" : "");
        call.Screen.Table([], [.. row.Participants.Select(each => (Piece[])[each.Role, new Piece(Word(each.State), ToneOf(each.State)), each.Instance ?? "", Says(each)])], indent: 2);
        foreach (var each in row.Participants)
        {
            foreach (var line in each.Failure?.LogTail.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [])
                call.Screen.Line($"    {each.Role} | ", new Piece(line, Tone.Dim));
        }
    }

    /// <summary>What became of the verdicts in a spool.</summary>
    public static void Write(Call call, SessionSpool spool, IReadOnlyList<SpoolDelivery> deliveries)
    {
        if (call.WantsJson)
        {
            IReadOnlyList<DeliveryReport> reports =
                [.. deliveries.Select(each => new DeliveryReport(each.Kept.Store, each.Kept.Session, each.Kept.Report.Role, each.Kept.Report.State, each.End, each.Reason))];
            call.Surroundings.Out.WriteLine(JsonSerializer.Serialize(reports, SessionJson.Default.IReadOnlyListDeliveryReport));
            return;
        }
        if (deliveries.Count == 0)
            call.Screen.Line($"Nothing is kept in {spool.Folder}.");
        foreach (var each in deliveries)
        {
            var (word, tone) = each.End switch
            {
                ReportEnd.Delivered => ("delivered", Tone.Good),
                ReportEnd.Refused => ("refused", Tone.Bad),
                _ => ("still kept", Tone.Unknown),
            };
            call.Screen.Line($"{each.Kept.Session}, {each.Kept.Report.Role}, {Word(each.Kept.Report.State)}: ", new Piece(word, tone), $": {each.Reason}");
        }
    }

    private static string Says(Participant each) =>
        each.Failure is { } failure ? $"{(failure.Step.Length > 0 ? $"{failure.Step}: " : "")}{failure.Reason}"
        : each.Stage is { } stage ? $"{stage}{(each.Progress is { } share ? string.Create(CultureInfo.InvariantCulture, $", {share * 100:0} %") : "")}"
        : each.Link ?? "";

    private static string Word(ParticipantState state) => state switch
    {
        ParticipantState.Pending => "not started",
        ParticipantState.DnsWritten => "has an address",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static Tone ToneOf(ParticipantState state) => state switch
    {
        ParticipantState.Healthy => Tone.Good,
        ParticipantState.Unhealthy => Tone.Bad,
        _ => Tone.Unknown,
    };

    private static Tone ToneOf(SessionStatus status) => status switch
    {
        SessionStatus.Healthy or SessionStatus.InProgress => Tone.Good,
        SessionStatus.Unhealthy => Tone.Bad,
        SessionStatus.Terminated => Tone.Dim,
        _ => Tone.Unknown,
    };
}
