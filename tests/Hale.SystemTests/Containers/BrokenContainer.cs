using System.Diagnostics;
using Hale.Containers;
using Hale.Readiness;

namespace Hale.SystemTests.Containers;

/// <summary>A container that is broken in one way, how it is waited for, and what has to be said of it.</summary>
/// <param name="Name">The way.</param>
/// <param name="Says">Parts of the reason.</param>
internal sealed record BrokenContainer(string Name, params string[] Says)
{
    /// <summary>What is asked for, by default the root of the web server at port 80.</summary>
    public ContainerReadinessOptions Probe { get; init; } = new() { Port = 80, Path = "/" };

    /// <summary>What it is made of.</summary>
    public ContainerRecipe Recipe { get; init; } = new() { Image = TestEngine.Httpd };

    /// <summary>How long it is waited for; a death or a readiness ends that earlier.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The limit on one attempt.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What is rather done with its name once it is made, in place of being started.</summary>
    public Func<ContainerEngine, string, CancellationToken, Task>? Begin { get; init; }

    /// <summary>How often it must answer in a row, a fifth of a second apart.</summary>
    public int Successes { get; init; } = 1;

    /// <summary>Whether it becomes ready in the end.</summary>
    public bool BecomesReady { get; init; }

    /// <summary>Within this time there has to be a verdict; far more than it takes, since other things run beside it.</summary>
    public static TimeSpan Bound { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs a line of shell in it.</summary>
    public static ContainerRecipe Shell(string line) => new() { Image = TestEngine.Httpd, Command = ["sh", "-c", line] };

    /// <summary>A server at port 80 that has a line of shell answer each connection, the request being read.</summary>
    public static string Answering(string line, string listen = "nc -ll") =>
        $"exec {listen} -p 80 -e sh -c 'while read -r l; do [ \"${{#l}}\" -gt 1 ] || break; done; {line}'";

    /// <summary>Makes it, starts it and waits for it.</summary>
    public async Task<(ReadyReport Report, TimeSpan Took)> WaitAsync(TestEngine engine, CancellationToken cancel)
    {
        var name = engine.Unique("broken");
        await engine.Api.Containers.CreateAsync(name, Recipe, cancel);
        try
        {
            await (Begin?.Invoke(engine.Api, name, cancel) ?? engine.Api.Containers.StartAsync(name, cancel));
            var options = new ReadyOptions { Timeout = Timeout, AttemptTimeout = AttemptTimeout, Successes = Successes, Interval = TimeSpan.FromMilliseconds(200) };
            var watch = Stopwatch.StartNew();
            var report = await Ready.TryWhenAsync([ContainerReadiness.Of(engine.Api, name, Probe, Name)], options, cancel);
            return (report, watch.Elapsed);
        }
        finally
        {
            await engine.RemoveAsync(name);
        }
    }

}
