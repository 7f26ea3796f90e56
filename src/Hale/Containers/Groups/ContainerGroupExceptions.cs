namespace Hale.Containers.Groups;

/// <summary>Another run was changing the group for as long as this one was ready to wait.</summary>
/// <param name="session">Whose group.</param>
/// <param name="who">Who is at it.</param>
/// <param name="waited">How long this one waited.</param>
public sealed class GroupBusyException(string session, string who, TimeSpan waited)
    : Exception(FormattableString.Invariant($"{who} has been changing the group of session {session} for {waited.TotalSeconds:0.#} s; try again when it is done"));

/// <summary>A step of bringing a group up or down did not succeed.</summary>
public sealed class ContainerGroupTroubleException : Exception
{
    internal ContainerGroupTroubleException(string step, string trouble, Exception? cause = null) : base($"{step}: {trouble}", cause) =>
        IsOfTheEngine = cause is ContainerEngineException { IsOfTheEngine: true };

    // The step is told already; only of the way to the engine the whole story is needed.
    internal ContainerGroupTroubleException(string step, Exception cause)
        : this(step, cause is ContainerEngineException { IsOfTheEngine: false } engine ? engine.Said + (engine.Advice is { } advice ? $" ({advice})" : "") : cause.Message, cause)
    {
    }

    /// <summary>Whether it tells nothing of the group, only of the way to the engine.</summary>
    public bool IsOfTheEngine { get; }
}
