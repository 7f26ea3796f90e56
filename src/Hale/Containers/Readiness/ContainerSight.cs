using Hale.Processes;

namespace Hale.Containers;

/// <summary>
/// The last look at a container. It serves until something was heard of the container, or it is old: attempts then reach for the port without asking the
/// engine each time, and a pass is followed by a new look anyway.
/// </summary>
internal sealed class ContainerSight(ContainerEngine engine, string container)
{
    private volatile ContainerDetails? known;
    private volatile bool isStale;
    private long lookedAt;

    /// <summary>What was seen last; null when there was nothing to see yet.</summary>
    public ContainerDetails? Known => known;

    /// <summary>Its first process, where that can be seen from here.</summary>
    public ProcessIdentity? Process { get; private set; }

    /// <summary>Something has happened: the next look asks the engine.</summary>
    public void MakeStale() => isStale = true;

    /// <summary>What is known, if it is younger than an age, or what the engine says now. One at a time.</summary>
    public async ValueTask<ContainerDetails> LookAsync(TimeSpan age, TimeProvider time, CancellationToken cancel)
    {
        if (known is { } seen && !isStale && time.GetElapsedTime(lookedAt) < age)
            return seen;
        // Before it is asked: what is heard meanwhile makes the answer stale.
        isStale = false;
        var began = time.GetTimestamp();
        try
        {
            var found = await engine.Containers.InspectAsync(container, cancel);
            if (known?.Life != found.Life)
                Process = ContainerInside.FirstProcess(found);
            (known, lookedAt) = (found, began);
            return found;
        }
        catch
        {
            isStale = true;
            throw;
        }
    }
}
