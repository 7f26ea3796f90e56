using Hale.Config;
using Hale.Probes.Linux;

namespace Hale.Doctoring;

/// <summary>What is examined: this machine, and what the configuration asks of it.</summary>
public sealed record Patient
{
    /// <summary>The configuration; null when there is none or it cannot be read. What needs it is then not examined.</summary>
    public Plan? Plan { get; init; }

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The clock of time-outs.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where /proc and /sys are read.</summary>
    internal KernelFiles Files { get; init; } = new();

    /// <summary>Whether a check or a remedy of one of these kinds is configured.</summary>
    internal bool Uses(params ReadOnlySpan<string> kinds)
    {
        if (Plan is null)
            return false;
        foreach (var check in Plan.World.Checks)
        {
            if (kinds.Contains(check.Kind))
                return true;
        }
        foreach (var target in Plan.World.Targets)
        {
            foreach (var remedy in target.Ladder)
            {
                if (kinds.Contains(remedy.Name))
                    return true;
            }
        }
        return false;
    }

    /// <summary>How many processes Hale is to own.</summary>
    internal int Supervised => Plan?.Processes.Count(process => process is not null) ?? 0;
}
