using System.CommandLine;
using System.Globalization;
using Hale.Config;
using Hale.Readiness;

namespace Hale.Cli.Waiting;

/// <summary>The options of <c>hale wait</c>.</summary>
internal sealed class WaitOptions
{
    private readonly Option<bool> any = new("--any") { Description = "One ready target is enough" };
    private readonly Option<string> timeout = Span("--timeout", "60s", "Not ready after this time: failed. 0 for no limit");
    private readonly Option<string> attemptTimeout = Span("--attempt-timeout", "5s", "The limit on one try");
    private readonly Option<string> interval = Span("--interval", "1s", "The longest pause between two tries");
    private readonly Option<string> successes = new("--successes") { Description = "So many tries in a row must pass, an interval apart", HelpName = "N", DefaultValueFactory = _ => "1" };
    private readonly Option<bool> steady = new("--steady") { Description = "Every pause one interval long, no quick tries" };
    private readonly Option<string[]> whilePid = new("--while-pid") { Description = "Fail at once when this process ends; the same as the target pid:N", HelpName = "N" };
    private readonly Option<bool> startFirst = new("--start-first") { Description = "Start COMMAND first and watch it: its end fails the wait at once" };
    private readonly Option<string[]> status = new("--status") { Description = "http: good statuses (200, 2xx, 200-299). Default: 200", HelpName = "SET" };
    private readonly Option<string[]> header = new("--header") { Description = "http: a header field to send", HelpName = "'NAME: VALUE'" };
    private readonly Option<bool> insecure = new("--insecure") { Description = "http: take any certificate" };
    private readonly Option<string?> engine = new("--engine") { Description = "container: its engine (unix:///run/docker.sock). Default: DOCKER_HOST, then Docker's socket, then Podman's", HelpName = "ADDRESS" };
    private readonly Option<string?> network = new("--network") { Description = "container: the network in which it is asked. Default: the first", HelpName = "NAME" };
    private readonly Option<string?> newerThan = new("--newer-than") { Description = "file: modified within this time", HelpName = "SPAN" };
    private readonly Option<string?> minSize = new("--min-size") { Description = "file: not smaller than this", HelpName = "BYTES" };
    private readonly Option<bool> fromStart = new("--from-start") { Description = "log: what was written before the wait counts too" };
    private readonly Option<bool> quiet = new("--quiet", "-q") { Description = "Say nothing unless it fails" };

    /// <summary>In the order of the help.</summary>
    public IEnumerable<Option> All =>
        [any, timeout, attemptTimeout, interval, successes, steady, whilePid, startFirst, status, header, insecure, engine, network, newerThan, minSize, fromStart, quiet];

    public bool StartsFirst(Call call) => call.Get(startFirst);

    public bool IsQuiet(Call call) => call.Get(quiet);

    /// <summary>Reads them.</summary>
    /// <exception cref="CommandException">A value cannot be read.</exception>
    public ReadyOptions Read(Call call)
    {
        var limit = SpanOf(call, timeout);
        return new()
        {
            Any = call.Get(any),
            Timeout = limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit,
            AttemptTimeout = Positive(call, attemptTimeout),
            Interval = Positive(call, interval),
            Successes = Number(call.Get(successes)!, "--successes"),
            Steady = call.Get(steady),
            WhilePids = Pids(call),
            Status = call.Get(status) is { Length: > 0 } sets ? sets : ["200"],
            Headers = Headers(call),
            Insecure = call.Get(insecure),
            Engine = call.Get(engine),
            Network = call.Get(network),
            NewerThan = call.Get(newerThan) is null ? null : SpanOf(call, newerThan!),
            MinSize = MinSize(call),
            FromStart = call.Get(fromStart),
            Time = call.Surroundings.Time,
        };
    }

    private static Option<string> Span(string name, string standard, string description) =>
        new(name) { Description = description, HelpName = "SPAN", DefaultValueFactory = _ => standard };

    private static TimeSpan SpanOf(Call call, Option<string> option) =>
        Duration.TryParse(call.Get(option), out var span) ? span : throw Wrong($"{option.Name} '{call.Get(option)}' is not a time span; write for example 500ms, 30s or 2m");

    private static TimeSpan Positive(Call call, Option<string> option) =>
        SpanOf(call, option) is var span && span >= TimeSpan.FromMilliseconds(1) && span <= TimeSpan.FromDays(1) ? span
        : throw Wrong($"{option.Name} '{call.Get(option)}' must be between 1ms and 1d");

    private int[] Pids(Call call) => Array.ConvertAll(call.Get(whilePid) ?? [], pid => Number(pid, "--while-pid"));

    // Read here rather than by the parser of the command line: what that does for numbers has to be compiled at each start.
    private static int Number(string text, string option) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw Wrong($"{option} '{text}' is not a whole number of at least 1");

    private Dictionary<string, string> Headers(Call call)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in call.Get(header) ?? [])
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1)
                throw Wrong($"--header '{field}' is not 'NAME: VALUE'");
            headers[field[..colon].Trim()] = field[(colon + 1)..].Trim();
        }
        return headers;
    }

    private long MinSize(Call call)
    {
        if (call.Get(minSize) is not { } text)
            return 0;
        return ByteSize.TryParse(text, out var bytes) ? bytes : throw Wrong($"--min-size '{text}' is not a size; write for example 1, 512 or 10MB");
    }

    private static CommandException Wrong(string message) => new(ExitCode.Usage, message);
}
