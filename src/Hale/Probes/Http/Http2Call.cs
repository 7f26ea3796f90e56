using System.Net;
using System.Net.Security;
using Hale.Core.Model;

namespace Hale.Probes.Http;

/// <summary>One HTTP/2 exchange over a connection of its own: agreed on within TLS, or begun at once without (prior knowledge, RFC 9113, 3.3).</summary>
internal static class Http2Call
{
    /// <summary>Sends a request and reads the answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tls">Whom to trust.</param>
    /// <param name="keep">How much of the body to keep, in bytes.</param>
    /// <param name="bodyLimit">How much of the body to read, in bytes.</param>
    /// <param name="limit">The limit on the attempt.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">The time-out, or the end of Hale.</param>
    /// <returns>An answer, or what the attempt came to without one.</returns>
    public static async ValueTask<(HttpAnswer Answer, ProbeResult? Trouble)> ExchangeAsync(
        HttpRequest request, TlsSettings tls, int keep, long bodyLimit, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        await using var client = new FreshClient(request.Endpoint, request.TlsName, tls, limit, time);
        if (await client.DialAsync(SslApplicationProtocol.Http2, cancel) is { } trouble)
            return (default, trouble);
        try
        {
            using var message = Message(request);
            using var response = await client.Invoker.SendAsync(message, cancel);
            var firstByte = client.Phase.Elapsed;
            client.Phase.Enter(Phase.Name.Body);
            var (body, isCut) = await BoundedBody.ReadAsync(response.Content, keep, bodyLimit, cancel);
            return (new()
            {
                Status = (int)response.StatusCode,
                Body = body,
                IsCut = isCut,
                Location = response.Headers.TryGetValues("Location", out var locations) ? locations.First() : null,
                Times = new(TimeSpan.Zero, client.Phase.LookedUp, client.Connected, client.Secured, firstByte, client.Phase.Elapsed),
                CertificateEnds = client.CertificateEnds,
            }, null);
        }
        catch (Exception error) when (FreshClient.IsExpected(error))
        {
            return (default, client.Explain(error, cancel));
        }
    }

    private static HttpRequestMessage Message(HttpRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (request.Payload is { } payload)
            message.Content = new ReadOnlyMemoryContent(payload);
        foreach (var (name, value) in request.Fields)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        return message;
    }
}
