namespace Hale.Warming.Cleaning;

/// <summary>Removes what a rehearsal created: knows what was there before it.</summary>
internal interface IRehearsalClean
{
    /// <summary>Before the start: takes down what is there. Returns why that cannot be done, or null.</summary>
    string? Remember(CancellationToken cancel);

    /// <summary>Afterwards: removes what was not there.</summary>
    CleanResult Remove(CancellationToken cancel);
}

/// <summary>What a clean-up after a rehearsal came to.</summary>
/// <param name="Summary">What was removed and what was left, on one line.</param>
/// <param name="Trouble">What could not be removed, and why; null when everything was.</param>
internal sealed record CleanResult(string Summary, string? Trouble);
