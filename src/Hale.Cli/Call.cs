using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hale.Cli.Client;
using Hale.Cli.Output;
using Hale.Config;
using Hale.Web.Contract;

namespace Hale.Cli;

/// <summary>One use of a verb.</summary>
internal sealed class Call(ParseResult parsed, Surroundings surroundings, CancellationToken cancel)
{
    private static readonly WireJson Indented = new(new JsonSerializerOptions(WireJson.Default.Options) { WriteIndented = true });

    public Surroundings Surroundings => surroundings;

    public CancellationToken Cancel => cancel;

    public bool WantsJson => parsed.GetValue(CommonOptions.Json);

    /// <summary>Where people read.</summary>
    public Screen Screen => field ??= UsesColor ? new ColorScreen(surroundings.Out) : new PlainScreen(surroundings.Out);

    private bool UsesColor => surroundings.IsTerminal && !parsed.GetValue(CommonOptions.NoColor)
        && string.IsNullOrEmpty(surroundings.Environment("NO_COLOR")) && surroundings.Environment("TERM") != "dumb";

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>The environment that a configuration is read with: that of this process, and the name of <c>--env</c>.</summary>
    public string? Environment(string name) =>
        name == SpecLoader.EnvironmentVariable && parsed.GetValue(CommonOptions.Env) is { } env ? env : surroundings.Environment(name);

    /// <summary>The configuration file, wherever it was named; it need not exist when it was named outright.</summary>
    public string ConfigFile() => Cli.Client.ConfigFile.Find(parsed.GetValue(CommonOptions.Config), surroundings);

    /// <summary>The daemon was named outright, by its socket or by HALE_URL: only that one is meant.</summary>
    public bool NamesDaemon => parsed.GetValue(CommonOptions.Socket) is not null || ElsewhereUrl is not null;

    /// <summary>HALE_URL, unless the command line says what is meant.</summary>
    private string? ElsewhereUrl => parsed.GetValue(CommonOptions.Socket) is null && parsed.GetValue(CommonOptions.Config) is null
        && surroundings.Environment("HALE_URL") is { Length: > 0 } url ? url : null;

    /// <summary>A client of the running daemon.</summary>
    public DaemonClient Daemon()
    {
        if (parsed.GetValue(CommonOptions.Socket) is { } path)
            return new DaemonClient(Path.GetFullPath(path, surroundings.Directory), start: "hale run");
        if (ElsewhereUrl is { } url)
        {
            return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? new DaemonClient(address, surroundings.Environment("HALE_TOKEN"))
                : throw new CommandException(ExitCode.Usage, $"HALE_URL is not the URL of a Hale: '{Safe.Line(url)}'. Write http://HOST:7411, or unset it to ask the Hale of this machine.");
        }
        var config = ConfigFile();
        return new DaemonClient(StateFolder.SocketOf(config, Environment), start: $"hale run --config {config}");
    }

    /// <summary>Loads the configuration; errors end the command, warnings go to standard error.</summary>
    public Plan LoadPlan(string file) => Load(file).Plan!;

    /// <summary>Loads the configuration likewise, with all that came of it.</summary>
    public LoadResult Load(string file)
    {
        var result = surroundings.EngineRoom.Load(file, Environment);
        foreach (var warning in result.Warnings)
            surroundings.Error.WriteLine($"warning: {Safe.Line(warning.ToString())}");
        return result.Plan is null ? throw new CommandException(ExitCode.Usage, string.Join('\n', result.Errors)) : result;
    }

    /// <summary>Writes a shape of the contract, indented for people who read JSON.</summary>
    public void WriteJson<T>(T value, Func<WireJson, JsonTypeInfo<T>> shape) =>
        surroundings.Out.WriteLine(JsonSerializer.Serialize(value, shape(Indented)));

    /// <summary>Writes a shape of the contract on one line, for streams.</summary>
    public void WriteJsonLine<T>(T value, Func<WireJson, JsonTypeInfo<T>> shape) =>
        surroundings.Out.WriteLine(JsonSerializer.Serialize(value, shape(WireJson.Default)));
}
