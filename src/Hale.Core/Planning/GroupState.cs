using Hale.Core.Model;

namespace Hale.Core.Planning;

/// <summary>What the world keeps of a group, and of the fleet, for its bounds.</summary>
public sealed class GroupState
{
    /// <summary>Members that a majority is reckoned among: all but those with nothing to judge.</summary>
    public int Judged { get; set; }

    /// <summary>Members that are Impaired by their own evidence.</summary>
    public int Unhealthy { get; set; }

    /// <summary>Members that are neither well nor Impaired.</summary>
    public int Unknown { get; set; }

    /// <summary>Members with a remedy under way or being verified.</summary>
    public int Busy { get; set; }

    /// <summary>When remedies that count against the budget were planned, oldest first.</summary>
    public Queue<Instant> Spent { get; } = new();
}
