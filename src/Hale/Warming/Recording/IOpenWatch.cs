namespace Hale.Warming.Recording;

/// <summary>Notes the files that the processes of a rehearsal open.</summary>
internal interface IOpenWatch : IDisposable
{
    /// <summary>How, in words: <c>fanotify</c>.</summary>
    string Method { get; }

    /// <summary>How often it has looked and seen everything that there was to see.</summary>
    int Looks { get; }

    /// <summary>Ends it: what was opened until now, and what may be missing of it. Called once.</summary>
    (IReadOnlyCollection<string> Paths, IReadOnlyList<string> Gaps) Stop();
}
