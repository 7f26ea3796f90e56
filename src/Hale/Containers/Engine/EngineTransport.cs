using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hale.Containers;

/// <summary>Sends calls to an engine: connects, agrees on the version of the API, bounds time and size, and turns every trouble into one kind of exception.</summary>
/// <remarks>A client of just what is needed; Docker.DotNet is the library that would replace it.</remarks>
internal sealed class EngineTransport : IDisposable
{
    /// <summary>The newest version of the API that this client has been read against, and the oldest that has what it needs.</summary>
    private const int NewestMinor = 47, OldestMinor = 40;

    private readonly HttpClient client;
    private readonly TimeProvider time;

    // Asked for once, and again after the engine was out of reach: it may come back as another version.
    private string? prefix;

    public EngineTransport(EngineAddress address, EngineLimits limits, TimeProvider time)
    {
        (Address, Limits, this.time) = (address, limits, time);
        var dialer = new EngineDialer(address, time);
        client = new(new SocketsHttpHandler
        {
            ConnectCallback = (_, cancel) => dialer.ConnectAsync(cancel),
            ConnectTimeout = limits.Connect,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        })
        {
            // TLS is the dialer's business, so that its files are read with each connection.
            BaseAddress = new($"http://{address.Authority}/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public EngineAddress Address { get; }

    public EngineLimits Limits { get; }

    /// <summary>The clock of limits.</summary>
    public TimeProvider Time => time;

    /// <summary>Sends a call whose answer is read as JSON.</summary>
    public async Task<T> JsonAsync<T>(EngineCall call, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        await using var answer = await SendAsync(call, cancel);
        var body = await answer.ReadAllAsync(Limits.AnswerBytes, cancel);
        try
        {
            return JsonSerializer.Deserialize(body.Span, type) ?? throw new JsonException("null");
        }
        catch (JsonException nonsense)
        {
            throw EngineErrors.Garbled(Address, call, $"the answer is not the JSON that it should be ({nonsense.Message}): {EngineErrors.Excerpt(body.Span)}", nonsense);
        }
    }

    /// <summary>Sends a call of which only the success matters.</summary>
    /// <returns>False when nothing was to be done (status 304).</returns>
    public async Task<bool> DoneAsync(EngineCall call, CancellationToken cancel)
    {
        await using var answer = await SendAsync(call, cancel);
        // To the end, so that the connection is used again.
        await answer.ReadAllAsync(Limits.AnswerBytes, cancel);
        return answer.Status != HttpStatusCode.NotModified;
    }

    /// <summary>Sends a call; the answer has succeeded, and its body is still to be read. The call's limit bounds that as well.</summary>
    public async Task<EngineAnswer> SendAsync(EngineCall call, CancellationToken cancel)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Timer? timer = null;
        try
        {
            timer = new(call.Limit ?? Limits.Answer, limit, time);
            var agreed = call.IsUnversioned ? "" : prefix ??= await AgreeAsync(call, limit.Token);
            using var request = new HttpRequestMessage(call.Method, agreed + call.Path) { Content = call.Body };
            foreach (var (name, value) in call.Headers)
                request.Headers.TryAddWithoutValidation(name, value);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var answer = new EngineAnswer(response, call, this, limit, timer);
            (limit, timer) = (null, null);
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
                return answer;
            await using (answer)
                throw EngineErrors.Refused(call, (int)response.StatusCode, await answer.ReadErrorAsync(cancel));
        }
        catch (Exception trouble) when (trouble is HttpRequestException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            var told = EngineErrors.Of(trouble, Address, call, Limits);
            if (told.Trouble == EngineTrouble.Unreachable)
                prefix = null;
            throw told;
        }
        finally
        {
            timer?.Dispose();
            limit?.Dispose();
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<string> AgreeAsync(EngineCall call, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_ping");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        var told = response.Headers.TryGetValues("Api-Version", out var values) ? values.FirstOrDefault() : null;
        if (told is null)
        {
            throw EngineErrors.Garbled(Address, call, response.IsSuccessStatusCode
                ? "what answers there is no container engine: its answer to /_ping has no Api-Version"
                : $"what answers there is no container engine, or a broken one: /_ping came to status {((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)}");
        }
        var parts = told.Split('.');
        return parts is ["1", var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && minor >= OldestMinor
            ? string.Create(CultureInfo.InvariantCulture, $"/v1.{Math.Min(minor, NewestMinor)}")
            : throw EngineErrors.Garbled(Address, call, $"the engine speaks version {told} of the API; 1.{OldestMinor.ToString(CultureInfo.InvariantCulture)} or newer is needed");
    }

    /// <summary>Ends a call at its limit.</summary>
    internal sealed class Timer : IDisposable
    {
        private readonly ITimer? timer;

        public Timer(TimeSpan limit, CancellationTokenSource source, TimeProvider time)
        {
            if (limit != Timeout.InfiniteTimeSpan)
                timer = time.CreateTimer(static state => Cancel((CancellationTokenSource)state!), source, limit, Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => timer?.Dispose();

        private static void Cancel(CancellationTokenSource source)
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The call ended in the same moment.
            }
        }
    }
}
