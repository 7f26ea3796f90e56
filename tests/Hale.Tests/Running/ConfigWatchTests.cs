using Hale.Config;
using Hale.Running;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Running;

/// <summary>Files of a configuration change on a real disk.</summary>
public sealed class ConfigWatchTests : IAsyncDisposable
{
    private readonly Scratch scratch = new();
    private readonly CancellationTokenSource stop = new();
    private volatile LoadResult loaded = new(null, [], []);
    private Task running = Task.CompletedTask;
    private int reloads;

    private int Reloads => Volatile.Read(ref reloads);

    private static string Target(string name) => $"targets: {{ {name}: {{ checks: {{ beat: {{ heartbeat: {{}}, within: 1h }} }} }} }}\n";

    private void Start()
    {
        loaded = new SpecLoader().Load(scratch["hale.yaml"], _ => null);
        running = new ConfigWatch(() => loaded.Files, () =>
        {
            loaded = new SpecLoader().Load(scratch["hale.yaml"], _ => null);
            Interlocked.Increment(ref reloads);
            return Task.CompletedTask;
        }, TimeProvider.System).RunAsync(stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
        scratch.Dispose();
    }

    private Task HoldsAsync(string target) => Eventually.HoldsAsync(() => loaded.Plan?.World.Targets.Any(t => t.Name == target) == true, $"{target} was read");

    [Fact]
    public async Task A_file_that_is_written_or_replaced_is_read_again()
    {
        await File.WriteAllTextAsync(scratch["hale.yaml"], Target("first"), TestContext.Current.CancellationToken);
        Start();
        await File.WriteAllTextAsync(scratch["hale.yaml"], Target("second"), TestContext.Current.CancellationToken);
        await HoldsAsync("second");
        // As editors do: a new file in the place of the old one.
        await File.WriteAllTextAsync(scratch["new"], Target("third"), TestContext.Current.CancellationToken);
        File.Move(scratch["new"], scratch["hale.yaml"], overwrite: true);
        await HoldsAsync("third");
    }

    [Fact]
    public async Task A_refused_file_is_read_again_when_it_changes_and_files_that_come_are_noticed()
    {
        Directory.CreateDirectory(scratch["conf.d"]);
        await File.WriteAllTextAsync(scratch["hale.yaml"], "include: conf.d/*.yaml\n" + Target("first"), TestContext.Current.CancellationToken);
        Start();
        await File.WriteAllTextAsync(scratch["conf.d/a.yaml"], "targets: [half", TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => loaded.Errors.Count > 0, "the half-written file was refused");
        await File.WriteAllTextAsync(scratch["conf.d/a.yaml"], Target("whole"), TestContext.Current.CancellationToken);
        await HoldsAsync("whole");
        File.Delete(scratch["conf.d/a.yaml"]);
        await Eventually.HoldsAsync(() => loaded.Plan?.World.Targets is [{ Name: "first" }], "the file that went was noticed");
    }

    [Fact]
    public async Task A_change_beside_the_files_is_none()
    {
        await File.WriteAllTextAsync(scratch["hale.yaml"], Target("first"), TestContext.Current.CancellationToken);
        Start();
        await File.WriteAllTextAsync(scratch["other"], "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(scratch["hale.yaml"], Target("second"), TestContext.Current.CancellationToken);
        await HoldsAsync("second");
        Assert.Equal(1, Reloads);
    }
}
