using Hale.Core.Model;
using Hale.Core.Telling;
using Hale.Running;
using Hale.Telling;

namespace Hale.Testing;

/// <summary>What people were told in the world of <see cref="SampleWorld"/>.</summary>
public static class SampleNotices
{
    private static readonly DateTimeOffset At = SampleWorld.At.ToUtc();

    /// <summary>An incident that one channel has heard of, and another has not.</summary>
    public static NoticeBoard Board { get; } = new(
        [new IncidentSnapshot("orchestrator", "6a1-7", Condition.Error, SampleWorld.At - TimeSpan.FromMinutes(2), "is impaired: activity: no progress for 12m", ["ops"], "a maintenance window is open", null)],
        [new("ops", "webhook", 0, 0, null, At.AddMinutes(-1), null), new("pager", "exec", 1, 3, "exited with code 1", null, At.AddSeconds(4))],
        [Row(12, "pager") with { Attempts = 3, LastError = "exited with code 1", NextAt = At.AddSeconds(4) }],
        [Row(9, "pager") with { State = NoticeState.Dead, Attempts = 40, LastError = "exited with code 1", EndedAt = At.AddHours(-2) }],
        [Row(11, "ops") with { State = NoticeState.Delivered, Attempts = 1, EndedAt = At.AddMinutes(-1), Proof = "https://chat.example:443: status 200 \"ok\"" }]);

    private static OutboxRow Row(long id, string channel) => new()
    {
        Id = id,
        Key = $"{channel}:6a1-7:1",
        Channel = channel,
        Kind = "problem",
        Subjects = "orchestrator",
        Body = new Letter
        {
            Key = $"{channel}:6a1-7:1",
            Kind = "problem",
            At = At.AddMinutes(-2),
            Host = "alpha",
            Items = [new("target", "orchestrator", "6a1-7", "error", At.AddMinutes(-2), "is impaired: activity: no progress for 12m")],
        }.ToJson(),
        CreatedAt = At.AddMinutes(-2),
        Since = At.AddMinutes(-2),
        NextAt = At.AddMinutes(-2),
    };
}
