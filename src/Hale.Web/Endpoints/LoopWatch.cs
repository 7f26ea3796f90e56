using Hale.Core.Model;
using Hale.Running;

namespace Hale.Web.Endpoints;

/// <summary>
/// Whether the engine's loop is alive: the moment of its snapshot advances with every tick. Looks are counted rather than
/// time, so that a suspended process, in which nothing looked either, does not come back as dead.
/// </summary>
internal sealed class LoopWatch : IDisposable
{
    /// <summary>Looks, a second apart, without an advance after which the loop counts as dead.</summary>
    public const int Patience = 15;

    private readonly IDaemon daemon;
    private readonly ITimer timer;
    private Instant seen;
    private int still;

    public LoopWatch(IDaemon daemon, TimeProvider time)
    {
        this.daemon = daemon;
        seen = daemon.Current.At;
        timer = time.CreateTimer(_ => Look(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>The loop has moved within the last <see cref="Patience"/> looks.</summary>
    public bool IsAlive => Volatile.Read(ref still) < Patience || daemon.Current.At != seen;

    /// <summary>One look.</summary>
    public void Look()
    {
        var at = daemon.Current.At;
        if (at == seen)
        {
            Interlocked.Increment(ref still);
            return;
        }
        seen = at;
        Volatile.Write(ref still, 0);
    }

    public void Dispose() => timer.Dispose();
}
