using System.Collections.Frozen;
using Hale.Config;
using Hale.Containers;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Processes;

namespace Hale.Running;

/// <summary>One plan as it is run: all that is built from it and speaks in its numbers. A reload replaces it whole, inside the engine's loop.</summary>
internal sealed class Edition
{
    private readonly ContainerLives? containers;

    /// <param name="plan">The plan.</param>
    /// <param name="supervisors">By target index: the owner of its process; null where Hale owns none.</param>
    /// <param name="clock">The steady line.</param>
    /// <param name="containers">The lives of containers; null where none are watched.</param>
    public Edition(Plan plan, IReadOnlyList<Supervisor?> supervisors, SteadyClock clock, ContainerLives? containers = null)
    {
        this.containers = containers;
        Supervisors = supervisors;
        Plan = plan with { Probes = [.. plan.Probes.Select(ProbeOf)] };
        History = new HistoryText(plan.World);
        Targets = plan.World.Targets.Select((t, i) => (t.Name, i)).ToFrozenDictionary(p => p.Name, p => p.i);

        IProbe? ProbeOf(IProbe? probe, int check) =>
            probe is null && supervisors[plan.World.Checks[check].Target] is { } supervisor && !plan.World.Checks[check].IsPassive
                ? new SupervisedProbe(supervisor, clock) : probe;
    }

    /// <summary>The plan, with a probe for the process of each supervised target.</summary>
    public Plan Plan { get; }

    /// <summary>By target index: the owner of its process; null where Hale owns none.</summary>
    public IReadOnlyList<Supervisor?> Supervisors { get; }

    /// <summary>Target indices by name.</summary>
    public FrozenDictionary<string, int> Targets { get; }

    /// <summary>The numbers of its checks, and what became of them in the next edition.</summary>
    public Numbering Numbers { get; } = new();

    /// <summary>Its facts in words.</summary>
    public HistoryText History { get; }

    /// <summary>A target's present life, the process of that life, and whether it is to be probed now.</summary>
    public (Incarnation Incarnation, int? Pid, bool Probe) LifeOf(int target) =>
        Supervisors[target] is not { } supervisor ? LifeOfContainer(Plan.World.Targets[target].Name)
        : supervisor.Current is { } process ? (process.Incarnation, process.Pid, true)
        : (Incarnation.None, null, false);

    private (Incarnation Incarnation, int? Pid, bool Probe) LifeOfContainer(string target) =>
        containers is null ? (Incarnation.None, null, true) : (containers[target], null, !containers.IsAwaited(target));

    /// <summary>A check of a target by its name; -1 for none.</summary>
    public int CheckOf(int target, string name)
    {
        foreach (var c in Plan.World.Targets[target].Checks)
            if (Plan.World.Checks[c].Name == name)
                return c;
        return -1;
    }
}

/// <summary>A picture of the world, and the edition whose numbers it is in.</summary>
internal sealed record Shown(Snapshot Snapshot, Edition Edition)
{
    /// <summary>A target by its name; null for none.</summary>
    public TargetSnapshot? Find(string name) => Edition.Targets.TryGetValue(name, out var t) ? Snapshot.Targets[t] : null;
}

/// <summary>The order to go on with another edition.</summary>
/// <param name="Next">The new edition.</param>
/// <param name="Kept">Its specs as the journal keeps them.</param>
/// <param name="Successors">By old check index: the new index of a check that goes on unchanged; negative where none does.</param>
/// <param name="Anew">New indices of the checks that look at something else than before.</param>
/// <param name="Summary">What changed, in one line.</param>
/// <param name="Apply">Gives everybody else the new edition. Called in the engine's loop, once the journal has it; must be quick and must not throw.</param>
internal sealed record Swap(Edition Next, Storage.KeptConfig Kept, int[] Successors, int[] Anew, string Summary, Action Apply)
{
    /// <summary>Why it was not carried out; null when it was.</summary>
    public string? Refusal { get; set; }
}

/// <summary>A line for the history that is about no fact of the world.</summary>
internal sealed record Note(string Kind, string? Target, string Text);

/// <summary>How an intent ended, told by the name of its target: the number may have gone to another one meanwhile.</summary>
internal sealed record Closed(string Target, long Intent, RemedyOutcome Outcome, string Detail);
