using Hale.Core.Model;

namespace Hale.Core.Scheduling;

/// <summary>
/// When each check is due: one binary heap of due times over check indices. Nothing is allocated after construction.
/// A check is either waiting here or out with whoever took it, so two attempts of one check can never overlap.
/// </summary>
/// <remarks>
/// The slots of a check lie at <c>phase + k × interval</c> on the steady line, the phase being a stable hash of the check's full
/// name: restarts and reloads keep it, checks spread over the interval by themselves, and nothing drifts. Only the first
/// attempt after a start and hastened ones leave the grid; each stands for the slot nearest to it, so that two attempts
/// close together are not counted as two samples. A slot that passes without an attempt is counted and never made up for.
/// Not safe for concurrent use.
/// </remarks>
public sealed class Agenda
{
    /// <summary>Distance between the first attempts of two checks after a start. It keeps 5,000 checks from beginning in one moment.</summary>
    public static readonly TimeSpan Spread = TimeSpan.FromMilliseconds(5);

    private const int Out = -1;
    private const int Unknown = -2;

    private readonly long[] every;
    private readonly long[] phase;
    private readonly long[] due;
    // Number of the next slot that no attempt stands for yet.
    private readonly long[] awaited;
    private readonly bool[] hastened;
    private readonly int[] place;
    private readonly int[] heap;
    private int count;

    /// <summary>Holds the given checks of a world; the others are unknown to the agenda.</summary>
    /// <param name="world">Names and intervals.</param>
    /// <param name="checks">Indices of the checks to be tried.</param>
    public Agenda(WorldSpec world, IReadOnlyCollection<int> checks)
    {
        var size = world.Checks.Length;
        every = new long[size];
        phase = new long[size];
        due = new long[size];
        awaited = new long[size];
        hastened = new bool[size];
        place = new int[size];
        heap = new int[checks.Count];
        Array.Fill(place, Unknown);
        foreach (var check in checks)
        {
            every[check] = Math.Max(1, world.Checks[check].Every.Ticks);
            phase[check] = (long)(StableHash.Of(world.NameOf(check)) % (ulong)every[check]);
            due[check] = long.MaxValue;
            heap[count] = check;
            place[check] = count++;
        }
    }

    private Agenda(WorldSpec world, IReadOnlyCollection<int> checks, Agenda before, ReadOnlySpan<int> successors, Instant now) : this(world, checks)
    {
        Missed = before.Missed;
        for (var old = 0; old < successors.Length; old++)
        {
            if (successors[old] is not (>= 0 and var check) || !before.Knows(old) || !Knows(check))
                continue;
            (due[check], awaited[check], hastened[check]) = (before.due[old], before.awaited[old], before.hastened[old]);
            if (before.place[old] == Out)
                place[check] = Out;
        }
        // Whatever is new has no due time yet; it is tried soon, spread as at a start.
        var fresh = checks.Where(check => place[check] != Out && due[check] == long.MaxValue).ToList();
        for (var nth = 0; nth < fresh.Count; nth++)
        {
            due[fresh[nth]] = Spaced(fresh[nth], nth, fresh.Count, now.Ticks);
            awaited[fresh[nth]] = Nearest(fresh[nth]);
        }
        count = 0;
        foreach (var check in checks)
            if (place[check] != Out)
                Put(check, count++);
        Restore();
    }

    /// <summary>Slots that passed without an attempt.</summary>
    public long Missed { get; private set; }

    /// <summary>When the next check is due; <see cref="Instant.Distant"/> when none is waiting.</summary>
    public Instant NextDue => count == 0 ? Instant.Distant : new(due[heap[0]]);

    /// <summary>Whether the check is one of this agenda's.</summary>
    public bool Knows(int check) => (uint)check < (uint)place.Length && place[check] != Unknown;

    /// <summary>
    /// The agenda that goes on from this one under another configuration: a check that goes on keeps its due time, its slots and whether it
    /// is out; what is new is tried soon. This one is not to be used any more.
    /// </summary>
    /// <param name="world">Names and intervals.</param>
    /// <param name="checks">Indices of the checks to be tried, in the new world.</param>
    /// <param name="successors">By old index: the index in the new world of the check that goes on unchanged; negative where none does.</param>
    /// <param name="now">The present moment.</param>
    public Agenda MovedTo(WorldSpec world, IReadOnlyCollection<int> checks, ReadOnlySpan<int> successors, Instant now) => new(world, checks, this, successors, now);

    /// <summary>
    /// Begins: the first attempts are spread evenly over the shorter of the check's interval and <see cref="Spread"/> times the
    /// number of checks, so a small configuration is tried at once and every check within one interval. Checks hastened before stay at once.
    /// </summary>
    public void Start(Instant now)
    {
        for (var i = 0; i < count; i++)
        {
            var check = heap[i];
            due[check] = Math.Min(due[check], Spaced(check, i, count, now.Ticks));
            awaited[check] = Nearest(check);
        }
        Restore();
    }

    /// <summary>After a stall: what is overdue is spread again as at the start, instead of being tried in one moment.</summary>
    public void Respread(Instant now)
    {
        var overdue = 0;
        for (var i = 0; i < count; i++)
            overdue += due[heap[i]] <= now.Ticks ? 1 : 0;
        for (int i = 0, nth = 0; i < count; i++)
        {
            if (due[heap[i]] <= now.Ticks)
                due[heap[i]] = Spaced(heap[i], nth++, overdue, now.Ticks);
        }
        Restore();
    }

    /// <summary>Takes the check that has been due longest. It is out until <see cref="Return"/>.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="check">Its index.</param>
    /// <param name="lag">How long it has been due.</param>
    /// <returns>False when none is due.</returns>
    public bool TryTake(Instant now, out int check, out TimeSpan lag)
    {
        if (count == 0 || due[heap[0]] > now.Ticks)
        {
            (check, lag) = (-1, TimeSpan.Zero);
            return false;
        }
        check = heap[0];
        lag = new(now.Ticks - due[check]);
        var stoodFor = Nearest(check);
        Missed += Math.Max(0, stoodFor - awaited[check]);
        awaited[check] = Math.Max(awaited[check], stoodFor + 1);
        place[check] = Out;
        if (--count > 0)
        {
            Put(heap[count], 0);
            Sink(0);
        }
        return true;
    }

    /// <summary>Puts a check back that was taken: it is due at its next slot, or at once if it was hastened meanwhile.</summary>
    /// <param name="check">Its index.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="soon">It is due at this moment, if that is before its slot.</param>
    public void Return(int check, Instant now, Instant? soon = null)
    {
        if (place[check] != Out)
            throw new InvalidOperationException($"check {check} was not taken");
        var next = Slots(check, now.Ticks) + 1;
        Missed += Math.Max(0, next - awaited[check]);
        awaited[check] = Math.Max(awaited[check], next);
        due[check] = hastened[check] ? now.Ticks : Math.Min(At(check, awaited[check]), (soon ?? Instant.Distant).Ticks);
        hastened[check] = false;
        Put(check, count);
        Rise(count++);
    }

    /// <summary>Makes a check due now. While it is out, it becomes due as soon as it is returned.</summary>
    public void Hasten(int check, Instant now)
    {
        if (place[check] == Out)
        {
            hastened[check] = true;
        }
        else if (place[check] >= 0 && due[check] > now.Ticks)
        {
            due[check] = now.Ticks;
            Rise(place[check]);
        }
    }

    // The number of the last slot at or before a moment.
    private long Slots(int check, long ticks)
    {
        var since = ticks - phase[check];
        return since >= 0 ? since / every[check] : -((-since + every[check] - 1) / every[check]);
    }

    // The number of the slot nearest to the check's due time: the one that an attempt at that time stands for.
    private long Nearest(int check) => Slots(check, due[check] + every[check] / 2);

    private long At(int check, long slot) => phase[check] + slot * every[check];

    private long Spaced(int check, int nth, int of, long now) =>
        now + (long)((double)nth / of * Math.Min(every[check], Spread.Ticks * of));

    private void Put(int check, int at)
    {
        heap[at] = check;
        place[check] = at;
    }

    private bool Before(int a, int b) => due[a] != due[b] ? due[a] < due[b] : a < b;

    private void Restore()
    {
        for (var i = count / 2 - 1; i >= 0; i--)
            Sink(i);
    }

    private void Rise(int at)
    {
        var check = heap[at];
        while (at > 0 && Before(check, heap[(at - 1) / 2]))
        {
            Put(heap[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }
        Put(check, at);
    }

    private void Sink(int at)
    {
        var check = heap[at];
        while (2 * at + 1 is var child && child < count)
        {
            if (child + 1 < count && Before(heap[child + 1], heap[child]))
                child++;
            if (!Before(heap[child], check))
                break;
            Put(heap[child], at);
            at = child;
        }
        Put(check, at);
    }
}
