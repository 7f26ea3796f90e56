using System.Text.RegularExpressions;
using Hale.Core.Warming;
using Hale.Probes;
using Hale.Probes.Http;
using Hale.Sessions;
using Hale.Warming.Prefetch;

namespace Hale.Warming.Plans;

/// <summary>A warm-up plan, read and validated.</summary>
public sealed record WarmPlan
{
    /// <summary>The file, absolute.</summary>
    public required string File { get; init; }

    /// <summary>Folder of the lock and of what could not be delivered, absolute.</summary>
    public required string State { get; init; }

    /// <summary>What is rehearsed.</summary>
    public required RehearsedSpec Rehearsed { get; init; }

    /// <summary>The evidence, in the order of the plan and of <see cref="RehearsalSpec.Evidence"/>.</summary>
    public required IReadOnlyList<EvidenceItem> Evidence { get; init; }

    /// <summary>How it is stopped.</summary>
    public required StopSpec Stop { get; init; }

    /// <summary>What is removed; null for nothing.</summary>
    public CleanSpec? Clean { get; init; }

    /// <summary>What is read ahead before the first rehearsal.</summary>
    public PrefetchSpec Prefetch { get; init; } = new();

    /// <summary>The deadlines of one rehearsal.</summary>
    public required RehearsalSpec Rehearsal { get; init; }

    /// <summary>How often.</summary>
    public required WarmSpec Warm { get; init; }

    /// <summary>Where it is reported; null for nowhere.</summary>
    public ReportSpec? Report { get; init; }

    /// <summary>What follows once all is warm; empty for nothing.</summary>
    public string[] Then { get; init; } = [];
}

/// <summary>The command that is rehearsed.</summary>
/// <param name="Command">Program and arguments.</param>
/// <param name="Directory">Working directory, absolute.</param>
/// <param name="Environment">Variables added to Hale's own environment.</param>
public sealed record RehearsedSpec(string[] Command, string Directory, IReadOnlyDictionary<string, string> Environment);

/// <summary>How it is stopped.</summary>
public sealed record StopSpec
{
    /// <summary>Number of the signal.</summary>
    public int Signal { get; init; } = 15;

    /// <summary>The command alone gets it, rather than its process group.</summary>
    public bool ToProcess { get; init; }

    /// <summary>The process named in this file gets it; null for the command itself.</summary>
    public string? PidFile { get; init; }

    /// <summary>A command that ends it; empty for a signal.</summary>
    public string[] Command { get; init; } = [];

    /// <summary>Limit on that command.</summary>
    public TimeSpan CommandWithin { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>What is removed after a rehearsal.</summary>
/// <param name="Roots">Below these folders; absolute, checked.</param>
/// <param name="Patterns">Names of the files.</param>
public sealed record CleanSpec(string[] Roots, string[] Patterns);

/// <summary>Where a warm-up is reported.</summary>
/// <param name="Store">Address of the store of sessions.</param>
/// <param name="Session">Which session.</param>
/// <param name="Role">Which of its machines.</param>
/// <param name="Instance">The id of this machine; null when it is not said.</param>
/// <param name="Within">How long a verdict is tried to be delivered.</param>
/// <param name="Spool">Folder of what could not be delivered, absolute; null for the usual one.</param>
public sealed record ReportSpec(SessionAddress Store, string Session, string Role, string? Instance, TimeSpan Within, string? Spool);

/// <summary>One piece of evidence: what to look for.</summary>
/// <param name="Name">As it stands in reports: <c>files recordings/*.mcap</c>.</param>
public abstract record EvidenceItem(string Name);

/// <summary>Files that appear, or change, and grow.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Path">Absolute, with wildcards.</param>
/// <param name="Min">Bytes, at least.</param>
/// <param name="Grows">It must have grown between two looks.</param>
public sealed record FilesItem(string Name, string Path, long Min, bool Grows) : EvidenceItem(Name);

/// <summary>Something that a probe tells.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Create">Makes the probe, for each rehearsal a new one.</param>
public sealed record ProbeItem(string Name, Func<IProbe> Create) : EvidenceItem(Name)
{
    /// <summary>What holds before the start proves nothing: somebody else serves it.</summary>
    public bool MustNotHoldBefore { get; init; }

    internal Endpoint? Endpoint { get; init; }
}

/// <summary>A line in the output of the command.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Pattern">What it matches.</param>
public sealed record OutputItem(string Name, Regex Pattern) : EvidenceItem(Name);

/// <summary>A line in a file.</summary>
/// <param name="Name">For reports.</param>
/// <param name="File">The file, absolute.</param>
/// <param name="Pattern">What it matches.</param>
public sealed record LogItem(string Name, string File, Regex Pattern) : EvidenceItem(Name);

/// <summary>Processes below the command.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Program">Name of the program or script.</param>
/// <param name="Count">So many, at least.</param>
public sealed record ProcessItem(string Name, string Program, int Count) : EvidenceItem(Name);
