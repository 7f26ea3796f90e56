using Hale.Config;
using Hale.Containers;
using Hale.Metrics;
using Hale.Processes;
using Hale.Storage;
using Hale.Telling;

namespace Hale.Running;

/// <summary>
/// Reads the configuration again and has the engine go on with it, one reload at a time. Everything that takes a while (reading, writing the specs
/// out, looking for processes) happens beforehand; the engine's loop only changes over.
/// </summary>
/// <param name="read">Reads the configuration; null where there is nothing to read.</param>
/// <param name="engine">Goes on with it.</param>
/// <param name="scheduler">Tries its checks.</param>
/// <param name="supervisors">Own its processes.</param>
/// <param name="deliverer">Delivers its notices.</param>
/// <param name="recall">Lets new alarms look back.</param>
/// <param name="clock">The steady line.</param>
/// <param name="lives">The lives of containers.</param>
/// <param name="containers">Listens for what happens to them.</param>
internal sealed class Reloader(
    Func<LoadResult>? read, Engine engine, ProbeScheduler scheduler, SupervisorPool supervisors, Deliverer deliverer, DatapointRecall recall, SteadyClock clock,
    ContainerLives lives, ContainerWatch containers) : IDisposable
{
    private const int ErrorsInHistory = 20;

    private readonly SemaphoreSlim one = new(1);
    private volatile ConfigurationState state = new() { LoadedAt = clock.Wall };

    /// <summary>Which configuration is in force.</summary>
    public ConfigurationState State
    {
        get
        {
            var edition = engine.Shown.Edition;
            return state with
            {
                OldProcesses = [.. edition.Targets.Where(pair => edition.Supervisors[pair.Value]?.IsOutdated == true).Select(pair => pair.Key).Order(StringComparer.Ordinal)],
                Unwatched = supervisors.Unwatched(edition),
            };
        }
    }

    /// <summary>Reads and changes over, or only tells what that would change.</summary>
    public async Task<ReloadResult> ReloadAsync(bool rehearse, string by, CancellationToken cancel)
    {
        if (read is null)
            return new(false, "this Hale was not started from a file: there is nothing to read again", null, [], []);
        await one.WaitAsync(cancel);
        try
        {
            // From here on it is not left half done.
            return await Task.Run(() => ReloadAsync(read, rehearse, by), CancellationToken.None);
        }
        finally
        {
            one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => one.Dispose();

    private async Task<ReloadResult> ReloadAsync(Func<LoadResult> load, bool rehearse, string by)
    {
        var loaded = load();
        if (loaded.Plan is not { } plan)
        {
            var refused = new RefusedConfiguration(clock.Wall, loaded.Errors);
            var said = refused.Summary(state.LoadedAt);
            if (!rehearse)
                await RefuseAsync(refused, said, by);
            return new(false, said, null, loaded.Errors, loaded.Warnings);
        }
        var present = engine.Shown.Edition;
        var diff = ConfigDiff.Between(present.Plan, plan);
        var fixedKeys = FixedKeys.Changed(present.Plan.Daemon, plan.Daemon);
        var isSame = diff.IsEmpty && plan.Source == present.Plan.Source;
        if (rehearse || isSame)
        {
            if (!rehearse)
                state = state with { Refused = null, NeedsRestart = fixedKeys, Taken = state.Taken + 1 };
            return new(true, isSame ? "nothing differs" : $"would change: {diff.Summary()}", diff, [], loaded.Warnings);
        }
        var summary = $"configuration reloaded by {by}: {diff.Summary()}";
        if (await ChangeOverAsync(present, plan, summary) is { } objection)
        {
            var error = new ConfigError("", 1, 1, "", "", objection);
            state = state with { Refused = new(clock.Wall, [error]), Refusals = state.Refusals + 1 };
            return new(false, objection, null, [error], loaded.Warnings);
        }
        state = state with { LoadedAt = clock.Wall, Refused = null, NeedsRestart = fixedKeys, Taken = state.Taken + 1 };
        await RemarkAsync([.. diff.Parts.Where(part => part.Note is not null).Select(part => $"{part.Title}: {part.Note}"),
            .. fixedKeys.Select(key => $"{key} has changed; it takes effect when Hale is started again")]);
        return new(true, summary, diff with { NeedsRestart = fixedKeys }, [], loaded.Warnings);
    }

    /// <summary>Builds the next edition and has the engine change over to it. Returns why not; null when it did.</summary>
    private async Task<string?> ChangeOverAsync(Edition present, Plan plan, string summary)
    {
        var succession = Succession.Between(present.Plan, plan);
        var next = succession.Carry(present.Plan, FixedKeys.Keep(present.Plan.Daemon, plan));
        Edition edition;
        try
        {
            var strangers = next.World.Targets.Where((t, i) => next.Processes[i] is not null && !supervisors.Knows(t.Name)).Select(t => t.Name).ToHashSet();
            edition = new Edition(next, supervisors.Of(next), clock, lives);
            foreach (var name in strangers)
                await FindAsync(edition.Supervisors[edition.Targets[name]]!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"the state folder cannot be used for a new process: {error.Message}";
        }
        var swap = new Swap(edition, KeptConfig.Of(next.World, next.Source), succession.Successors, succession.Anew, summary, () => Apply(edition));
        var began = clock.Time.GetTimestamp();
        await engine.SwapAsync(swap);
        state = state with { SwapTook = clock.Time.GetElapsedTime(began) };
        if (swap.Refusal is null)
            recall.After(present.Plan.World, next.World);
        return swap.Refusal;
    }

    /// <summary>A process that an earlier Hale, or an earlier configuration, began is found before anybody thinks of starting one.</summary>
    private static async Task FindAsync(Supervisor supervisor)
    {
        if (supervisor.Adopt().Leftovers.Count > 0)
            await supervisor.EndLeftoversAsync(CancellationToken.None);
    }

    private void Apply(Edition edition)
    {
        scheduler.Use(edition.Plan, edition.LifeOf, fact => engine.Post(fact, edition.Numbers), edition.Numbers);
        deliverer.Use(edition.Plan.Channels);
        containers.Use(edition.Plan);
        for (var t = 0; t < edition.Supervisors.Count; t++)
            if (edition.Plan.Processes[t] is { } process)
                edition.Supervisors[t]!.Use(process);
    }

    private Task RemarkAsync(IEnumerable<string> lines) => Task.WhenAll([.. lines.Select(line => engine.NoteAsync("daemon", null, line))]);

    private Task RefuseAsync(RefusedConfiguration refused, string said, string by)
    {
        state = state with { Refused = refused, Refusals = state.Refusals + 1 };
        var errors = refused.Errors.Select(error => $"refused: {error}").ToList();
        return RemarkAsync([$"reload by {by}: {said}", .. errors.Count == 1 ? [] : errors.Take(ErrorsInHistory),
            .. errors.Count > ErrorsInHistory ? (string[])[$"refused: and {errors.Count - ErrorsInHistory} more errors; 'hale config check' lists them"] : []]);
    }
}
