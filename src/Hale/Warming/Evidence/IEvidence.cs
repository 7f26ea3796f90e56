using Hale.Core.Model;
using Hale.Warming.Lives;

namespace Hale.Warming.Evidence;

/// <summary>Looks for one piece of evidence in one rehearsal. Made anew for each; its methods are never called two at a time.</summary>
internal interface IEvidence : IDisposable
{
    /// <summary>
    /// Before the start: takes what is there for old. Returns why the evidence would prove nothing as things stand, or null.
    /// </summary>
    ValueTask<string?> PrepareAsync(CancellationToken cancel);

    /// <summary>The command runs.</summary>
    /// <param name="life">Its life.</param>
    /// <param name="hasten">To be called, from any thread, when something has happened that is worth a look.</param>
    void Begin(IRehearsedLife life, Action hasten);

    /// <summary>
    /// Looks once: Pass when it is there now and came after the start. May be called until the rehearsal stops it.
    /// </summary>
    /// <param name="limit">How long it may take; also enforced from outside.</param>
    /// <param name="cancel">Ends it.</param>
    ValueTask<ProbeResult> LookAsync(TimeSpan limit, CancellationToken cancel);

    /// <summary>An event will tell when a look is worth while: then nobody needs to look often.</summary>
    bool IsTold { get; }
}
