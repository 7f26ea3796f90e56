using System.Globalization;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Probes;
using Hale.Probes.Http;

namespace Hale.Readiness;

/// <summary>Reads targets as people write them on a command line.</summary>
internal static class TargetText
{
    private const string Forms = "http(s)://…, tcp:HOST:PORT, unix:PATH, dns:NAME, file:GLOB, log:PATH:/PATTERN/, exec:COMMAND, pid:N, container:NAME[:PORT[/PATH]]";

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static ReadyTarget Read(string text, ReadyOptions options)
    {
        if (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return Http(text, options);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var rest = text[(colon + 1)..];
        return (colon < 0 ? "" : text[..colon]) switch
        {
            "tcp" => Tcp(text, rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest),
            "unix" => new(text, new UnixSocketProbe(FullPath(text, rest))) { Path = FullPath(text, rest) },
            "dns" => Name(text, rest),
            "file" => File(text, rest, options),
            "log" => Log(text, rest, options),
            "exec" => Exec(text, rest),
            "pid" => Pid(text, rest),
            "container" => Containers.ContainerTargetText.Read(text, rest, options),
            _ => throw new FormatException($"'{text}' is not a target; write one of {Forms}{Guess(text)}"),
        };
    }

    private static ReadyTarget Http(string text, ReadyOptions options)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
            throw new FormatException($"'{text}' is not a URL; write for example http://localhost:8080/health");
        try
        {
            var probe = new HttpProbe(new()
            {
                Url = url,
                Status = StatusSet.Parse(options.Status),
                Headers = options.Headers,
                Tls = options.Insecure ? TlsSettings.Unverified : TlsSettings.Default,
            });
            return new(text, probe) { Endpoint = new Endpoint(url.IdnHost, url.Port) };
        }
        catch (SettingsException trouble)
        {
            throw new FormatException($"{text}: {trouble.Message}");
        }
    }

    private static ReadyTarget Tcp(string text, string address)
    {
        var endpoint = Endpoint.TryParse(address) ?? throw new FormatException($"'{text}' is not tcp:HOST:PORT; write for example tcp:localhost:5432");
        return new(text, new TcpProbe(endpoint)) { Endpoint = endpoint };
    }

    private static ReadyTarget Name(string text, string name) =>
        Uri.CheckHostName(name) != UriHostNameType.Unknown ? new(text, new NameProbe(name))
        : throw new FormatException($"'{text}' is not dns:NAME; write for example dns:db.internal");

    private static ReadyTarget File(string text, string path, ReadyOptions options)
    {
        var full = FullPath(text, path);
        var values = new Dictionary<string, object> { ["path"] = full };
        if (options.NewerThan is { } age)
            values["newer_than"] = age;
        if (options.MinSize > 0)
            values["min"] = options.MinSize;
        return new(text, FileProbe.Kind.Create(new Settings(values))) { Path = full };
    }

    private static ReadyTarget Log(string text, string rest, ReadyOptions options)
    {
        // The pattern stands between slashes behind the first ":/": patterns may have slashes and colons.
        var at = rest.IndexOf(":/", StringComparison.Ordinal);
        if (at <= 0 || !rest.EndsWith('/') || rest.Length < at + 4)
            throw new FormatException($"'{text}' is not log:PATH:/PATTERN/; write for example log:app.log:/listening on/");
        var full = FullPath(text, rest[..at]);
        try
        {
            var pattern = new Regex(rest[(at + 2)..^1], RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new(text, new LogLineProbe(full, pattern, options.FromStart)) { Path = full };
        }
        catch (Exception trouble) when (trouble is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"{text}: '{rest[(at + 2)..^1]}' is not a regular expression that can be used: {trouble.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static ReadyTarget Exec(string text, string command)
    {
        if (!CommandText.TrySplit(command, out var words, out var trouble))
            throw new FormatException($"'{text}': the command {trouble}");
        return new(text, ExecProbe.Kind.Create(new Settings(new Dictionary<string, object> { ["command"] = words, ["exit_codes"] = "unix" })));
    }

    private static ReadyTarget Pid(string text, string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0 ? PidProbe.Target(pid)
        : throw new FormatException($"'{text}' is not pid:N; write for example pid:4242");

    private static string FullPath(string text, string path) =>
        path.Length > 0 ? Path.GetFullPath(path) : throw new FormatException($"'{text}' names no path");

    private static string Guess(string text)
    {
        // "localhost:5432" is what other tools take.
        if (Endpoint.TryParse(text) is { } endpoint)
            return $"; did you mean tcp:{endpoint}?";
        return text.StartsWith('/') ? $"; did you mean file:{text}?" : "";
    }
}
