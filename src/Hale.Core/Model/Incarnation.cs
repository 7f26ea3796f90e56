namespace Hale.Core.Model;

/// <summary>
/// One life of a target: a process by pid and start time, a container by id, a virtual machine by its QEMU process.
/// It stands on every observation and every intent, so that a result about an old life is dropped and an action never hits a new one.
/// </summary>
/// <param name="Id">Opaque and unique among the lives of one target; empty for a target whose lives Hale does not tell apart.</param>
public readonly record struct Incarnation(string Id)
{
    /// <summary>The one life of a target whose lives Hale does not tell apart (a host, an endpoint), and "no life" of one whose lives it does.</summary>
    public static readonly Incarnation None = new("");

    /// <summary>True for <see cref="None"/>.</summary>
    public bool IsNone => string.IsNullOrEmpty(Id);

    /// <inheritdoc/>
    public override string ToString() => IsNone ? "-" : Id;
}
