using System.Text.Json.Serialization;
using Hale.Core.Alarming;
using Hale.Core.Model;

namespace Hale.Web.Contract;

/// <summary>The JSON of the HTTP API, generated at compile time; the command line reads with the same types.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(UtcConverter),
        typeof(CamelCaseEnum<Health>),
        typeof(CamelCaseEnum<Outcome>),
        typeof(CamelCaseEnum<Unit>),
        typeof(CamelCaseEnum<Cause>),
        typeof(CamelCaseEnum<Gate>),
        typeof(CamelCaseEnum<Hale.Config.DiffKind>),
        typeof(CamelCaseEnum<AlarmValue>),
        typeof(CamelCaseEnum<Hale.Core.Telling.Condition>),
        typeof(CamelCaseEnum<Hale.Telling.NoticeState>),
    ])]
[JsonSerializable(typeof(StatusDto))]
[JsonSerializable(typeof(OverviewDto))]
[JsonSerializable(typeof(TargetsDto))]
[JsonSerializable(typeof(TargetDto))]
[JsonSerializable(typeof(ExplanationDto))]
[JsonSerializable(typeof(HistoryDto))]
[JsonSerializable(typeof(HistoryEntryDto))]
[JsonSerializable(typeof(StreamNoteDto))]
[JsonSerializable(typeof(AlarmsDto))]
[JsonSerializable(typeof(AlarmDto))]
[JsonSerializable(typeof(NoticesDto))]
[JsonSerializable(typeof(ChannelTestDto))]
[JsonSerializable(typeof(MetricsDto))]
[JsonSerializable(typeof(MetricDto))]
[JsonSerializable(typeof(RehearsalDto))]
[JsonSerializable(typeof(OrderRequestDto))]
[JsonSerializable(typeof(AcceptedDto))]
[JsonSerializable(typeof(ReadinessDto))]
[JsonSerializable(typeof(ReloadDto))]
[JsonSerializable(typeof(ContainerGroupsDto))]
[JsonSerializable(typeof(ContainerGroupUpDto))]
[JsonSerializable(typeof(ContainerGroupsDownDto))]
[JsonSerializable(typeof(ProblemDto))]
public sealed partial class WireJson : JsonSerializerContext;
