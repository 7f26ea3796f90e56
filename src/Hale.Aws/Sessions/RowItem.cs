using System.Globalization;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using Hale.Core.Sessions;
using Hale.Sessions;

namespace Hale.Aws.Sessions;

/// <summary>Rows to items of a table and back. An item may have been made by another program and lack all that is Hale's.</summary>
internal sealed class RowItem(TableLayout layout, SessionNames names)
{
    /// <summary>The row of an item.</summary>
    /// <exception cref="SessionStoreException">It cannot be read as a session.</exception>
    public StoredSession Read(Dictionary<string, AttributeValue> item)
    {
        var id = Text(item, layout.Key) ?? throw new SessionStoreException($"The item has no attribute {layout.Key}.");
        IReadOnlyList<string> roles = Text(item, layout.RolesOfRow) is { } list ? list.Split(',', StringSplitOptions.RemoveEmptyEntries) : layout.Roles;
        if (roles.Count == 0)
            throw new SessionStoreException($"Nothing says who takes part in the session: its item has no attribute {layout.RolesOfRow}, and the address of the store has no roles=ROLE,ROLE.");
        var statusText = Text(item, layout.Status);
        var status = statusText is null ? SessionStatus.Scheduled
            : names.Read(statusText) ?? throw new SessionStoreException($"The session has the status '{statusText}', which is none of Hale's.");
        return new StoredSession(new SessionRow(id, [.. roles.Select(role => Participant(item, role))])
        {
            Version = item.TryGetValue(layout.Version, out var version) && long.TryParse(version.N, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
            Status = status,
            CreatedAt = Moment(item, layout.Created),
            UpdatedAt = Moment(item, layout.Updated),
            AdmittedAt = Moment(item, layout.Admitted),
            EndReason = Text(item, layout.Reason),
        }, statusText);
    }

    /// <summary>What a new item has. Null stands for an attribute that an item does not have.</summary>
    public IEnumerable<(string Name, AttributeValue? Value)> Write(SessionRow row)
    {
        yield return (layout.Status, new AttributeValue(names.Of(row.Status)));
        yield return (layout.Version, new AttributeValue { N = row.Version.ToString(CultureInfo.InvariantCulture) });
        yield return (layout.RolesOfRow, new AttributeValue(string.Join(',', row.Participants.Select(each => each.Role))));
        yield return (layout.Created, Of(row.CreatedAt));
        yield return (layout.Updated, Of(row.UpdatedAt));
        yield return (layout.Admitted, Of(row.AdmittedAt));
        yield return (layout.Reason, Of(row.EndReason));
        foreach (var participant in row.Participants)
        {
            yield return (layout.Instance(participant.Role), Of(participant.Instance));
            yield return (layout.Link(participant.Role), Of(participant.Link));
            yield return (layout.State(participant.Role), participant.State == ParticipantState.Pending ? null : new AttributeValue(names.Of(StatusOf(participant.State))));
            yield return (layout.Report(participant.Role), participant.Stamp is null ? null : new AttributeValue(JsonSerializer.Serialize(
                new ReportBody(participant.Stage, participant.Progress, participant.Failure, participant.Stamp, participant.ReportedAt), ReportJson.Default.ReportBody)));
        }
    }

    /// <summary>What differs between a row and the next: only that is written, so that attributes of other programs are never taken back.</summary>
    public IEnumerable<(string Name, AttributeValue? Value)> Differences(SessionRow was, SessionRow next) =>
        Write(was).Zip(Write(next)).Where(pair => pair.First.Value?.S != pair.Second.Value?.S || pair.First.Value?.N != pair.Second.Value?.N).Select(pair => pair.Second);

    private Participant Participant(Dictionary<string, AttributeValue> item, string role)
    {
        var participant = new Participant(role) { Instance = Text(item, layout.Instance(role)), Link = Text(item, layout.Link(role)) };
        if (Text(item, layout.State(role)) is { } text)
            participant = participant with { State = StateOf(names.Read(text)) ?? throw new SessionStoreException($"{layout.State(role)} is '{text}', which is none of Hale's.") };
        if (Text(item, layout.Report(role)) is not { } json)
            return participant;
        try
        {
            var body = JsonSerializer.Deserialize(json, ReportJson.Default.ReportBody)!;
            return participant with { Stage = body.Stage, Progress = body.Progress, Failure = body.Failure, Stamp = body.Stamp, ReportedAt = body.ReportedAt };
        }
        catch (JsonException exception)
        {
            throw new SessionStoreException($"{layout.Report(role)} cannot be read: {exception.Message}", exception);
        }
    }

    private static SessionStatus StatusOf(ParticipantState state) => state switch
    {
        ParticipantState.Launched => SessionStatus.Launched,
        ParticipantState.DnsWritten => SessionStatus.DnsWritten,
        ParticipantState.Warming => SessionStatus.Warming,
        ParticipantState.Healthy => SessionStatus.Healthy,
        _ => SessionStatus.Unhealthy,
    };

    private static ParticipantState? StateOf(SessionStatus? status) => status switch
    {
        SessionStatus.Scheduled => ParticipantState.Pending,
        SessionStatus.Launched => ParticipantState.Launched,
        SessionStatus.DnsWritten => ParticipantState.DnsWritten,
        SessionStatus.Warming => ParticipantState.Warming,
        SessionStatus.Healthy => ParticipantState.Healthy,
        SessionStatus.Unhealthy => ParticipantState.Unhealthy,
        _ => null,
    };

    private static string? Text(Dictionary<string, AttributeValue> item, string name) => item.TryGetValue(name, out var value) && value.S is { Length: > 0 } text ? text : null;

    // What another program wrote there may be any text.
    private static DateTimeOffset? Moment(Dictionary<string, AttributeValue> item, string name) =>
        DateTimeOffset.TryParse(Text(item, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    private static AttributeValue? Of(string? text) => string.IsNullOrEmpty(text) ? null : new AttributeValue(text);

    private static AttributeValue? Of(DateTimeOffset? moment) => moment is { } at ? new AttributeValue(at.ToString("o", CultureInfo.InvariantCulture)) : null;
}
