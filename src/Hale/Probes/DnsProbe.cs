using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Names;
using Hale.Probes.Http;

namespace Hale.Probes;

/// <summary>
/// <c>dns</c>: asks a name server, and looks at the answer. A server that is named is the target: what it does not do is its failure. The servers
/// of this machine are only the way, so their silence, SERVFAIL and REFUSED are Inconclusive.
/// </summary>
public sealed class DnsProbe : IProbe
{
    private const int Port = 53;
    private readonly DnsQuestion question;
    private readonly string asked;
    private readonly Endpoint? server;
    private readonly bool overTcp;
    private readonly Wanted wanted;
    private readonly string resolverFile;

    private DnsProbe(DnsQuestion question, string asked, Endpoint? server, bool overTcp, Wanted wanted, string resolverFile) =>
        (this.question, this.asked, this.server, this.overTcp, this.wanted, this.resolverFile) = (question, asked, server, overTcp, wanted, resolverFile);

    /// <summary>What the answer must be.</summary>
    private sealed record Wanted(string[] Contains, string[] Equal, Regex? Matches, int Min);

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "dns",
        "Asks a name server for the records of a name; fails when there are none, or not those that are wanted.",
        [
            new("name", KeyType.Text, "The name; for `PTR` an address will do.") { Required = true, Shorthand = true },
            new("type", KeyType.Choice, "Which records.") { Choices = [.. Enum.GetNames<DnsType>()], Default = "A" },
            new("server", KeyType.Text, "The server to ask, HOST or HOST:PORT. Default: the servers of this machine (/etc/resolv.conf), the next one where one does not answer."),
            new("contains", KeyType.TextList, "Records that must be among those of the answer, as `dig +short` writes them, with or without the last dot: `10 mail.example.org`."),
            new("equals", KeyType.TextList, "The records that the answer must have, these and no others, in any order."),
            new("matches", KeyType.Pattern, "Regular expression that must match at least one record."),
            new("min", KeyType.Integer, "How many records there must be.") { Default = "1", Min = 0, Max = 1000 },
            new("tcp", KeyType.Flag, "Ask over TCP at once, rather than only where an answer does not fit into a datagram.") { Default = "false" },
        ],
        settings => Create(settings))
    {
        LevelOf = "latency", LevelUnit = Unit.Seconds,
        Measures =
        [
            new("latency", Unit.Seconds, "Time until the answer was there."),
            new("records", Unit.Count, "How many records came."),
            new("ttl", Unit.Seconds, "The shortest time for which one of them may be kept."),
        ],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        var phase = new Phase();
        phase.Start(context.Timeout, context.Time);
        try
        {
            return server is null ? await AskMachineAsync(phase, cancel) : await AskServerAsync(server, phase, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            var result = phase.OnCancelled(cancel);
            return server is null && result.Outcome == Outcome.Fail ? ProbeResult.Inconclusive($"the name server of this machine: {result.Evidence}") : result;
        }
    }

    /// <summary>Makes a probe; the servers of this machine are those of <paramref name="resolverFile"/>.</summary>
    internal static DnsProbe Create(Settings settings, string resolverFile = ResolverFile.Path)
    {
        var (asked, type) = (settings.Text("name")!, Enum.Parse<DnsType>(settings.Text("type") ?? "A"));
        var sent = type == DnsType.PTR && IPAddress.TryParse(asked, out var address) ? DnsName.Reverse(address) : asked;
        var name = DnsName.Encode(sent) ?? throw new SettingsException("name", $"'{asked}' is not a name of DNS: labels of 1 to 63 characters, 253 in all");
        var server = settings.Text("server");
        return new(
            new DnsQuestion(name, type), asked,
            server is null ? null : Endpoint.TryParse(server, Port) ?? throw new SettingsException("server", $"'{server}' is not HOST or HOST:PORT"),
            settings.Flag("tcp"),
            new([.. settings.List("contains").Select(Normal)], [.. settings.List("equals").Select(Normal)], settings.Pattern("matches"), (int)(settings.Integer("min") ?? 1)),
            resolverFile);
    }

    private async ValueTask<ProbeResult> AskServerAsync(Endpoint server, Phase phase, CancellationToken cancel)
    {
        IPAddress[]? addresses = NameResolver.Known(server.Host);
        if (addresses is null)
        {
            phase.Enter(Phase.Name.LookUp, server.Host);
            var found = await NameResolver.LookUpAsync(server.Host, cancel);
            if (found.Error != SocketError.Success)
                return Blame.For(found.Error, $"looking up {server.Host}");
            addresses = found.Addresses;
        }
        // One attempt is one question: the system's first choice.
        var exchange = new DnsExchange(question, phase);
        return await exchange.AskAsync(new IPEndPoint(addresses[0], server.Port), overTcp, cancel) ?? Judge(exchange.Answer, server.ToString(), phase, isTarget: true);
    }

    private async ValueTask<ProbeResult> AskMachineAsync(Phase phase, CancellationToken cancel)
    {
        IPEndPoint[] servers;
        try
        {
            servers = ResolverFile.Servers(await File.ReadAllTextAsync(resolverFile, cancel));
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return ProbeResult.Inconclusive($"{resolverFile}: {trouble.Message}");
        }
        if (servers.Length == 0)
            return ProbeResult.Inconclusive($"{resolverFile} names no server");
        ProbeResult result = null!;
        for (var i = 0; i < servers.Length; i++)
        {
            result = await AskInTurnAsync(servers[i], servers.Length - i, phase, cancel);
            if (result.Outcome != Outcome.Inconclusive)
                return result;
        }
        return result;
    }

    // Each server but the last gets an even share of the time that is left.
    private async ValueTask<ProbeResult> AskInTurnAsync(IPEndPoint server, int left, Phase phase, CancellationToken cancel)
    {
        using var share = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var timer = left == 1 ? null : phase.Time.CreateTimer(static share => ((CancellationTokenSource)share!).Cancel(), share, phase.Left / left, Timeout.InfiniteTimeSpan);
        var exchange = new DnsExchange(question, phase);
        try
        {
            var trouble = await exchange.AskAsync(server, overTcp, share.Token);
            return trouble is null
                ? Judge(exchange.Answer, server.ToString(), phase, isTarget: false)
                : ProbeResult.Inconclusive($"the name server of this machine: {trouble.Evidence}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return ProbeResult.Inconclusive($"the name server of this machine: {server} does not answer");
        }
    }

    private ProbeResult Judge(DnsAnswer answer, string from, Phase phase, bool isTarget)
    {
        List<Measurement> measurements = [new("latency", phase.Elapsed.TotalSeconds, Unit.Seconds), new("records", answer.Records.Length, Unit.Count)];
        if (answer.Ttl is { } ttl)
            measurements.Add(new("ttl", ttl, Unit.Seconds));
        var problem = answer.Code switch
        {
            0 => Unexpected(answer.Records),
            1 => "FORMERR: it does not understand the question",
            2 => "SERVFAIL: it could not find out",
            3 => "NXDOMAIN: there is no such name",
            4 => "NOTIMP: it does not answer such questions",
            5 => "REFUSED: it does not answer us",
            var code => $"code {code}",
        };
        var evidence = $"{question.Type} of {asked} from {from}: {problem ?? Shown(answer.Records)}";
        // Of the codes, only NXDOMAIN and no error speak of the name when this machine's own server gives them.
        if (problem is not null && !isTarget && answer.Code is not (0 or 3))
            return ProbeResult.Inconclusive($"the name server of this machine: {evidence}");
        return new ProbeResult(problem is null ? Outcome.Pass : Outcome.Fail, evidence) { Measurements = [.. measurements] };
    }

    // What is not as wanted; null when all is.
    private string? Unexpected(string[] records)
    {
        if (records.Length < wanted.Min)
            return records.Length == 0 ? "there are no such records" : $"{records.Length} records, fewer than {wanted.Min}: {Shown(records)}";
        var here = records.Select(Normal).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (wanted.Contains.FirstOrDefault(each => !here.Contains(each)) is { } missing)
            return $"{missing} is not among {Shown(records)}";
        if (wanted.Equal.Length > 0 && !here.SetEquals(wanted.Equal))
            return $"{Shown(records)} rather than {Shown(wanted.Equal)}";
        return wanted.Matches is { } pattern && !records.Any(pattern.IsMatch) ? $"none of {Shown(records)} matches '{pattern}'" : null;
    }

    // Two ways to write one record: with and without the last dot, an address in long or short.
    private static string Normal(string record)
    {
        var text = record.Trim().TrimEnd('.');
        return IPAddress.TryParse(text, out var address) ? address.ToString() : text;
    }

    private static string Shown(string[] records) => records.Length == 0 ? "no records" : Excerpt.Of(Encoding.UTF8.GetBytes(string.Join(", ", records.Take(20))));
}
