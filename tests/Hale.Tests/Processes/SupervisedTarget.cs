using System.Collections.Concurrent;
using Hale.Config;
using Hale.Core.Model;
using Hale.Processes;
using Hale.Running;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Processes;

/// <summary>A target under supervision in a state directory of its own; "restarting Hale" is dropping the supervisor and its watcher and making new ones.</summary>
internal sealed class SupervisedTarget : IDisposable
{
    private readonly Scratch scratch = new();
    private ProcessWatcher watcher = new();

    public SupervisedTarget(string script, Func<ProcessSpec, ProcessSpec>? adjust = null, string name = "worker")
        : this(["bash", "-c", script], adjust, name)
    {
    }

    public SupervisedTarget(string[] command, Func<ProcessSpec, ProcessSpec>? adjust = null, string name = "worker")
    {
        Name = name;
        Spec = new ProcessSpec { Command = command, Directory = scratch.Path, StopGrace = TimeSpan.FromSeconds(20) };
        Spec = adjust?.Invoke(Spec) ?? Spec;
        Supervisor = Make();
    }

    public string Name { get; }

    public ProcessSpec Spec { get; }

    public Supervisor Supervisor { get; private set; }

    public SteadyClock Clock { get; private set; } = new(TimeProvider.System);

    /// <summary>What was posted, by all supervisors so far.</summary>
    public ConcurrentQueue<Fact> Facts { get; } = new();

    public string this[string file] => scratch[file];

    public IEnumerable<LifeEnded> Ends => Facts.OfType<LifeEnded>();

    /// <summary>The state directory's own folder, as the product lays it out.</summary>
    public string OutputPath => Path.Combine(scratch["state"], "output", Name + ".log");

    /// <summary>Everything alive that carries this target's mark.</summary>
    public List<Relative> Alive() => new Relatives(StateDirectory.ReadOrCreateId(scratch["state"]), Name).All();

    public SupervisedProcess Start(long intent)
    {
        var result = Supervisor.Start(intent);
        Assert.True(result.Process is not null, result.Error);
        return result.Process;
    }

    /// <summary>As after kill -9 of Hale: nothing is stopped, nobody watches any more, and a new one begins.</summary>
    public void RestartHale()
    {
        watcher.Dispose();
        watcher = new ProcessWatcher();
        Clock = new SteadyClock(TimeProvider.System);
        Supervisor = Make();
    }

    public Task<LifeEnded> EndOf(Incarnation life) =>
        Eventually.GivesAsync(() => Ends.FirstOrDefault(end => end.Incarnation == life), $"the end of {life} is posted");

    public void Dispose()
    {
        Relatives.Kill(Alive);
        watcher.Dispose();
        scratch.Dispose();
    }

    private Supervisor Make()
    {
        Directory.CreateDirectory(scratch["state"]);
        return new Supervisor(0, Name, Spec, scratch["state"], watcher, Clock, Facts.Enqueue);
    }
}
