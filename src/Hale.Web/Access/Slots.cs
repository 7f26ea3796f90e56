namespace Hale.Web.Access;

/// <summary>So many at once.</summary>
internal sealed class Slots(int most)
{
    private int taken;

    /// <summary>How many are taken.</summary>
    public int Taken => Math.Min(Volatile.Read(ref taken), most);

    /// <summary>Takes a slot; false when all are taken.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref taken) <= most)
            return true;
        Interlocked.Decrement(ref taken);
        return false;
    }

    /// <summary>Gives one back.</summary>
    public void Return() => Interlocked.Decrement(ref taken);
}
