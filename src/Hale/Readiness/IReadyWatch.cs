using Hale.Core.Readiness;

namespace Hale.Readiness;

/// <summary>
/// Hears of a target what its attempts would notice later, and knows after a failure what else there is to say. A process is watched by its pidfd;
/// this is for what ends in other ways.
/// </summary>
internal interface IReadyWatch
{
    /// <summary>Begins to listen; called once, before the first attempt.</summary>
    /// <param name="ear">Whom to tell, from any thread.</param>
    /// <returns>Ends the listening; nothing is told after that.</returns>
    IAsyncDisposable Begin(IGateEar ear);

    /// <summary>What a target that did not become ready is found to lack; null when its trouble says it all.</summary>
    /// <param name="state">Where it stands at the end.</param>
    /// <param name="cancel">Ends the search, when the failure has waited long enough for it.</param>
    Task<string?> ExplainAsync(GateTargetState state, CancellationToken cancel);
}

/// <summary>A gate, for those who hear of one of its targets. It may be told at any time, more than once, and after its end.</summary>
internal interface IGateEar
{
    /// <summary>The target can never become ready any more.</summary>
    /// <param name="how">Who, and how it ended.</param>
    void Lost(string how);

    /// <summary>Something has happened that may have made it ready: it is tried at once.</summary>
    void Stirred();
}
