using System.Text.Json.Serialization;

namespace Hale.Containers;

/// <summary>What goes over the wire, in both directions.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContainerDetails))]
[JsonSerializable(typeof(List<ContainerSummary>))]
[JsonSerializable(typeof(List<ImageSummary>))]
[JsonSerializable(typeof(List<NetworkDetails>))]
[JsonSerializable(typeof(ImageDetails))]
[JsonSerializable(typeof(VolumeListBody))]
[JsonSerializable(typeof(VolumeBody))]
[JsonSerializable(typeof(NetworkBody))]
[JsonSerializable(typeof(ConnectBody))]
[JsonSerializable(typeof(DisconnectBody))]
[JsonSerializable(typeof(CreateBody))]
[JsonSerializable(typeof(CreatedBody))]
[JsonSerializable(typeof(WaitBody))]
[JsonSerializable(typeof(StatsBody))]
[JsonSerializable(typeof(ProgressBody))]
[JsonSerializable(typeof(EventBody))]
[JsonSerializable(typeof(EngineErrorBody))]
[JsonSerializable(typeof(EngineInfo))]
[JsonSerializable(typeof(EngineVersion))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class EngineJson : JsonSerializerContext;
