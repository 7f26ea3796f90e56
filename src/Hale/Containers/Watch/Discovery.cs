namespace Hale.Containers;

/// <summary>Containers that targets are made of: those of an engine that carry a label.</summary>
/// <param name="Entry">The entry of <c>targets:</c> that is made into one target for each of them.</param>
/// <param name="Address">Where the engine listens.</param>
/// <param name="Label">The label's name.</param>
/// <param name="Value">Its value; null for any.</param>
public sealed record Discovery(string Entry, EngineAddress Address, string Label, string? Value)
{
    /// <summary>Whether something that happened may bring or take one of them.</summary>
    internal bool IsAbout(EngineEvent happened) => happened.Attributes.TryGetValue(Label, out var value) && (Value is null || value == Value);
}
