namespace Hale.Core.Scheduling;

/// <summary>A hash of a name that is the same in every run and version, unlike <see cref="string.GetHashCode()"/>.</summary>
public static class StableHash
{
    /// <summary>FNV-1a over the UTF-16 code units, finished with SplitMix64's mixer so that names that differ in one digit land far apart.</summary>
    public static ulong Of(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var unit in name)
            hash = (hash ^ unit) * 1099511628211UL;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }
}
