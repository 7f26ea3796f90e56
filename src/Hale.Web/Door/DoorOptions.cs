using Hale.Core.Model;

namespace Hale.Web.Door;

/// <summary>How the door behaves.</summary>
public sealed record DoorOptions
{
    /// <summary>Longest that <c>?wait=</c> holds a request: 60 s. Who asks for more waits so long.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>How long the store has for an answer: 5 s. Then the door says that it cannot tell.</summary>
    public static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(5);

    /// <summary>Requests that one client may send, before it is told to wait. Default 600 per minute.</summary>
    public Budget Rate { get; init; } = new(600, TimeSpan.FromMinutes(1));

    /// <summary>Requests that are held by <c>?wait=</c> at the same time; a further one is answered at once. Default 256.</summary>
    public int MostWaiting { get; init; } = 256;

    /// <summary>Streams of <c>/events</c> at the same time; a further one is refused. Default 64.</summary>
    public int MostStreams { get; init; } = 64;

    /// <summary>How often a session that somebody waits for is read, however many wait for it. Default every 500 ms.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>When who waits is told to come again. Default after 2 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
