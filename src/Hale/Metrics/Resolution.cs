namespace Hale.Metrics;

/// <summary>How finely numbers are kept, and for how long. The spans are CloudWatch's.</summary>
/// <param name="Level">0: minutes as they were written; 1: the same, a day in one piece; 2 and 3: rolled up.</param>
/// <param name="Slot">Length of a slot.</param>
/// <param name="Keep">How long it is kept.</param>
internal sealed record Resolution(int Level, TimeSpan Slot, TimeSpan Keep)
{
    public static readonly Resolution Fresh = new(0, TimeSpan.FromMinutes(1), TimeSpan.FromDays(15));
    public static readonly Resolution Minute = new(1, TimeSpan.FromMinutes(1), TimeSpan.FromDays(15));
    public static readonly Resolution FiveMinutes = new(2, TimeSpan.FromMinutes(5), TimeSpan.FromDays(63));
    public static readonly Resolution Hour = new(3, TimeSpan.FromHours(1), TimeSpan.FromDays(455));

    /// <summary>All of them, the finest first.</summary>
    public static readonly Resolution[] All = [Fresh, Minute, FiveMinutes, Hour];

    /// <summary>Slots in a day.</summary>
    public int Slots { get; } = (int)(TimeSpan.TicksPerDay / Slot.Ticks);
}

/// <summary>
/// Number of a chunk in the table: level, day, shard and a running number, so that the chunks of one shard and day lie side by side, those of a day too, and
/// no index is needed.
/// </summary>
internal readonly record struct ChunkKey(int Level, int Day, int Shard, int Number)
{
    public long Id => ((long)Level << 52) | ((long)Day << 32) | ((long)Shard << 16) | (uint)Number;

    public static ChunkKey Of(long id) => new((int)(id >> 52), (int)((id >> 32) & 0xfffff), (int)((id >> 16) & 0xffff), (int)(id & 0xffff));

    /// <summary>The first number of a day at a level.</summary>
    public static long FirstOf(int level, int day) => new ChunkKey(level, day, 0, 0).Id;

    /// <summary>The day that a minute belongs to, in days since 1970 in UTC.</summary>
    public static int DayOf(long minute) => (int)(minute / 1440);
}
