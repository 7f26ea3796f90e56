using System.Diagnostics;

namespace Hale.Readiness;

/// <summary>How to wait, and how targets that are written as text are to be read.</summary>
public sealed record ReadyOptions
{
    /// <summary>One ready target is enough. Default: all of them, at the same time.</summary>
    public bool Any { get; init; }

    /// <summary>What has not become ready after this time has failed. Default 60 s; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The limit on one attempt. Default 5 s, at least 1 ms.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between two attempts of a target: the first ones follow each other more quickly. Default 1 s, at least 1 ms.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many attempts of a target must pass one after the other, an interval apart. Default 1.</summary>
    public int Successes { get; init; } = 1;

    /// <summary>So many attempts of a target at most; null for no limit.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Every pause is one interval long: no quick tries at the beginning. Default false.</summary>
    public bool Steady { get; init; }

    /// <summary>http: the good statuses: single ones, families (<c>2xx</c>) and ranges (<c>200-299</c>). Default: exactly 200.</summary>
    public IReadOnlyList<string> Status { get; init; } = ["200"];

    /// <summary>http: header fields to send.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>http: take any certificate. Default false.</summary>
    public bool Insecure { get; init; }

    /// <summary>container: where its engine listens: <c>unix:///run/docker.sock</c>, <c>tcp://host:2376</c>. Null for what <c>DOCKER_HOST</c> names, or the first socket of Docker or Podman.</summary>
    public string? Engine { get; init; }

    /// <summary>container: the network in which it is asked; null for the first in which it has an address.</summary>
    public string? Network { get; init; }

    /// <summary>file: it must have been modified within this time; null for any age.</summary>
    public TimeSpan? NewerThan { get; init; }

    /// <summary>file: it must have at least so many bytes. Default 0.</summary>
    public long MinSize { get; init; }

    /// <summary>log: what was written before the wait began counts as well. Default false: it may be of an earlier run.</summary>
    public bool FromStart { get; init; }

    /// <summary>A process that must live: its end fails the wait at once. It stays the caller's.</summary>
    public Process? Process { get; init; }

    /// <summary>More of them, by number.</summary>
    public IReadOnlyList<int> WhilePids { get; init; } = [];

    /// <summary>When it completes, the wait fails at once with its text as the reason; null for nothing of the kind.</summary>
    public Task<string>? FailWhen { get; init; }

    /// <summary>Processes that are expected to serve what is waited for: where they listen instead is part of the reason. Those that must live are known.</summary>
    public IReadOnlyList<int> KnownPids { get; init; } = [];

    /// <summary>Told after each attempt, from the waiting task: must be short and must not throw.</summary>
    public Action<ReadyProgress>? Progress { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
