using Hale.Config;
using Hale.Telling;

namespace Hale.Tests.Telling;

/// <summary>Letters and channels as tests write them.</summary>
internal static class Letters
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public static LetterItem Item(string subject = "web", string text = "is impaired: http: refused", string severity = "error", string incident = "69a-1") =>
        new("target", subject, incident, severity, Noon.AddMinutes(-2), text);

    public static Letter Of(string kind, params LetterItem[] items) => new()
    {
        Key = $"ops:{items[0].Incident}:1",
        Kind = kind,
        At = Noon,
        Host = "alpha",
        Items = items,
    };

    public static Letter Problem { get; } = Of("problem", Item());

    public static Letter Resolved { get; } = Of("resolved", Item(text: "is ok again after 2 min: http: 200", severity: "ok"));

    /// <summary>A channel from its lines in the configuration.</summary>
    public static ChannelPlan Channel(string yaml, string folder = "/tmp")
    {
        var loaded = new SpecLoader().LoadText($"tell: {{ ops: {yaml} }}\ntargets: {{ host: {{ checks: {{ load: }} }} }}\n", "hale.yaml", folder, _ => null);
        return loaded.Plan?.Channels[0] ?? throw new ArgumentException(string.Join('\n', loaded.Errors), nameof(yaml));
    }

    /// <summary>One attempt, as the deliverer makes it.</summary>
    public static Task<Delivery> SendAsync(this ChannelPlan channel, Letter letter) =>
        Attempt.SendAsync(channel, letter, TimeProvider.System, Xunit.TestContext.Current.CancellationToken);
}
