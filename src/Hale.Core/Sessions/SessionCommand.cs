namespace Hale.Core.Sessions;

/// <summary>What somebody wants to happen to a session.</summary>
public abstract record SessionCommand;

/// <summary>What became known of a participant's machine. A milestone that it is past already changes nothing; another instance begins anew.</summary>
/// <param name="Role">Whose machine it is.</param>
public sealed record Provision(string Role) : SessionCommand
{
    /// <summary><see cref="ParticipantState.Launched"/> or <see cref="ParticipantState.DnsWritten"/>; null for none.</summary>
    public ParticipantState? Milestone { get; init; }

    /// <summary>Which machine it is; null when that is not known.</summary>
    public string? Instance { get; init; }

    /// <summary>Where the participant gets in; null when that is not known.</summary>
    public string? Link { get; init; }
}

/// <summary>What a machine says about itself.</summary>
/// <param name="Role">Whose machine it is.</param>
/// <param name="Stamp">Its place among the reports.</param>
/// <param name="State"><see cref="ParticipantState.Warming"/>, <see cref="ParticipantState.Healthy"/> or <see cref="ParticipantState.Unhealthy"/>.</param>
public sealed record Report(string Role, ReportStamp Stamp, ParticipantState State) : SessionCommand
{
    /// <summary>What it does just now.</summary>
    public string? Stage { get; init; }

    /// <summary>How much is done, from 0 to 1.</summary>
    public double? Progress { get; init; }

    /// <summary>Why it is unhealthy; needed exactly then.</summary>
    public SessionFailure? Failure { get; init; }

    /// <summary>Which machine reports; null when it does not know.</summary>
    public string? Instance { get; init; }
}

/// <summary>A participant stands at the door.</summary>
/// <param name="Role">Who it is.</param>
public sealed record Admit(string Role) : SessionCommand;

/// <summary>The session is over.</summary>
/// <param name="Reason">Why, for people.</param>
public sealed record Terminate(string Reason) : SessionCommand;
