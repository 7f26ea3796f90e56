using Hale.Core.Scheduling;
using Hale.Core.Sessions;

namespace Hale.Sessions;

/// <summary>Carries commands out: reads the row, has the core decide, and writes what it decided over exactly what was read.</summary>
public static class SessionChanges
{
    /// <summary>How often the row may change under one command before it gives up: 50 times.</summary>
    private const int MostConflicts = 50;

    /// <summary>
    /// Applies a command. When the step says <see cref="SessionAnswer.Changed"/> the row is written. Every command may be given again: after an exception nobody knows
    /// whether it was carried out, and the next attempt finds out.
    /// </summary>
    /// <exception cref="SessionStoreException">The store cannot be asked, or others kept writing at the same time.</exception>
    public static async Task<SessionStep> ApplyAsync(this ISessionStore store, string id, SessionCommand command, TimeProvider time, CancellationToken cancel)
    {
        for (var conflict = 0; conflict < MostConflicts; conflict++)
        {
            if (conflict > 0)
                await Task.Delay(Pause(id, command, conflict), time, cancel);
            var stored = await store.GetAsync(id, cancel);
            var step = Session.Apply(stored?.Row, command, time.GetUtcNow());
            if (step.Answer != SessionAnswer.Changed || await store.ReplaceAsync(stored!, step.Row!, cancel))
                return step;
        }
        throw new SessionStoreException($"The session was changed by others {MostConflicts} times while it was to be changed here. Try again.");
    }

    // Different writers wait differently, or they would meet again.
    private static TimeSpan Pause(string id, SessionCommand command, int conflict) =>
        TimeSpan.FromMilliseconds(1 + (StableHash.Of($"{id}/{command}/{conflict}") % (ulong)Math.Min(100, 4 << Math.Min(conflict, 10))));
}
