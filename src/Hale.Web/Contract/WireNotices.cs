using Hale.Running;
using Hale.Telling;

namespace Hale.Web.Contract;

/// <summary>Maps notices to what goes over the wire.</summary>
public static class WireNotices
{
    /// <summary>What people were told and are to be told.</summary>
    public static NoticesDto Notices(NoticeBoard board, DateTimeOffset at) => new(
        at,
        [.. board.Incidents.Select(each => new IncidentDto(each.Subject, each.Incident, each.Condition, Wire.Moment(each.Since), each.Text, each.Told, each.Held, each.AcknowledgedBy))],
        [.. board.Channels.Select(each => new ChannelDto(each.Name, each.Kind, each.Waiting, each.Failures, each.LastError, each.DeliveredAt, each.OpensAt))],
        [.. board.Pending.Select(Notice)],
        [.. board.Dead.Select(Notice)],
        [.. board.Recent.Select(Notice)]);

    private static NoticeDto Notice(OutboxRow row) => new(
        row.Id, row.Key, row.Channel, row.Kind, row.Title, row.State, row.CreatedAt, row.Attempts, row.State == NoticeState.Pending ? row.NextAt : null,
        row.LastError, row.EndedAt, row.Proof);
}
