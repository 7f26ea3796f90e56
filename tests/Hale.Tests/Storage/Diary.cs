using Hale.Core;
using Hale.Core.Model;
using Hale.Core.Tests.Properties;
using Hale.Core.Tests.Support;
using Hale.Storage;

namespace Hale.Tests.Storage;

/// <summary>A journal that keeps a random history, as the engine does it, and the world beside it.</summary>
internal sealed class Diary : IDisposable
{
    private static readonly DateTimeOffset Noon = Scenario.Origin.ToUtc();

    private Diary(string file, WorldSpec spec, World world, Journal journal) => (File, Spec, World, Journal) = (file, spec, world, journal);

    public string File { get; }

    public WorldSpec Spec { get; }

    public World World { get; }

    public Journal Journal { get; }

    public DateTimeOffset Wall => World.Now.ToUtc();

    /// <summary>Goes on with the journal, or begins it, under these specs.</summary>
    public static Diary Open(string file, WorldSpec spec, long holdBack = 16 << 20)
    {
        var journal = Journal.Open(file, holdBack);
        var world = journal.Restore(spec) ?? new World(spec, Scenario.Origin);
        journal.UseConfig(spec, "source", Noon);
        journal.Commit(world.Now.ToUtc(), world);
        return new(file, spec, world, journal);
    }

    /// <summary>Facts that fit this world, a few hundred for a few hundred steps.</summary>
    public static IEnumerable<Core.Model.Fact> Facts(int seed, int steps) => Player.Play(History.Random(seed, steps)).Facts;

    public Diary Write(Core.Model.Fact fact)
    {
        World.Fold(fact);
        Journal.Append(fact);
        return this;
    }

    /// <summary>Writes facts, committing and checking the state in every so many.</summary>
    public Diary Write(IEnumerable<Core.Model.Fact> facts, int commitEvery = 10, int checkpointEvery = 50)
    {
        var n = 0;
        foreach (var fact in facts)
        {
            Write(fact);
            if (++n % commitEvery == 0)
                Journal.Commit(Wall, n % checkpointEvery == 0 ? World : null);
        }
        return this;
    }

    public ulong Reopened()
    {
        using var journal = Journal.Open(File);
        return journal.Restore(Spec)!.Digest();
    }

    public void Dispose() => Journal.Dispose();
}
