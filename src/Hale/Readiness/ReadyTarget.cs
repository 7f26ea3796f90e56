using Hale.Probes;
using Hale.Probes.Http;

namespace Hale.Readiness;

/// <summary>One thing that a gate waits for: a name for people, and the probe that tells.</summary>
/// <param name="Name">As a person wrote it: <c>http://localhost:8080/</c>.</param>
/// <param name="Probe">Tried again and again; never twice at the same time.</param>
public sealed record ReadyTarget(string Name, IProbe Probe)
{
    /// <summary>The process that must live for as long as the gate waits; null for none. Such a target is a guard: its end fails the gate at once.</summary>
    public int? Pid { get; init; }

    /// <summary>What is heard of it beside its attempts; null for nothing.</summary>
    internal IReadyWatch? Watch { get; init; }

    /// <summary>Where the probe connects to by TCP, so that a refusal can be explained.</summary>
    internal Endpoint? Endpoint { get; init; }

    /// <summary>The file or folder whose changes may make it ready; null where there is none to watch.</summary>
    internal string? Path { get; init; }

    /// <summary>Has the targets take what is there now for old: to be called before that is started which is waited for.</summary>
    public static void Prepare(IEnumerable<ReadyTarget> targets)
    {
        foreach (var target in targets)
            (target.Probe as LogLineProbe)?.Mark();
    }

    /// <summary>
    /// Reads a target as <c>hale wait</c> takes it: <c>http(s)://…</c>, <c>tcp:HOST:PORT</c>, <c>unix:PATH</c>, <c>dns:NAME</c>, <c>file:GLOB</c>,
    /// <c>log:PATH:/PATTERN/</c>, <c>exec:COMMAND</c>, <c>pid:N</c>, <c>container:NAME[:PORT[/PATH]]</c>. Relative paths are taken from the working directory.
    /// </summary>
    /// <exception cref="FormatException">It is none of these; the message says what would be accepted.</exception>
    public static ReadyTarget Parse(string text, ReadyOptions? options = null) => TargetText.Read(text, options ?? new ReadyOptions());
}
