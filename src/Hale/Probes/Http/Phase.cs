using Hale.Config;
using Hale.Core.Model;

namespace Hale.Probes.Http;

/// <summary>How far an attempt has come, so that one that is ended by its time-out can say what it was waiting for.</summary>
internal sealed class Phase
{
    private Name name;
    private object where = "";
    private TimeSpan limit;
    private long startedAt;

    /// <summary>The steps of an exchange.</summary>
    public enum Name
    {
        /// <summary>Waiting for the resolver.</summary>
        LookUp,

        /// <summary>Waiting for the connection.</summary>
        Connect,

        /// <summary>Waiting for the TLS handshake.</summary>
        Handshake,

        /// <summary>Waiting to get the request out.</summary>
        Send,

        /// <summary>Waiting for the first byte, or the rest of the header.</summary>
        Answer,

        /// <summary>Waiting for the rest of the body.</summary>
        Body,

        /// <summary>Waiting for what comes back without a connection.</summary>
        Ask,

        /// <summary>Waiting for an answer that has a name: <c>answer to PING from HOST:PORT</c>.</summary>
        Reply,
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; private set; } = TimeProvider.System;

    /// <summary>Time since the attempt began.</summary>
    public TimeSpan Elapsed => Time.GetElapsedTime(startedAt);

    /// <summary>Time until the limit; zero when it has passed.</summary>
    public TimeSpan Left => limit > Elapsed ? limit - Elapsed : TimeSpan.Zero;

    /// <summary>When the addresses were known, counted from the beginning; set by <see cref="Dialer"/>.</summary>
    public TimeSpan LookedUp { get; set; }

    /// <summary>An attempt begins.</summary>
    public void Start(TimeSpan within, TimeProvider time)
    {
        (limit, Time) = (within, time);
        startedAt = time.GetTimestamp();
    }

    /// <summary>A step begins.</summary>
    public void Enter(Name step, object? at = null) => (name, where) = (step, at ?? where);

    /// <summary>What was being done, for an error that came meanwhile.</summary>
    public string Describe() => name switch
    {
        Name.LookUp => $"looking up {where}",
        Name.Connect => $"connecting to {where}",
        Name.Handshake => $"TLS handshake with {where}",
        Name.Send => $"connected to {where}, sending the request",
        Name.Answer => $"connected to {where}, waiting for the answer",
        Name.Ask => $"asking {where}",
        Name.Reply => $"waiting for the {where}",
        _ => $"{where} answered, reading the body",
    };

    /// <summary>
    /// The result of an attempt that was cancelled. Only a cancellation at the end of the limit is evidence: an earlier one
    /// comes from somebody who does not want to know any more.
    /// </summary>
    /// <exception cref="OperationCanceledException">The limit was far from over.</exception>
    public ProbeResult OnCancelled(CancellationToken cancel)
    {
        // The limit is measured by the caller, from a little before the attempt began here.
        if (Elapsed < limit * 0.9)
            throw new OperationCanceledException(cancel);
        var within = Duration.Format(limit);
        return name switch
        {
            Name.LookUp => ProbeResult.Inconclusive($"looking up {where}: no answer from the resolver of this machine within {within}"),
            Name.Connect => ProbeResult.Fail($"connecting to {where}: no answer within {within}"),
            Name.Handshake => ProbeResult.Fail($"connected to {where}, but the TLS handshake did not end within {within}"),
            Name.Send => ProbeResult.Fail($"connected to {where}, but it did not take the request within {within}"),
            Name.Answer => ProbeResult.Fail($"connected to {where}, but no answer within {within}"),
            Name.Ask => ProbeResult.Fail($"asking {where}: no answer within {within}"),
            Name.Reply => ProbeResult.Fail($"no {where} within {within}"),
            _ => ProbeResult.Fail($"{where} answered, but the body did not end within {within}"),
        };
    }
}
