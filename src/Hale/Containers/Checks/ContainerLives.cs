using System.Collections.Concurrent;
using System.Globalization;
using Hale.Core.Model;

namespace Hale.Containers;

/// <summary>
/// The present life of the container of each target, as the watch has seen it last. A death changes nothing here: what is seen of a dead container is seen
/// of that life, and only the beginning of the next one ends it.
/// </summary>
internal sealed class ContainerLives
{
    private readonly ConcurrentDictionary<string, Incarnation> lives = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> awaited = new(StringComparer.Ordinal);

    /// <summary>The present life; none where the target has no container, or none was seen yet.</summary>
    public Incarnation this[string target]
    {
        get => lives.GetValueOrDefault(target);
        set => lives[target] = value;
    }

    /// <summary>Whether the first look at the container of a target is still to come: its checks wait, since they could not say what life they saw.</summary>
    public bool IsAwaited(string target) => awaited.ContainsKey(target);

    /// <summary>The first look at the container of a target is to come, unless its life is known.</summary>
    /// <returns>Whether it is.</returns>
    public bool Await(string target) => !lives.ContainsKey(target) && awaited.TryAdd(target, true);

    /// <summary>The first look has come, or is not waited for any longer.</summary>
    /// <returns>Whether it was waited for.</returns>
    public bool EndAwait(string target) => awaited.TryRemove(target, out _);

    /// <summary>Forgets the targets that are no more.</summary>
    public void Keep(Func<string, bool> isThere)
    {
        foreach (var name in lives.Keys)
        {
            if (!isThere(name))
                lives.TryRemove(name, out _);
        }
    }

    /// <summary>A life as the core knows it: id and start. None for a container that was never started.</summary>
    public static Incarnation Of(ContainerLife life) => life.StartedAt is { } at
        ? new($"{ContainerFindings.ShortId(life.Id)}@{at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)}")
        : Incarnation.None;
}
