using Hale.Core.Model;

namespace Hale.Config;

/// <summary>Which checks of a plan go on in the plan that follows it, and which only their names do.</summary>
/// <param name="Successors">By index in the old plan: the index in the new one of the check that goes on exactly as it was; -1 where none does.</param>
/// <param name="Anew">Indices in the new plan of checks that were there before and look at something else now.</param>
internal sealed record Succession(int[] Successors, int[] Anew)
{
    /// <summary>Compares two plans.</summary>
    public static Succession Between(Plan before, Plan next)
    {
        var there = new Dictionary<string, int>(next.World.Checks.Length);
        for (var c = 0; c < next.World.Checks.Length; c++)
            there[next.World.NameOf(c)] = c;
        var successors = new int[before.World.Checks.Length];
        var anew = new List<int>();
        for (var c = 0; c < successors.Length; c++)
        {
            successors[c] = -1;
            if (!there.TryGetValue(before.World.NameOf(c), out var n))
                continue;
            var (old, now) = (before.World.Checks[c], next.World.Checks[n]);
            var looksAlike = old.Kind == now.Kind && LooksAlike(before, c, next, n);
            if (!looksAlike)
                anew.Add(n);
            else if (old == now with { Target = old.Target } && SamePlace(before, old.Target, next, now.Target))
                successors[c] = n;
        }
        return new(successors, [.. anew]);
    }

    /// <summary>The new plan with the old one's hands wherever they do the same: a probe that goes on keeps what it holds.</summary>
    public Plan Carry(Plan before, Plan next)
    {
        var probes = next.Probes.ToArray();
        for (var c = 0; c < Successors.Length; c++)
        {
            // A check of a process has no probe in the plan; the edition makes one for its supervisor.
            if (Successors[c] is >= 0 and var n && probes[n] is not null)
                probes[n] = before.Probes[c];
        }
        // The seed lengthens pauses by chance: another one would move those that run.
        return next with { Probes = probes, World = next.World with { Seed = before.World.Seed } };
    }

    private static bool LooksAlike(Plan before, int c, Plan next, int n) =>
        before.Settings.Count > 0 && next.Settings.Count > 0 ? before.Settings[c] == next.Settings[n] : next.Probes[n] is null || ReferenceEquals(before.Probes[c], next.Probes[n]);

    /// <summary>A target that Hale begins or ceases to own has other lives.</summary>
    private static bool SamePlace(Plan before, int old, Plan next, int now) =>
        before.World.Targets[old].IsSupervised == next.World.Targets[now].IsSupervised;
}
