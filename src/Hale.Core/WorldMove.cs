using System.Text;
using Hale.Core.Judging;
using Hale.Core.Model;

namespace Hale.Core;

/// <summary>The world under another configuration: at a start, at a reload, and wherever a replay comes to one.</summary>
public sealed partial class World
{
    /// <summary>
    /// The same state under other specs, by name; what they do not name is dropped. It is what a restart reads back from a checkpoint, and beside
    /// that what only readers see: the measurements of the last observation, and the count of pictures.
    /// </summary>
    public World MovedTo(WorldSpec spec)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
            Save(writer);
        bytes.Position = 0;
        using var reader = new BinaryReader(bytes);
        var moved = Load(spec, reader);
        moved.version = version;
        var names = new Dictionary<string, int>(spec.Checks.Length);
        for (var c = 0; c < spec.Checks.Length; c++)
            names[spec.NameOf(c)] = c;
        for (var c = 0; c < Checks.Length; c++)
        {
            // A target that changed hands has forgotten what was seen.
            if (names.TryGetValue(Spec.NameOf(c), out var there) && moved.Checks[there].Last is not null)
                moved.Checks[there].Last = Checks[c].Last;
        }
        return moved;
    }

    /// <summary>Checks that look at something else from now on: their names have gone on, what was seen under them does not count.</summary>
    private void BeginAnew(int[] checks)
    {
        foreach (var c in checks)
        {
            ref var state = ref Checks[c];
            var from = state.Health;
            state = CheckState.Fresh(Now) with
            {
                Reason = "changed; not looked at yet",
                Attempts = state.Attempts,
                Inconclusive = state.Inconclusive,
            };
            if (from != state.Health)
                changes.Add(new(ChangeKind.Check, Spec.Checks[c].Target, c, from, state.Health, state.Reason));
            Recompute(Spec.Checks[c].Target);
        }
        for (var t = 0; t < Targets.Length; t++)
        {
            Recompute(t);
            Reconsider(t);
        }
    }
}
