using Hale.Config;

namespace Hale.Telling;

/// <summary>Delivers letters to one receiver: one attempt at a time, no memory, no retry.</summary>
public interface IChannel
{
    /// <summary>
    /// Tries to deliver a letter. Expected trouble is a <see cref="Delivery"/> that says so, not an exception. Delivered is what the receiver
    /// has confirmed; whatever may not have arrived has failed, and is sent again under the same key.
    /// </summary>
    /// <param name="letter">What to deliver.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="cancel">The hard time-out, or the end of Hale.</param>
    Task<Delivery> SendAsync(Letter letter, TimeProvider time, CancellationToken cancel);
}

/// <summary>What one attempt at a delivery came to.</summary>
public enum DeliveryOutcome : byte
{
    /// <summary>The receiver has taken it.</summary>
    Delivered,

    /// <summary>The receiver could not be reached, did not answer or is in trouble itself: nothing else gets through now either.</summary>
    Failed,

    /// <summary>The receiver does not want this letter (too long, a malformed field): others may get through.</summary>
    Refused,
}

/// <summary>How an attempt at a delivery ended.</summary>
/// <param name="Outcome">What it came to.</param>
/// <param name="Detail">The proof of a delivery, or why there is none, in one line. Holds no secrets.</param>
public sealed record Delivery(DeliveryOutcome Outcome, string Detail)
{
    /// <summary>The receiver asks not to be called again before this time has passed; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>It was taken; <paramref name="proof"/> says how that is known.</summary>
    public static Delivery Done(string proof) => new(DeliveryOutcome.Delivered, proof);

    /// <summary>It did not get through.</summary>
    public static Delivery Failed(string why) => new(DeliveryOutcome.Failed, why);

    /// <summary>It got through and was not wanted.</summary>
    public static Delivery Refused(string why) => new(DeliveryOutcome.Refused, why);
}

/// <summary>A kind of channel: its name in the configuration, its keys, and how to make one.</summary>
/// <param name="Name">What a person writes: <c>webhook</c>.</param>
/// <param name="Doc">One sentence on how it delivers and what counts as delivered.</param>
/// <param name="Keys">Its own keys, disjoint from the keys that every channel has.</param>
/// <param name="Create">Makes the channel from validated settings; may throw <see cref="SettingsException"/>.</param>
public sealed record ChannelKind(string Name, string Doc, Key[] Keys, Func<Settings, IChannel> Create);

/// <summary>A channel as configured.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Kind">Name of its kind.</param>
/// <param name="Channel">What delivers.</param>
/// <param name="Timeout">Hard limit on one attempt, enforced from outside.</param>
/// <param name="GiveUp">A notice that could not be delivered for this long is a dead letter.</param>
public sealed record ChannelPlan(string Name, string Kind, IChannel Channel, TimeSpan Timeout, TimeSpan GiveUp)
{
    /// <summary>Sends a letter once, within the time-out; whatever happens becomes a <see cref="Delivery"/>.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<Delivery> TryAsync(Letter letter, TimeProvider time, CancellationToken cancel) => Attempt.SendAsync(this, letter, time, cancel);
}
