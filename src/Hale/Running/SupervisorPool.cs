using System.Collections.Concurrent;
using Hale.Config;
using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Running;

/// <summary>
/// The owners of processes, by the name of their target: a reload keeps them, and with them the hold on a process, also while its target is gone.
/// </summary>
/// <param name="stateDirectory">Path of the state directory; its lock is held.</param>
/// <param name="watcher">Notices ends.</param>
/// <param name="clock">The steady line.</param>
/// <param name="post">Takes the beginnings and ends of lives with the name of the target; the target's number in the fact means nothing.</param>
internal sealed class SupervisorPool(string stateDirectory, ProcessWatcher watcher, SteadyClock clock, Action<string, Fact> post)
{
    private readonly ConcurrentDictionary<string, Supervisor> all = new();

    /// <summary>Names of the targets whose process runs now, also of those that have left the configuration.</summary>
    public IReadOnlyList<string> Running => [.. all.Where(pair => pair.Value.Current is not null).Select(pair => pair.Key).Order(StringComparer.Ordinal)];

    /// <summary>By target index of a plan: the owner of its process, made where there is none yet; null where Hale owns none.</summary>
    public Supervisor?[] Of(Plan plan) => [.. plan.Processes.Select((process, t) => process is null ? null
        : all.GetOrAdd(plan.World.Targets[t].Name, name => new Supervisor(-1, name, process, stateDirectory, watcher, clock, fact => post(name, fact))))];

    /// <summary>Whether there is one already.</summary>
    public bool Knows(string target) => all.ContainsKey(target);

    /// <summary>Forgets those that no target has and no process keeps. What is left of them is told.</summary>
    public IReadOnlyList<string> Unwatched(Edition edition)
    {
        var left = new List<string>();
        foreach (var (name, supervisor) in all)
        {
            if (edition.Targets.TryGetValue(name, out var t) && edition.Supervisors[t] == supervisor)
                continue;
            if (supervisor.Current is { } process)
                left.Add($"{name} (process {process.Pid})");
            else
                all.TryRemove(name, out _);
        }
        left.Sort(StringComparer.Ordinal);
        return left;
    }

    /// <summary>Cuts output files that have outgrown their maximum.</summary>
    public void Rotate()
    {
        foreach (var supervisor in all.Values)
            supervisor.RotateIfNeeded();
    }

    /// <summary>Ends every process.</summary>
    public Task StopAllAsync() =>
        Task.WhenAll(all.Values.Select(s => s.Current is { } process ? s.StopAsync(process.Incarnation, CancellationToken.None) : Task.CompletedTask));
}
