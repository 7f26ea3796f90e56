using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hale.Web.Contract;

namespace Hale.Cli.Client;

/// <summary>Asks a running daemon, over its unix socket or from another machine; whatever goes wrong becomes a <see cref="CommandException"/> that says what would do.</summary>
internal sealed class DaemonClient : IDisposable
{
    private readonly string place;
    private readonly string start;
    private readonly HttpClient http;

    /// <param name="place">The socket, absolute.</param>
    /// <param name="start">The command line that would start the daemon.</param>
    public DaemonClient(string place, string start)
    {
        (this.place, this.start) = (place, start);
        http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false, UseCookies = false })
        {
            BaseAddress = new Uri("http://hale"),
            // The daemon limits every request itself, and knows which of them take long.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <param name="url">Where the API of a daemon on another machine is.</param>
    /// <param name="token">Its token; null or empty for none.</param>
    public DaemonClient(Uri url, string? token)
    {
        (place, start) = (url.ToString(), "hale run");
        http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        if (!string.IsNullOrEmpty(token))
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Whether somebody answers at the socket. False only when there is no socket or nobody listens there.</summary>
    public async Task<bool> IsRunningAsync(CancellationToken cancel)
    {
        try
        {
            await using var stream = await ConnectAsync(null, cancel);
            return true;
        }
        catch (NotRunningException)
        {
            return false;
        }
    }

    /// <summary>Why the daemon's loop does not move; null when it does.</summary>
    public async Task<string?> StuckAsync(CancellationToken cancel)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/livez", UriKind.Relative), cancel);
            return response.IsSuccessStatusCode ? null : (await RefusedAsync(response, cancel)).Message;
        }
        catch (HttpRequestException exception) when (exception.InnerException is CommandException inner)
        {
            throw inner;
        }
    }

    /// <summary>The version of the daemon, from its metrics; null when it does not say.</summary>
    public async Task<string?> VersionAsync(CancellationToken cancel)
    {
        const string before = "hale_build_info{version=\"";
        using var response = await http.GetAsync(new Uri("/metrics", UriKind.Relative), cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return start >= before.Length && text.IndexOf('"', start) is > 0 and var end ? text[start..end] : null;
    }

    public Task<StatusDto> StatusAsync(string? target, CancellationToken cancel) =>
        GetAsync("/api/v1/status" + Query(("target", target)), WireJson.Default.StatusDto, cancel);

    public Task<ExplanationDto> ExplainAsync(string target, CancellationToken cancel) =>
        GetAsync($"/api/v1/targets/{Uri.EscapeDataString(target)}/explain", WireJson.Default.ExplanationDto, cancel);

    public Task<HistoryDto> HistoryAsync(string? target, string[] kinds, long? before, int limit, CancellationToken cancel) => GetAsync(
        "/api/v1/history" + Query(
            ("target", target),
            ("kind", kinds.Length == 0 ? null : string.Join(',', kinds)),
            ("before", before?.ToString(CultureInfo.InvariantCulture)),
            ("limit", limit.ToString(CultureInfo.InvariantCulture))),
        WireJson.Default.HistoryDto,
        cancel);

    public Task<AlarmsDto> AlarmsAsync(CancellationToken cancel) => GetAsync("/api/v1/alarms", WireJson.Default.AlarmsDto, cancel);

    public Task<HistoryDto> AlarmHistoryAsync(string? alarm, int limit, CancellationToken cancel) => GetAsync(
        "/api/v1/history" + Query(("kind", "alarm"), ("alarm", alarm), ("limit", limit.ToString(CultureInfo.InvariantCulture))), WireJson.Default.HistoryDto, cancel);

    public Task<NoticesDto> NoticesAsync(int recent, CancellationToken cancel) =>
        GetAsync("/api/v1/notices" + Query(("recent", recent.ToString(CultureInfo.InvariantCulture))), WireJson.Default.NoticesDto, cancel);

    public Task<AcceptedDto> RetryNoticeAsync(long id, CancellationToken cancel) =>
        PostAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/notices/{id}/retry"), null, WireJson.Default.AcceptedDto, cancel);

    public Task<ChannelTestDto> TestChannelAsync(string channel, CancellationToken cancel) =>
        PostAsync($"/api/v1/channels/{Uri.EscapeDataString(channel)}/test", null, WireJson.Default.ChannelTestDto, cancel);

    public Task<MetricsDto> MetricsAsync(string? target, CancellationToken cancel) =>
        GetAsync("/api/v1/metrics" + Query(("target", target)), WireJson.Default.MetricsDto, cancel);

    public Task<MetricDto> MetricAsync(string metric, string? since, string? until, string? period, string? statistic, CancellationToken cancel) => GetAsync(
        "/api/v1/metrics/query" + Query(("metric", metric), ("since", since), ("until", until), ("period", period), ("statistic", statistic)),
        WireJson.Default.MetricDto,
        cancel);

    public Task<AcceptedDto> CheckAsync(string? target, CancellationToken cancel) =>
        PostAsync("/api/v1/check" + Query(("target", target)), null, WireJson.Default.AcceptedDto, cancel);

    public Task<RehearsalDto> RehearseAsync(string target, CancellationToken cancel) =>
        PostAsync($"/api/v1/targets/{Uri.EscapeDataString(target)}/rehearse", null, WireJson.Default.RehearsalDto, cancel);

    public Task<AcceptedDto> OrderAsync(string order, string target, OrderRequestDto request, CancellationToken cancel) =>
        PostAsync($"/api/v1/targets/{Uri.EscapeDataString(target)}/{order}", request, WireJson.Default.AcceptedDto, cancel);

    /// <summary>What a reload came to, or would come to; also one that was refused.</summary>
    public Task<ReloadDto> ReloadAsync(bool rehearse, CancellationToken cancel) => SendAsync(
        new HttpRequestMessage(rehearse ? HttpMethod.Get : HttpMethod.Post, "/api/v1/reload"),
        WireJson.Default.ReloadDto,
        cancel);

    public void Dispose() => http.Dispose();

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> shape, CancellationToken cancel) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), shape, cancel);

    private Task<T> PostAsync<T>(string path, OrderRequestDto? body, JsonTypeInfo<T> shape, CancellationToken cancel) => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body, WireJson.Default.OrderRequestDto) },
        shape,
        cancel);

    private async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> shape, CancellationToken cancel)
    {
        try
        {
            using (request)
            {
                using var response = await http.SendAsync(request, cancel);
                // A refused reload answers in its own shape, with everything that is wrong.
                if (!response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType != "application/json")
                    throw await RefusedAsync(response, cancel);
                return await response.Content.ReadFromJsonAsync(shape, cancel) ?? throw new JsonException("an empty answer");
            }
        }
        catch (HttpRequestException exception) when (exception.InnerException is CommandException inner)
        {
            throw inner;
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            throw Unknown($"{place} cannot be reached: {exception.Message} It is what HALE_URL names; 'hale run' there must listen on an address that this machine reaches (hale.listen).");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or IOException)
        {
            throw new CommandException(ExitCode.Unknown, $"The answer from {place} is not one of a Hale of this version: {exception.Message}");
        }
    }

    private static async Task<CommandException> RefusedAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var problem = await response.Content.ReadFromJsonAsync(WireJson.Default.ProblemDto, cancel);
        var exitCode = response.StatusCode switch
        {
            HttpStatusCode.Conflict => ExitCode.Bad,
            >= HttpStatusCode.InternalServerError => ExitCode.Unknown,
            _ => ExitCode.Usage,
        };
        return new CommandException(exitCode, problem?.Detail ?? response.StatusCode.ToString());
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext? context, CancellationToken cancel)
    {
        if (!Path.Exists(place))
            throw new NotRunningException($"No Hale is running here (there is no socket {place}). Start one with: {start}");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(place), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentOutOfRangeException)
        {
            socket.Dispose();
            throw exception is SocketException { SocketErrorCode: var error } ? Explain(error, exception) : Unknown($"The path of the socket is too long for the system: {place}");
        }
    }

    private CommandException Explain(SocketError error, Exception exception) => error switch
    {
        SocketError.ConnectionRefused => new NotRunningException($"No Hale is running here: nobody answers at {place}, which an earlier one left behind. Start one with: {start}"),
        SocketError.AccessDenied => Unknown($"No permission to use {place}. Run this as the user that runs Hale, for example with sudo."),
        _ => Unknown($"{place} cannot be reached: {exception.Message}"),
    };

    private static CommandException Unknown(string message) => new(ExitCode.Unknown, message);

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = "";
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                query += $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
        }
        return query;
    }
}
