using System.Globalization;

namespace Hale.Core.Containers;

/// <summary>A process, so that others know whether it still lives.</summary>
/// <param name="Boot">The boot of its machine.</param>
/// <param name="Space">Its space of process numbers.</param>
/// <param name="Pid">Its number there.</param>
/// <param name="Started">When it began, in the kernel's ticks.</param>
public sealed record ContainerGroupOwner(string Boot, string Space, int Pid, long Started)
{
    /// <summary>As it stands in a label.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Boot}/{Space}/{Pid}/{Started}");

    /// <summary>Reads a label; null when it is none.</summary>
    public static ContainerGroupOwner? Parse(string? text) =>
        text?.Split('/') is [{ Length: > 0 } boot, { Length: > 0 } space, var pid, var started]
        && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new(boot, space, number, ticks) : null;
}

/// <summary>What is known of an owner.</summary>
public enum ContainerGroupSight
{
    /// <summary>It lives.</summary>
    Alive,

    /// <summary>It is gone: there is no such process in the same space of the same boot.</summary>
    Dead,

    /// <summary>It cannot be seen from here: another machine, another boot, another container. Only time tells.</summary>
    Unknown,
}
