using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;
using Npgsql;

namespace Hale.Probes;

/// <summary>
/// <c>postgres</c>: connects, logs in and asks a query in a transaction that can only read. Through Npgsql without its pool: a pooled connection says
/// nothing about whether a new client would be let in.
/// </summary>
public sealed class PostgresProbe : IProbe
{
    private const int Port = 5432, LongestValue = 4096;

    private readonly NpgsqlConnectionStringBuilder options;
    private readonly Endpoint? endpoint;
    private readonly string query;
    private readonly bool isOwnQuery;
    private readonly Regex? expect;

    private PostgresProbe(Settings settings)
    {
        var address = settings.Text("address")!;
        var (folder, port) = SocketOf(address);
        endpoint = folder is not null ? null : Endpoint.TryParse(address, Port) ?? throw new SettingsException("address", $"'{address}' is neither HOST, HOST:PORT nor the folder of a socket");
        isOwnQuery = settings.Has("query");
        (query, expect) = (settings.Text("query") ?? "select 1", settings.Pattern("expect"));
        var user = settings.Text("user") ?? "postgres";
        options = new()
        {
            Host = endpoint?.Host ?? folder,
            Port = endpoint?.Port ?? port,
            Username = user,
            Password = settings.Text("password"),
            Database = settings.Text("database") ?? user,
            ApplicationName = "hale",
            SslMode = settings.Text("tls") switch { "off" => SslMode.Disable, "require" => SslMode.Require, "verify" => SslMode.VerifyFull, _ => SslMode.Prefer },
            RootCertificate = settings.Text("tls_ca"),
            Pooling = false,
            Enlist = false,
            CancellationTimeout = -1,
        };
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "postgres",
        "Connects to PostgreSQL, logs in and asks a query, which can only read; fails when that is not answered, or not as expected. The value is a measurement, and its change is progress.",
        [
            new("address", KeyType.Text, "HOST or HOST:PORT, or the folder of its socket, `/run/postgresql` or `/run/postgresql:5433`; the port is 5432 unless written.") { Required = true, Shorthand = true },
            new("user", KeyType.Text, "User to log in as.") { Default = "postgres" },
            new("password", KeyType.Text, "Password to log in with; take it from `${NAME}` or `${file:PATH}`."),
            new("database", KeyType.Text, "Database to connect to. Default: that of the user's name."),
            new("query", KeyType.Text, "What to ask; the first column of the first row counts. Default: `select 1`."),
            new("expect", KeyType.Pattern, "Regular expression that the value must match, as text; `t` and `f` for a boolean."),
            new("tls", KeyType.Choice, "`off`, `prefer` (where the server speaks it), `require` (whatever the certificate), or `verify`: the certificate must be trusted and for the host.") { Choices = ["off", "prefer", "require", "verify"], Default = "prefer" },
            new("tls_ca", KeyType.Path, "PEM file with the authority that is trusted, in place of those of the system."),
        ],
        settings => new PostgresProbe(settings))
    {
        LevelOf = "latency", LevelUnit = Unit.Seconds,
        HasProgress = true,
        Measures =
        [
            new("latency", Unit.Seconds, "Time until the value was there, the connection and the log-in included."),
            new("value", Unit.None, "The value, where it is a number.") { IsOpen = true },
        ],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        var phase = new Phase();
        phase.Start(context.Timeout, context.Time);
        try
        {
            return endpoint is null ? await TryAsync(options.Host!, phase, cancel) : await TryAllAsync(endpoint, phase, cancel);
        }
        catch (Exception error) when (cancel.IsCancellationRequested && error is OperationCanceledException or NpgsqlException or ObjectDisposedException)
        {
            return phase.OnCancelled(cancel);
        }
    }

    // The addresses in turn, as any client would; each but the last gets an even share of the time that is left.
    private async ValueTask<ProbeResult> TryAllAsync(Endpoint endpoint, Phase phase, CancellationToken cancel)
    {
        IPAddress[]? addresses = NameResolver.Known(endpoint.Host);
        if (addresses is null)
        {
            phase.Enter(Phase.Name.LookUp, endpoint.Host);
            var found = await NameResolver.LookUpAsync(endpoint.Host, cancel);
            if (found.Error != SocketError.Success)
                return Blame.For(found.Error, $"looking up {endpoint.Host}");
            addresses = found.Addresses;
        }
        ProbeResult? worst = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await using var timer = i == addresses.Length - 1 ? null
                : phase.Time.CreateTimer(static share => ((CancellationTokenSource)share!).Cancel(), share, phase.Left / (addresses.Length - i), Timeout.InfiniteTimeSpan);
            try
            {
                return await TryAsync(addresses[i].ToString(), phase, share.Token);
            }
            catch (NpgsqlException error) when (error.InnerException is SocketException inner && !cancel.IsCancellationRequested)
            {
                var result = Blame.For(inner.SocketErrorCode, $"connecting to {new IPEndPoint(addresses[i], endpoint.Port)}");
                if (worst is null || worst.Outcome == Outcome.Inconclusive)
                    worst = result;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                worst ??= ProbeResult.Fail($"connecting to {new IPEndPoint(addresses[i], endpoint.Port)}: no answer");
            }
        }
        return worst!;
    }

    private async ValueTask<ProbeResult> TryAsync(string host, Phase phase, CancellationToken cancel)
    {
        // While it logs in, Npgsql 10 heeds no token, only its own time-out in whole seconds. So the attempt is not waited for beyond its limit; what
        // is left of it ends by that time-out a moment later, and closes what it had opened.
        var talk = TalkAsync(host, phase, cancel);
        try
        {
            var value = await talk.WaitAsync(cancel);
            return Judge(value, new("latency", phase.Elapsed.TotalSeconds, Unit.Seconds), phase.Time.GetUtcNow());
        }
        catch (PostgresException error)
        {
            return Refused(error);
        }
        catch (NpgsqlException error) when (!cancel.IsCancellationRequested && error.InnerException is not SocketException)
        {
            return Broken(error);
        }
        finally
        {
            _ = talk.ContinueWith(static left => left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private async Task<string?> TalkAsync(string host, Phase phase, CancellationToken cancel)
    {
        var seconds = (int)Math.Clamp(Math.Ceiling(phase.Left.TotalSeconds) + 1, 1, 1024);
        var own = new NpgsqlConnectionStringBuilder(options.ConnectionString) { Host = host, Timeout = seconds, CommandTimeout = seconds };
        var builder = new NpgsqlSlimDataSourceBuilder(own.ConnectionString);
        builder.EnableTransportSecurity();
        // Values are read as text, so the types of the database need not be asked for first.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        // The address is what is connected to; the name is what the certificate must be for.
        builder.UseSslClientAuthenticationOptionsCallback(tls => tls.TargetHost = options.Host);
        await using var source = builder.Build();
        phase.Enter(Phase.Name.Reply, $"welcome from {At(host)}");
        await using var connection = await source.OpenConnectionAsync(cancel);
        phase.Enter(Phase.Name.Reply, $"answer to the query from {At(host)}");
        return await AskAsync(connection, phase, cancel);
    }

    /// <summary>The folder of a socket and the port in the name of it; no folder for what is no absolute path.</summary>
    private static (string? Folder, int Port) SocketOf(string address)
    {
        if (!address.StartsWith('/'))
            return (null, Port);
        var colon = address.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? (address[..colon], port) : (address, Port);
    }

    private string At(string host) => endpoint is null ? host : new IPEndPoint(IPAddress.Parse(host), endpoint.Port).ToString();

    private async ValueTask<string?> AskAsync(NpgsqlConnection connection, Phase phase, CancellationToken cancel)
    {
        // The server gives up a little before we do, so that it can say so, and nothing is left running there.
        var limit = Math.Max(1, (long)(phase.Left.TotalMilliseconds * 0.9));
        await using (var begin = new NpgsqlCommand(string.Create(CultureInfo.InvariantCulture, $"begin read only; set local statement_timeout = {limit}; set local timezone = 'UTC'"), connection))
            await begin.ExecuteNonQueryAsync(cancel);
        await using var command = new NpgsqlCommand(query, connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SingleRow | System.Data.CommandBehavior.SequentialAccess, cancel);
        if (!await reader.ReadAsync(cancel) || reader.FieldCount == 0 || await reader.IsDBNullAsync(0, cancel))
            return null;
        using var text = await reader.GetTextReaderAsync(0, cancel);
        var value = new char[LongestValue];
        return new string(value, 0, await text.ReadBlockAsync(value, cancel));
    }

    private ProbeResult Judge(string? value, Measurement latency, DateTimeOffset now)
    {
        if (value is null)
            return expect is null ? ProbeResult.Pass("the query has no value", latency) : ProbeResult.Fail($"the query has no value; '{expect}' is expected", latency);
        var read = ProgressValue.Read(value);
        Measurement[] measurements = read.Number is { } number ? [latency, new("value", number)] : [latency];
        if (expect?.IsMatch(value) == false)
            return ProbeResult.Fail($"the query gives {Shown(value)}, which does not match '{expect}'", measurements);
        return ProbeResult.Pass(isOwnQuery ? $"the query gives {Shown(value)}" : "answers", measurements) with
        {
            Progress = read.Token,
            ProgressAge = now - read.At,
        };
    }

    // Codes as in appendix A of PostgreSQL's manual. That Hale may not look, or asks nonsense, is no fault of the server's.
    private static ProbeResult Refused(PostgresException error)
    {
        var (outcome, why) = error.SqlState switch
        {
            "28P01" or "28000" => (Outcome.Inconclusive, "it does not let Hale in"),
            "3D000" => (Outcome.Fail, "there is no such database"),
            "57P03" => (Outcome.Fail, "it does not take connections now"),
            "53300" => (Outcome.Fail, "it has no room for more connections"),
            "57014" => (Outcome.Fail, "the query takes too long"),
            "57P01" or "57P02" => (Outcome.Fail, "it is being stopped"),
            "25006" => (Outcome.Inconclusive, "the query wants to write"),
            ['4', '2', ..] or ['0', 'A', ..] or ['2', '2', ..] => (Outcome.Inconclusive, "the query cannot be answered"),
            _ => (Outcome.Fail, "it refuses"),
        };
        return new(outcome, $"{why}: {Shown(error.MessageText)} ({error.SqlState})");
    }

    private static ProbeResult Broken(NpgsqlException error)
    {
        var words = TlsSession.Words(error);
        return error.InnerException is null && words.Contains("password", StringComparison.OrdinalIgnoreCase)
            ? ProbeResult.Inconclusive($"it does not let Hale in: {words}")
            : ProbeResult.Fail(error.InnerException is AuthenticationException ? $"TLS: {words}" : words);
    }

    private static string Shown(string text) => Excerpt.Of(Encoding.UTF8.GetBytes(text));
}
