namespace Hale.Containers;

/// <summary>
/// How often a container was started anew by its engine within a sliding span. The engine counts from when the container was made or a person started
/// it; so what is kept is what the count was at each look at which it had changed.
/// </summary>
internal sealed class RecentRestarts(TimeSpan span)
{
    private const int Most = 1000;

    private readonly Queue<(TimeSpan At, int More)> steps = new();
    private string id = "";
    private int last;

    /// <summary>Takes a look in; the first at a container is where counting begins.</summary>
    /// <param name="container">The id of the container.</param>
    /// <param name="count">What its engine counts.</param>
    /// <param name="at">When, on a line that never goes back.</param>
    /// <returns>How many of its restarts lie within the span.</returns>
    public int Look(string container, int count, TimeSpan at)
    {
        if (container != id)
        {
            (id, last) = (container, count);
            steps.Clear();
        }
        // A person's start sets the engine's count to 0.
        var more = count >= last ? count - last : count;
        last = count;
        if (more > 0)
            steps.Enqueue((at, more));
        while (steps.TryPeek(out var oldest) && (at - oldest.At > span || steps.Count > Most))
            steps.Dequeue();
        return steps.Sum(step => step.More);
    }
}
