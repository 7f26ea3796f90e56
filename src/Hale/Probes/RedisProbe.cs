using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;
using Hale.Probes.Lines;

namespace Hale.Probes;

/// <summary><c>redis</c>: logs in, asks PING, and where that is asked for, looks at a field of INFO or at a key.</summary>
public sealed class RedisProbe : IProbe
{
    private readonly Endpoint endpoint;
    private readonly string[]? login;
    private readonly TlsSettings? tls;
    private readonly string? info, key;
    private readonly Regex? expect;

    private RedisProbe(Settings settings)
    {
        var address = settings.Text("address")!;
        endpoint = Endpoint.TryParse(address, 6379) ?? throw new SettingsException("address", $"'{address}' is not HOST or HOST:PORT");
        if (settings.Has("user") && !settings.Has("password"))
            throw new SettingsException("user", "needs a password beside it");
        login = settings.Text("password") is not { } password ? null : settings.Text("user") is { } user ? ["AUTH", user, password] : ["AUTH", password];
        (info, key, expect) = (settings.Text("info"), settings.Text("key"), settings.Pattern("expect"));
        if (info is not null && key is not null)
            throw new SettingsException("key", "a check looks at one thing, and info is one already; make a second check of it");
        if (expect is not null && info is null && key is null)
            throw new SettingsException("expect", "needs info or key: the value that it is about");
        tls = settings.Flag("tls") ? TlsSettings.From(settings) : null;
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "redis",
        "Connects to redis (or what speaks its protocol), logs in and asks PING; fails when it does not answer with PONG, or a field of INFO or a key is not as expected.",
        [
            new("address", KeyType.Text, "HOST or HOST:PORT; the port is 6379 unless written.") { Required = true, Shorthand = true },
            new("user", KeyType.Text, "User to log in as; without one, the default user."),
            new("password", KeyType.Text, "Password to log in with; take it from `${NAME}` or `${file:PATH}`."),
            new("info", KeyType.Text, "A field of INFO to look at, such as `used_memory`, `role` or `master_link_status`. A number is the measurement `value`."),
            new("key", KeyType.Text, "A key to read with GET; it must be there. A number is the measurement `value`."),
            new("expect", KeyType.Pattern, "Regular expression that the field or the key's value must match."),
            new("tls", KeyType.Flag, "Speak TLS.") { Default = "false" },
            .. TlsSettings.Keys,
        ],
        settings => new RedisProbe(settings))
    {
        LevelOf = "latency", LevelUnit = Unit.Seconds,
        Measures =
        [
            new("latency", Unit.Seconds, "Time until PONG was there, the connection and the log-in included."),
            new("value", Unit.None, "The field or the key's value, where it is a number.") { IsOpen = true },
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => LineSession.RunAsync(endpoint, context, TalkAsync, cancel);

    private async ValueTask<ProbeResult> TalkAsync(LineSession session)
    {
        if (tls is not null && await session.SecureAsync(tls) is { } insecure)
            return insecure;
        if (login is not null)
        {
            var (welcome, broken) = await Resp.CallAsync(session, login);
            if (broken is not null)
                return broken;
            if (welcome.Error is { } refused)
                return Refused("AUTH", refused);
        }
        var (pong, trouble) = await Resp.CallAsync(session, "PING");
        if (trouble is not null)
            return trouble;
        if (pong.Error is { } error)
            return Refused("PING", error);
        if (pong.Value != "PONG")
            return ProbeResult.Fail($"the answer to PING is {Shown(pong.Value)}");
        var latency = new Measurement("latency", session.Elapsed.TotalSeconds, Unit.Seconds);
        return info is not null ? await LookAsync(session, info, Field, latency, "INFO")
            : key is not null ? await LookAsync(session, key, static (reply, _) => reply, latency, "GET", key)
            : ProbeResult.Pass("PONG", latency);
    }

    private async ValueTask<ProbeResult> LookAsync(LineSession session, string name, Func<string, string, string?> find, Measurement latency, params string[] command)
    {
        var (reply, trouble) = await Resp.CallAsync(session, command);
        if (trouble is not null)
            return trouble;
        if (reply.Error is { } error)
            return Refused(command[0], error);
        if (reply.Value is null || find(reply.Value, name) is not { } value)
        {
            // A key is the target's; which fields there are is known to who writes the check.
            return command[0] == "GET" ? ProbeResult.Fail($"there is no key {name}", latency) : ProbeResult.Inconclusive($"INFO has no field {name}");
        }
        Measurement[] measurements = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? [latency, new("value", number)]
            : [latency];
        return expect?.IsMatch(value) == false
            ? ProbeResult.Fail($"{name} is {Shown(value)}, which does not match '{expect}'", measurements)
            : ProbeResult.Pass($"{name} is {Shown(value)}", measurements);
    }

    private static string? Field(string text, string name)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] == ':')
                return line[(name.Length + 1)..].Trim();
        }
        return null;
    }

    // That Hale may not look is no fault of the server's; everything else that it refuses is.
    private static ProbeResult Refused(string command, string error)
    {
        var why = error.Split(' ', 2)[0] switch
        {
            "NOAUTH" => "it wants a password",
            "WRONGPASS" => "user or password is wrong",
            "NOPERM" => "the user may not do that",
            "DENIED" => "it is in protected mode, and takes clients of its own machine only",
            "WRONGTYPE" => "the key holds no text",
            _ => null,
        };
        if (why is not null || (command == "AUTH" && error.StartsWith("ERR", StringComparison.Ordinal) && !error.Contains("max number of clients", StringComparison.Ordinal)))
            return ProbeResult.Inconclusive($"{command}: {(why is null ? "" : why + ": ")}{Shown(error)}");
        why = error.Split(' ', 2)[0] switch
        {
            "LOADING" => "it still reads its data from disk: ",
            "MASTERDOWN" => "it is a replica without a link to its master: ",
            "BUSY" => "a script keeps it busy: ",
            "MISCONF" => "it cannot write its snapshots, and refuses to change anything: ",
            _ => "",
        };
        return ProbeResult.Fail($"{command}: {why}{Shown(error)}");
    }

    private static string Shown(string? text) => Excerpt.Of(Encoding.UTF8.GetBytes(text ?? "nil"));
}
