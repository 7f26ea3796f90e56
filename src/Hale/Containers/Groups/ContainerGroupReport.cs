using System.Globalization;
using Hale.Core.Readiness;

namespace Hale.Containers.Groups;

/// <summary>How bringing a group up ended.</summary>
/// <param name="Session">Whose group.</param>
/// <param name="End">Ready, not ready, or could not tell, for which only the way to the engine is to blame.</param>
/// <param name="Reason">One line: that all are ready, or which member, which step, and the engine's own words.</param>
/// <param name="Took">How long it took, taking back included.</param>
/// <param name="Members">What became of each container.</param>
/// <param name="Left">What could not be taken back; the next run finds it. Empty when all is gone.</param>
public sealed record ContainerGroupReport(
    string Session, GateEnd End, string Reason, TimeSpan Took, IReadOnlyList<ContainerGroupMemberReport> Members, IReadOnlyList<string> Left)
{
    /// <summary>All members are ready.</summary>
    public bool IsReady => End == GateEnd.Ready;

    /// <summary>The reason, and what is left.</summary>
    public override string ToString() => Left.Count == 0 ? Reason : $"{Reason}; still there: {string.Join("; ", Left)}";
}

/// <summary>What became of one container of a member.</summary>
/// <param name="Name">Name of the member, with a point and a number where it has several.</param>
public sealed record ContainerGroupMemberReport(string Name)
{
    /// <summary>The member.</summary>
    public required string Member { get; init; }

    /// <summary>Which of its containers, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The kind of the member; null for none.</summary>
    public string? Kind { get; init; }

    /// <summary>The image.</summary>
    public required string Image { get; init; }

    /// <summary>Whether it is ready.</summary>
    public bool IsReady { get; init; }

    /// <summary>Whether it could not be told how it is.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Whether it ran before, and was proved ready again.</summary>
    public bool IsReused { get; init; }

    /// <summary>The id of the container; null when there is none.</summary>
    public string? Id { get; init; }

    /// <summary>The name of the container; null when there is none.</summary>
    public string? Container { get; init; }

    /// <summary>Its address in its first network; null when it has none.</summary>
    public string? Address { get; init; }

    /// <summary>Its port; null when it serves none.</summary>
    public int? Port { get; init; }

    /// <summary>Time from the beginning of the run to its being ready; null when it is not.</summary>
    public TimeSpan? ReadyAfter { get; init; }

    /// <summary>What went wrong, or why nothing was tried; null when nothing did.</summary>
    public string? Trouble { get; init; }

    /// <summary>Where it answers; null when it serves nothing.</summary>
    public Uri? Url => Address is { Length: > 0 } address && Port is { } port ? new UriBuilder("http", address, port).Uri : null;

    /// <summary>Address and port; empty when it serves nothing.</summary>
    public string Endpoint => Address is { Length: > 0 } address && Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{address}:{port}") : "";
}

/// <summary>A group did not become ready. What this run had made is taken back.</summary>
/// <param name="report">How it ended.</param>
public sealed class ContainerGroupException(ContainerGroupReport report) : Exception(report.ToString())
{
    /// <summary>How it ended.</summary>
    public ContainerGroupReport Report { get; } = report;
}
