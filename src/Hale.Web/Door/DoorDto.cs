using System.Text.Json.Serialization;
using Hale.Core.Sessions;
using Hale.Web.Contract;

namespace Hale.Web.Door;

/// <summary>What the door says, with 202 and 200, and in each event of the stream.</summary>
/// <param name="State"><c>wait</c>, <c>open</c>, <c>failed</c>, <c>ended</c>, <c>unknown</c>, or in a stream <c>unavailable</c> while the store cannot be read.</param>
/// <param name="Detail">The same for people, with the reason.</param>
public sealed record DoorDto(string State, string Detail)
{
    /// <summary>What is done just now, for who waits.</summary>
    public string? Stage { get; init; }

    /// <summary>How much is done, from 0 to 1; null when that is not known.</summary>
    public double? Progress { get; init; }

    /// <summary>Where to go in; only in the answer that lets somebody in.</summary>
    public string? Link { get; init; }

    /// <summary>A view without its link: that is for who is let in.</summary>
    internal static DoorDto Of(DoorView view) => new(view.Answer switch
    {
        DoorAnswer.Wait => "wait",
        DoorAnswer.Open => "open",
        DoorAnswer.Failed => "failed",
        DoorAnswer.Ended => "ended",
        _ => "unknown",
    }, view.Words) { Stage = view.Stage, Progress = view.Progress };
}

/// <summary>The JSON of the door.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DoorDto))]
[JsonSerializable(typeof(ProblemDto))]
public sealed partial class DoorJson : JsonSerializerContext;
