using Hale.Core.Model;
using Hale.Processes;
using Hale.Remedies;

namespace Hale.Tests.Remedies;

/// <summary>What a remedy is handed in tests: an intent to heal one life.</summary>
internal static class RemedyContexts
{
    public static RemedyContext For(long intent, Incarnation life, Supervisor? supervisor) =>
        new(new Intent(intent, 0, 0, Cause.Heal, life, 1, "the reason", Instant.Never), "the target", supervisor, TimeProvider.System);
}
