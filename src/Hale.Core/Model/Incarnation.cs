namespace Hale.Core.Model;

/// <summary>
/// One life of a target: a process by pid and start time, a container by id, a virtual machine by its QEMU process.
/// It stands on every observation and every intent, so that a result about an old life is dropped and an action never hits a new one.
/// </summary>
public readonly record struct Incarnation
{
    /// <summary>The one life of a target whose lives Hale does not tell apart (a host, an endpoint), and "no life" of one whose lives it does.</summary>
    public static readonly Incarnation None;

    // Null rather than empty, so that None is default: a forgotten initialiser must not make a second kind of nothing.
    private readonly string? id;

    /// <summary>A life by its name.</summary>
    /// <param name="id">Opaque and unique among the lives of one target; empty for <see cref="None"/>.</param>
    public Incarnation(string id) => this.id = id.Length == 0 ? null : id;

    /// <summary>Opaque and unique among the lives of one target; empty for <see cref="None"/>.</summary>
    public string Id => id ?? "";

    /// <summary>True for <see cref="None"/>.</summary>
    public bool IsNone => id is null;

    /// <inheritdoc/>
    public override string ToString() => id ?? "-";
}
