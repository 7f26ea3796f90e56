using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hale.Web.Contract;

namespace Hale.SystemTests.Fixture;

/// <summary>
/// A folder with a configuration, and the shipped executable run on it as a user would. What it starts is gone when it is disposed of,
/// found by a variable in its environment, so that nothing depends on Hale doing the right thing.
/// </summary>
internal sealed class HaleRun : IAsyncDisposable
{
    private readonly string marker = $"HALE_TEST={Guid.NewGuid():N}";
    private readonly HttpClient http;
    private Process? daemon;

    public HaleRun(string configuration)
    {
        Folder = Directory.CreateTempSubdirectory("hale-test-").FullName;
        // Tests run side by side, and the port of the HTTP API can be had only once: everything goes over the socket in the folder.
        Write("hale.yaml", ("\n" + configuration).Contains("\nhale:", StringComparison.Ordinal) ? configuration : configuration + "\nhale: { listen: off }\n");
        http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://hale"), Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <summary>Where the configuration lies and everything happens.</summary>
    public string Folder { get; }

    /// <summary>Variables of the daemon, and so of what it starts.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Process id of the daemon that was started last.</summary>
    public int Pid => daemon?.Id ?? throw new InvalidOperationException("Hale was not started.");

    /// <summary>What the daemon has said, over all its runs.</summary>
    public string Said => Read("hale.out");

    /// <summary>A path in the folder.</summary>
    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file in the folder.</summary>
    public void Write(string name, string text) => File.WriteAllText(At(name), text);

    /// <summary>The text of a file in the folder; empty when there is none.</summary>
    public string Read(string name) => File.Exists(At(name)) ? File.ReadAllText(At(name)) : "";

    /// <summary>The lines of a file in the folder; none when there is none.</summary>
    public string[] Lines(string name) => Read(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Starts <c>hale run</c> without waiting for anything.</summary>
    public void Launch()
    {
        // The output goes to a file by way of a shell that becomes Hale: a pipe to us would break when Hale is killed and what it started lives on.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" run >>hale.out 2>&1", Checkout.Hale]) { WorkingDirectory = Folder };
        SetEnvironment(start);
        daemon?.Dispose();
        daemon = Process.Start(start);
    }

    /// <summary>Starts <c>hale run</c> and waits until it answers.</summary>
    public async Task StartAsync()
    {
        Launch();
        await AnswersAsync();
    }

    /// <summary>Waits until the daemon answers.</summary>
    public Task AnswersAsync() => Until.TrueAsync(
        () => $"Hale had not answered on its socket. It said:\n{Said}",
        async () =>
        {
            if (daemon!.HasExited)
                Assert.Fail($"Hale ended with exit code {daemon.ExitCode} instead of answering. It said:\n{Said}");
            return await TryStatusAsync() is not null;
        });

    /// <summary>Sends the daemon a signal.</summary>
    public void Signal(int signal) => RealProcesses.Signal(Pid, signal);

    /// <summary>Kills the daemon as a power cut would, and collects it.</summary>
    public async Task KillAsync()
    {
        Signal(RealProcesses.Kill);
        await daemon!.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asks the daemon to end, and waits until it has.</summary>
    public async Task<int> EndAsync()
    {
        Signal(RealProcesses.Terminate);
        await Until.TrueAsync(() => $"Hale had not ended after SIGTERM. It said:\n{Said}", () => daemon!.HasExited);
        return daemon!.ExitCode;
    }

    /// <summary>Everything as the API shows it.</summary>
    public Task<StatusDto> StatusAsync() => GetAsync("/api/v1/status", WireJson.Default.StatusDto);

    /// <summary>The target as the API shows it.</summary>
    public async Task<TargetDto> TargetAsync(string target) =>
        (await StatusAsync()).Targets.Single(each => each.Name == target);

    /// <summary>Waits until the target is as wanted.</summary>
    /// <param name="target">Its name.</param>
    /// <param name="wanted">For the message: <c>orchestrator is ok</c>.</param>
    /// <param name="condition">What to wait for.</param>
    public async Task<TargetDto> UntilAsync(string target, string wanted, Func<TargetDto, bool> condition)
    {
        TargetDto? last = null;
        await Until.TrueAsync(
            () => $"{target} had not come to this: {wanted}. It is {Describe(last)}\nHale said:\n{Said}",
            async () => (last = (await TryStatusAsync())?.Targets.SingleOrDefault(each => each.Name == target)) is not null && condition(last));
        return last!;
    }

    /// <summary>What happened to the target (null: to all), oldest first.</summary>
    public async Task<IReadOnlyList<HistoryEntryDto>> HistoryAsync(string? target = null)
    {
        var entries = new List<HistoryEntryDto>();
        for (long? before = long.MaxValue; before is not null;)
        {
            var page = await GetAsync($"/api/v1/history?limit=1000&before={before}" + (target is null ? "" : $"&target={target}"), WireJson.Default.HistoryDto);
            entries.AddRange(page.Entries);
            before = page.Before;
        }
        entries.Reverse();
        return entries;
    }

    /// <summary>Runs another <c>hale</c> command in the folder.</summary>
    public Task<CommandResult> HaleAsync(params string[] arguments) => CommandAsync(Checkout.Hale, arguments);

    /// <summary>Runs a command in the folder, with the environment of the daemon.</summary>
    public Task<CommandResult> CommandAsync(string program, params string[] arguments) => CommandAsync(Until.Limit, program, arguments);

    /// <summary>Runs a command in the folder that may take long.</summary>
    public async Task<CommandResult> CommandAsync(TimeSpan limit, string program, params string[] arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        SetEnvironment(start);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel).WaitAsync(limit, cancel);
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>The living processes of this run, the daemon excepted.</summary>
    public IReadOnlyList<int> Others() => [.. RealProcesses.Carrying(marker).Where(pid => pid != daemon?.Id)];

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        // More than once: a process that is about to be killed may just have started another.
        while (RealProcesses.Carrying(marker) is { Count: > 0 } alive)
        {
            foreach (var pid in alive)
                RealProcesses.Signal(pid, RealProcesses.Kill);
            await Task.Delay(10);
        }
        daemon?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Describe(TargetDto? target) =>
        target is null ? "not known: Hale does not answer." : JsonSerializer.Serialize(target, WireJson.Default.TargetDto);

    private async Task<StatusDto?> TryStatusAsync()
    {
        try
        {
            return await GetAsync("/api/v1/status", WireJson.Default.StatusDto);
        }
        catch (Exception trouble) when (trouble is HttpRequestException or TaskCanceledException)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> shape)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancel);
        var body = await response.Content.ReadAsStringAsync(cancel);
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize(body, shape)!
            : throw new HttpRequestException($"GET {path}: {(int)response.StatusCode}: {body}");
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(At(".hale/hale.sock")), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Gives a process the environment of this run, by which it and what it starts are found in the end.</summary>
    public void Mark(ProcessStartInfo start) => SetEnvironment(start);

    private void SetEnvironment(ProcessStartInfo start)
    {
        // A .NET process that is killed leaves the socket of its diagnostics among the temporary files.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        var at = marker.IndexOf('=');
        start.Environment[marker[..at]] = marker[(at + 1)..];
    }
}
