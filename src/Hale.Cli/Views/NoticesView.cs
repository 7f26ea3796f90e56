using Hale.Cli.Output;
using Hale.Core.Telling;
using Hale.Web.Contract;

namespace Hale.Cli.Views;

/// <summary>Shows incidents, channels and notices, what needs attention first.</summary>
internal static class NoticesView
{
    public static void Write(Screen screen, NoticesDto notices)
    {
        if (notices.Channels.Count == 0)
        {
            screen.Line("Nobody is told anything: no channel is configured under tell:.");
            return;
        }
        Part(screen, "Given up; try again with: hale notices retry ID", ["ID", "CHANNEL", "TOLD", "LAST ERROR"],
            [.. notices.Dead.Select(each => (Piece[])[$"#{each.Id}", each.Channel, each.Title, new(each.LastError ?? "", Tone.Bad)])]);
        Part(screen, "Waiting", ["ID", "CHANNEL", "AGE", "TRIED", "TOLD", "LAST ERROR"],
            [.. notices.Pending.Select(each => (Piece[])[$"#{each.Id}", each.Channel, Words.Span(notices.At - each.CreatedAt), Words.Count(each.Attempts, "time"), each.Title, new(each.LastError ?? "", Tone.Warn)])]);
        Part(screen, "Incidents", ["SUBJECT", "SEVERITY", "SINCE", "TOLD", "WHAT"],
            [.. notices.Incidents.Select(each => (Piece[])[new(each.Subject, Tone.Strong), Severity(each.Condition), each.Since is { } since ? Words.Span(notices.At - since) : "-", each.Told.Count == 0 ? "-" : string.Join(", ", each.Told), What(each)])]);
        Part(screen, "Channels", ["CHANNEL", "KIND", "WAITING", "LAST DELIVERY", "STATE"],
            [.. notices.Channels.Select(each => (Piece[])[new(each.Name, Tone.Strong), each.Kind, $"{each.Waiting}", Words.Ago(each.DeliveredAt, notices.At), State(each, notices.At)])]);
        Part(screen, "Delivered last", ["ID", "CHANNEL", "AT", "TOLD", "PROOF"],
            [.. notices.Recent.Select(each => (Piece[])[$"#{each.Id}", each.Channel, new(each.EndedAt is { } at ? Words.Moment(at) : "-", Tone.Dim), each.Title, new(each.Proof ?? "", Tone.Dim)])]);
    }

    private static void Part(Screen screen, string title, string[] header, Piece[][] rows)
    {
        if (rows.Length == 0)
            return;
        screen.Line(new Piece(title, Tone.Strong));
        screen.Table(header, rows, indent: 2);
        screen.Line();
    }

    private static string What(IncidentDto incident) =>
        (incident.AcknowledgedBy is { } by ? $"[acknowledged by {by}] " : incident.Held is { } held ? $"[held back: {held}] " : "") + incident.Text;

    private static Piece State(ChannelDto channel, DateTimeOffset now) =>
        channel.Failures == 0 ? new("good", Tone.Good)
        : new($"failed {Words.Count(channel.Failures, "time")}{(channel.TriedAgainAt is { } at ? $", tried again in {Words.Span(at - now)}" : "")}: {channel.LastError}", Tone.Bad);

    private static Piece Severity(Condition condition) => condition switch
    {
        Condition.Critical => new("critical", Tone.Bad),
        Condition.Error => new("error", Tone.Bad),
        Condition.Warning => new("warning", Tone.Warn),
        Condition.Unknown => new("not known", Tone.Unknown),
        _ => new("well", Tone.Good),
    };
}
