using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Running;

/// <summary>A real daemon on real processes, in a folder of its own; its processes end with it.</summary>
internal sealed class DaemonFixture : IAsyncDisposable
{
    private readonly Scratch scratch = new();

    private Daemon? daemon;
    private string head = "";
    private string text = "";

    public string Folder => scratch.Path;

    public Daemon Daemon => daemon ?? throw new InvalidOperationException("not started");

    public TargetSnapshot Target => Daemon.Current.Targets[0];

    public int Pid => int.Parse(Target.Incarnation.Id.Split(':', '@')[1], System.Globalization.CultureInfo.InvariantCulture);

    public async Task StartAsync(string yaml, string? state = null)
    {
        head = $"hale: {{ state: {state ?? scratch["state"]}, listen: off }}\n";
        text = head + yaml;
        var loaded = Read();
        Assert.True(loaded.Plan is not null, string.Join('\n', loaded.Errors));
        daemon = await Daemon.StartAsync(loaded.Plan, TimeProvider.System, TestContext.Current.CancellationToken, Read);
        daemon.TakesProcessesAlong = true;
    }

    /// <summary>Puts another configuration in place, and has it read.</summary>
    public Task<ReloadResult> ReloadAsync(string yaml, bool whole = false)
    {
        text = whole ? yaml : head + yaml;
        return Daemon.ReloadAsync(rehearse: false, "a test", TestContext.Current.CancellationToken);
    }

    /// <summary>Stops this daemon and, as an ordinary stop does, leaves its processes running.</summary>
    public async Task StopAsync(bool takeProcesses = false)
    {
        Daemon.TakesProcessesAlong = takeProcesses;
        await Daemon.DisposeAsync();
        daemon = null;
    }

    /// <summary>Waits for the first target; a wait in vain tells what happened instead.</summary>
    public async Task UntilAsync(Func<TargetSnapshot, bool> condition, string what)
    {
        try
        {
            await Eventually.HoldsAsync(() => condition(Target), what);
        }
        catch (TimeoutException error)
        {
            var story = Daemon.History(new(Limit: 100)).Reverse().Select(h => $"{h.At:HH:mm:ss.fff} {h.Kind} {h.Target} {h.Text}");
            throw new TimeoutException($"{error.Message}\n{Target}\n{string.Join('\n', story)}", error);
        }
    }

    /// <summary>What a configuration would be read as.</summary>
    public LoadResult Load(string yaml) => new SpecLoader().LoadText(head + yaml, "hale.yaml", Folder, _ => null);

    private LoadResult Read() => new SpecLoader().LoadText(text, "hale.yaml", Folder, _ => null);

    public bool HasHappened(string text) => Daemon.History(new(Limit: 1000)).Any(h => h.Text.Contains(text, StringComparison.Ordinal));

    public async Task<OrderResult> OrderAsync(Order order, TimeSpan? lasts = null) =>
        await Daemon.OrderAsync(order, Target.Name, "a test", "", lasts, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (daemon is not null)
            await daemon.DisposeAsync();
        scratch.Dispose();
    }
}
