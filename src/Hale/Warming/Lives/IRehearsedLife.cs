using Hale.Processes;
using Hale.Warming.Plans;

namespace Hale.Warming.Lives;

/// <summary>
/// One life of the rehearsed command, with everything that it starts. There is one for Linux and one for Windows; what is rehearsed does not see the difference.
/// </summary>
internal interface IRehearsedLife : IAsyncDisposable
{
    /// <summary>The number of its process.</summary>
    int Pid { get; }

    /// <summary>Completes at its end, when what it had written until then has been read.</summary>
    Task<ProcessExit> Exited { get; }

    /// <summary>
    /// Asks it to end as its users would, by what the plan says about signals; not by a stop command. Returns null, or why the request went elsewhere or
    /// nowhere.
    /// </summary>
    string? AskToStop(StopSpec stop);

    /// <summary>What of it lives, each as <c>ffmpeg (123)</c>. Empty is the proof that nothing does.</summary>
    IReadOnlyList<string> Living();

    /// <summary>How many living processes of it run this program or script.</summary>
    int CountOf(string program);

    /// <summary>Kills what lives of it until nothing does. Returns what had to be killed.</summary>
    Task<IReadOnlyList<string>> KillAsync(CancellationToken cancel);
}
