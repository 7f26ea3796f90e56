namespace Hale.Containers;

/// <summary>A call of an engine that did not succeed. The message has the engine's own words and, where something can be done, what.</summary>
public sealed class ContainerEngineException : Exception
{
    internal ContainerEngineException(EngineTrouble trouble, string what, string said, string? advice = null, int? status = null, Exception? cause = null)
        : base($"{what}: {said}{(advice is null ? "" : $" ({advice})")}", cause)
    {
        Trouble = trouble;
        Said = said;
        Advice = advice;
        Status = status;
    }

    /// <summary>What kind of trouble it is.</summary>
    public EngineTrouble Trouble { get; }

    /// <summary>What the engine said, or what kept it from saying anything.</summary>
    public string Said { get; }

    /// <summary>What a person can do about it; null when that depends.</summary>
    public string? Advice { get; }

    /// <summary>The status of the answer; null when none came.</summary>
    public int? Status { get; }

    /// <summary>Whether what was to be looked at or taken away is not there.</summary>
    public bool IsMissing => Trouble is EngineTrouble.NoSuchContainer or EngineTrouble.NoSuchImage or EngineTrouble.NoSuchNetwork or EngineTrouble.NoSuchVolume or EngineTrouble.NotFound;

    /// <summary>Whether it tells nothing of containers, only of the way to the engine: could not tell, never down.</summary>
    public bool IsOfTheEngine => Trouble is EngineTrouble.Unreachable or EngineTrouble.NotAllowed or EngineTrouble.TimedOut or EngineTrouble.Garbled;
}
