using System.Diagnostics;
using System.Text.Json;
using Hale.Containers;
using Hale.Containers.Groups;
using Hale.Core.Containers;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Containers;

/// <summary>A session of its own on an engine that tests share. In the end nothing of it is left, whatever became of the test.</summary>
internal sealed class TestGroups(TestEngine engine) : IAsyncDisposable
{
    private readonly HaleRun run = new("targets: {}");

    /// <summary>The session; beside it another one with a similar name may live.</summary>
    public string Session { get; } = $"{engine.Unique("group")} : ä";

    /// <summary>A client of the engine.</summary>
    public ContainerEngine Api => engine.Api;

    /// <summary>A folder for files.</summary>
    public string Folder => run.Folder;

    /// <summary>A web server at port 80.</summary>
    public static ContainerGroupMember Web(string name, string path = "/") => new(name)
    {
        Image = TestEngine.Httpd,
        Port = 80,
        Probe = new() { Kind = ContainerGroupProbeKind.Http, Path = path },
        Grace = TimeSpan.Zero,
    };

    /// <summary>A container that runs a line of shell and is asked for nothing.</summary>
    public static ContainerGroupMember Shell(string name, string line) => new(name) { Image = TestEngine.Busybox, Command = ["sh", "-c", line], Grace = TimeSpan.Zero };

    /// <summary>The group of these members.</summary>
    public ContainerGroupSpec Of(params ContainerGroupMember[] members) => new() { Session = Session, Members = members };

    /// <summary>How this session's groups are brought up.</summary>
    public ContainerGroupOptions Options => new() { Engine = Api, Who = "a test" };

    /// <summary>Brings a group up and leaves it.</summary>
    public async Task<ContainerGroupReport> EnsureAsync(ContainerGroupSpec spec, Action<ContainerGroupProgress>? progress = null)
    {
        engine.Require();
        return await ContainerGroup.EnsureAsync(spec, Options with { Progress = progress }, TestContext.Current.CancellationToken);
    }

    /// <summary>Brings a group up, which has to succeed.</summary>
    public async Task<ContainerGroupReport> ReadyAsync(ContainerGroupSpec spec)
    {
        var report = await EnsureAsync(spec);
        Assert.True(report.IsReady, report.ToString());
        return report;
    }

    /// <summary>Everything of the session that the engine has, by its role and name: <c>member web</c>.</summary>
    public async Task<IReadOnlyList<string>> ThingsAsync()
    {
        var filter = EngineFilter.All.Label(ContainerGroupLabels.Session, Session);
        var labels = (await Api.Containers.ListAsync(filter)).Select(each => each.Labels)
            .Concat((await Api.Networks.ListAsync(filter)).Select(each => each.Labels))
            .Concat((await Api.Volumes.ListAsync(filter)).Select(each => each.Labels));
        return [.. labels.Select(label => $"{label[ContainerGroupLabels.Role]} {label[ContainerGroupLabels.Name]}").Order(StringComparer.Ordinal)];
    }

    /// <summary>Writes a file in the folder.</summary>
    public void Write(string name, string text) => run.Write(name, text);

    /// <summary>Runs <c>hale</c> on this engine.</summary>
    public Task<CommandResult> HaleAsync(params string[] arguments)
    {
        engine.Require();
        run.Environment["DOCKER_HOST"] = engine.Host;
        return run.HaleAsync(arguments);
    }

    /// <summary>Starts <c>hale</c> on this engine, its output read by nobody but a file.</summary>
    public Process Start(string output, params string[] arguments)
    {
        engine.Require();
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec \"$0\" \"$@\" >{output} 2>&1", Checkout.Hale, .. arguments]) { WorkingDirectory = Folder };
        run.Environment["DOCKER_HOST"] = engine.Host;
        run.Mark(start);
        return Process.Start(start)!;
    }

    /// <summary>The text of a file in the folder.</summary>
    public string Read(string name) => run.Read(name);

    /// <summary>What a command printed with <c>--json</c>.</summary>
    public static JsonElement Json(CommandResult result) => JsonDocument.Parse(result.Output).RootElement;

    public async ValueTask DisposeAsync()
    {
        await run.DisposeAsync();
        if (engine.IsThere)
            await ContainerGroups.DownAsync(Session, Options, withKept: true, CancellationToken.None);
    }
}
