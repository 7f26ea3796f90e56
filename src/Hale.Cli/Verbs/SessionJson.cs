using System.Text.Json.Serialization;
using Hale.Core.Sessions;
using Hale.Sessions;

namespace Hale.Cli.Verbs;

/// <summary>What <c>hale session show --json</c> prints, and every other verb that changes a session.</summary>
internal sealed record SessionReport(
    string Id, long Version, string Status, IReadOnlyList<ParticipantReport> Participants, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt, DateTimeOffset? AdmittedAt, string? EndReason)
{
    public static SessionReport Of(SessionRow row, SessionNames names) => new(
        row.Id, row.Version, names.Of(row.Status), [.. row.Participants.Select(ParticipantReport.Of)], row.CreatedAt, row.UpdatedAt, row.AdmittedAt, row.EndReason);
}

/// <summary>One participant of it.</summary>
internal sealed record ParticipantReport(
    string Role, ParticipantState State, string? Stage, double? Progress, string? Instance, string? Link, SessionFailure? Failure, DateTimeOffset? ReportedAt)
{
    public static ParticipantReport Of(Participant each) => new(each.Role, each.State, each.Stage, each.Progress, each.Instance, each.Link, each.Failure, each.ReportedAt);
}

/// <summary>One line of <c>hale session deliver --json</c>.</summary>
internal sealed record DeliveryReport(string Store, string Session, string Role, ParticipantState State, ReportEnd End, string Reason);

/// <summary>The JSON of these verbs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(StateWord), typeof(EndWord)])]
[JsonSerializable(typeof(SessionReport))]
[JsonSerializable(typeof(IReadOnlyList<DeliveryReport>))]
internal sealed partial class SessionJson : JsonSerializerContext;

/// <summary><c>dnsWritten</c> rather than <c>2</c>.</summary>
internal sealed class StateWord() : JsonStringEnumConverter<ParticipantState>(System.Text.Json.JsonNamingPolicy.CamelCase);

/// <summary><c>kept</c> rather than <c>2</c>.</summary>
internal sealed class EndWord() : JsonStringEnumConverter<ReportEnd>(System.Text.Json.JsonNamingPolicy.CamelCase);
