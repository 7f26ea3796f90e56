using Hale.Core.Telling;
using Hale.Telling;

namespace Hale.Web.Contract;

/// <summary>The answer of <c>GET /api/v1/notices</c>: what people were told and are to be told.</summary>
/// <param name="At">When it was taken; ages are counted from here.</param>
/// <param name="Incidents">What is bad and told, or held back, in the order of the configuration.</param>
/// <param name="Channels">The channels, in the order of the configuration.</param>
/// <param name="Pending">Notices that wait to be delivered, oldest first; at most a thousand.</param>
/// <param name="Dead">Notices that were given up, newest first; at most a thousand.</param>
/// <param name="Recent">Notices that were delivered, newest first.</param>
public sealed record NoticesDto(
    DateTimeOffset At,
    IReadOnlyList<IncidentDto> Incidents,
    IReadOnlyList<ChannelDto> Channels,
    IReadOnlyList<NoticeDto> Pending,
    IReadOnlyList<NoticeDto> Dead,
    IReadOnlyList<NoticeDto> Recent);

/// <summary>Something bad, and who knows of it.</summary>
/// <param name="Subject">The target, the alarm, or what of Hale.</param>
/// <param name="Incident">Names the incident in its notices; null while nothing was told.</param>
/// <param name="Condition">How it stands.</param>
/// <param name="Since">Since when it is bad.</param>
/// <param name="Text">What is the matter; to be read after the subject.</param>
/// <param name="Told">The channels that were told.</param>
/// <param name="Held">Why nothing more is told of it now; null when nothing holds it back.</param>
/// <param name="AcknowledgedBy">Who acknowledged it; null when nobody did.</param>
public sealed record IncidentDto(
    string Subject, string? Incident, Condition Condition, DateTimeOffset? Since, string Text, IReadOnlyList<string> Told, string? Held, string? AcknowledgedBy);

/// <summary>A channel as it stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Waiting">Notices that wait for it.</param>
/// <param name="Failures">Failed attempts since the last delivery.</param>
/// <param name="LastError">Why the last attempt failed; null when it did not.</param>
/// <param name="DeliveredAt">When it last took something; null when it has not in this run of Hale.</param>
/// <param name="TriedAgainAt">When it is tried again after a failure; null when it may be tried now.</param>
public sealed record ChannelDto(string Name, string Kind, int Waiting, int Failures, string? LastError, DateTimeOffset? DeliveredAt, DateTimeOffset? TriedAgainAt);

/// <summary>A notice to one channel.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Key">Names it to the receiver; the same with each repetition.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Kind"><c>problem</c>, <c>reminder</c>, <c>resolved</c>, or <c>note</c>.</param>
/// <param name="Title">What it says, in one line.</param>
/// <param name="State">What has become of it.</param>
/// <param name="CreatedAt">When it was decided.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="NextAt">When it is tried next; null when it is not.</param>
/// <param name="LastError">Why the last attempt failed; null where none has.</param>
/// <param name="EndedAt">When it was delivered or given up; null while it waits.</param>
/// <param name="Proof">How it is known that it was delivered; null while it is not.</param>
public sealed record NoticeDto(
    long Id, string Key, string Channel, string Kind, string Title, NoticeState State, DateTimeOffset CreatedAt, int Attempts, DateTimeOffset? NextAt,
    string? LastError, DateTimeOffset? EndedAt, string? Proof);

/// <summary>How many notices need attention.</summary>
/// <param name="Pending">Notices that wait to be delivered.</param>
/// <param name="Dead">Notices that were given up.</param>
public sealed record NoticeCountDto(int Pending, long Dead);

/// <summary>What a test of a channel came to.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Delivered">It has taken the notice.</param>
/// <param name="Detail">The proof, or why there is none.</param>
public sealed record ChannelTestDto(string Channel, bool Delivered, string Detail);
