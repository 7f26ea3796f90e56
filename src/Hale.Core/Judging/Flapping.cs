using System.Numerics;
using Hale.Core.Model;

namespace Hale.Core.Judging;

/// <summary>
/// Whether verdicts change so often that they are noise: the share of changes among the last 20 conclusive observations, newer ones weighing
/// more, against two thresholds (icinga.com/docs, "Check Flapping").
/// </summary>
public static class Flapping
{
    /// <summary>Observations that are looked back on.</summary>
    public const int Window = 20;

    private const uint Mask = (1u << Window) - 1;

    /// <summary>Takes one conclusive observation in and says whether the check flaps now.</summary>
    public static bool Step(ref CheckState state, bool bad, FlapPolicy policy)
    {
        state.Changes = ((state.Changes << 1) | (bad != state.WasBad ? 1u : 0u)) & Mask;
        state.WasBad = bad;
        var share = Share(state.Changes);
        return share > (state.IsFlapping ? policy.Low : policy.High);
    }

    /// <summary>The weighted share of changes, 0 to 99: weights run from 0.8 (oldest) by 0.02 to 1.18 (newest), as Icinga 2 has them.</summary>
    public static double Share(uint changes)
    {
        double sum = 0;
        for (var bits = changes; bits != 0; bits &= bits - 1)
            sum += 1.18 - 0.02 * BitOperations.TrailingZeroCount(bits);
        return sum * 100 / Window;
    }
}
