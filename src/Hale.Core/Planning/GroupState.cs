using Hale.Core.Model;

namespace Hale.Core.Planning;

/// <summary>What the world keeps of a group, and of the fleet, for its bounds.</summary>
public sealed class GroupState
{
    /// <summary>Members whose health is known well enough to speak of a majority (not NotApplicable).</summary>
    public int Judged { get; set; }

    /// <summary>Members that are Impaired by their own evidence.</summary>
    public int Unhealthy { get; set; }

    /// <summary>Members that are neither well nor Impaired.</summary>
    public int Unknown { get; set; }

    /// <summary>The worst health among the members.</summary>
    public Health Health { get; set; } = Health.NotApplicable;

    /// <summary>Members with a remedy under way or being verified.</summary>
    public int Busy { get; set; }

    /// <summary>When remedies that count against the budget were planned, oldest first.</summary>
    public Queue<Instant> Spent { get; } = new();
}
