using Hale.Core.Model;

namespace Hale.Core.Planning;

/// <summary>How long to wait between remedies of one episode.</summary>
public static class BackOff
{
    /// <summary>
    /// The pause after the <paramref name="attempt"/>th remedy (from 1): the cool-down, doubled with every further one, at most the ceiling,
    /// lengthened by a share that depends on seed, target and attempt only, so that a fleet's pauses differ and a replay's do not.
    /// </summary>
    public static TimeSpan Pause(HealingPolicy policy, int attempt, int seed, string target)
    {
        if (attempt <= 0 || policy.Cooldown <= TimeSpan.Zero)
            return TimeSpan.Zero;
        var doubled = policy.Cooldown.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 30));
        var capped = Math.Min(doubled, policy.CooldownMax.TotalSeconds);
        return TimeSpan.FromSeconds(capped * (1 + policy.Jitter * Share(seed, target, attempt)));
    }

    /// <summary>An even number in [0, 1) from FNV-1a: stable across runs and machines, unlike <see cref="string.GetHashCode()"/>.</summary>
    private static double Share(int seed, string target, int attempt)
    {
        var hash = 14695981039346656037UL ^ (uint)seed;
        foreach (var c in target)
            hash = (hash ^ c) * 1099511628211UL;
        hash = (hash ^ (uint)attempt) * 1099511628211UL;
        // The high bits of FNV-1a are well mixed only after a final spread.
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        return (hash >> 11) / (double)(1UL << 53);
    }
}
