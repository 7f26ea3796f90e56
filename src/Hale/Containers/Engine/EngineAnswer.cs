using System.Net;

namespace Hale.Containers;

/// <summary>An answer whose body is being read; the limits of its call hold until it is disposed of.</summary>
internal sealed class EngineAnswer(HttpResponseMessage response, EngineCall call, EngineTransport transport, CancellationTokenSource limit, IDisposable timer) : IAsyncDisposable
{
    private const int LargestError = 64 << 10;

    private Stream? body;

    public HttpStatusCode Status => response.StatusCode;

    /// <summary>A header of the answer; null when it has none of this name.</summary>
    public string? Header(string name) => response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;

    /// <summary>Reads some of the body; 0 at its end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        // A token of the caller's that is not the one of the call: one source cannot be linked twice, so the call is ended by it.
        await using var ended = cancel.UnsafeRegister(static source => Cancel((CancellationTokenSource)source!), limit);
        try
        {
            body ??= await response.Content.ReadAsStreamAsync(limit.Token);
            return await body.ReadAsync(buffer, limit.Token);
        }
        catch (Exception trouble) when (trouble is HttpRequestException or IOException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            throw EngineErrors.Of(trouble, transport.Address, call, transport.Limits);
        }
    }

    /// <summary>The whole body.</summary>
    /// <exception cref="ContainerEngineException">It is larger than <paramref name="largest"/>.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAllAsync(int largest, CancellationToken cancel)
    {
        var (bytes, isCut) = await ReadUpToAsync(largest, cancel);
        return isCut ? throw EngineErrors.Garbled(transport.Address, call, $"the answer is larger than {largest >> 20} MB") : bytes;
    }

    /// <summary>The body of an answer that says what is wrong, cut where it is long.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadErrorAsync(CancellationToken cancel) => (await ReadUpToAsync(LargestError, cancel)).Bytes;

    /// <summary>What is wrong with the body, in the client's one kind of exception.</summary>
    public ContainerEngineException Garbled(string what, Exception? cause = null) => EngineErrors.Garbled(transport.Address, call, what, cause);

    /// <summary>What the engine says went wrong after it had begun to answer.</summary>
    public ContainerEngineException Failed(string message) => EngineErrors.Refused(call, (int)Status, message);

    public async ValueTask DisposeAsync()
    {
        timer.Dispose();
        Cancel(limit);
        if (body is not null)
            await body.DisposeAsync();
        response.Dispose();
        limit.Dispose();
    }

    private async Task<(ReadOnlyMemory<byte> Bytes, bool IsCut)> ReadUpToAsync(int largest, CancellationToken cancel)
    {
        var buffer = new byte[Math.Min(largest, 16 << 10) + 1];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min((long)buffer.Length * 2, largest + 1L));
            var read = await ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0)
                return (buffer.AsMemory(0, length), false);
            length += read;
            if (length > largest)
                return (buffer.AsMemory(0, largest), true);
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Disposed of while the caller's token fired.
        }
    }
}
