using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hale.Containers.Groups;

namespace Hale.Samples.Cyan;

/// <summary>Calls members of a group. What busybox's web server runs as a script lies below <c>/cgi-bin/</c>.</summary>
internal sealed class Members(ContainerGroup group) : IDisposable
{
    private const int LargestArchive = 16 << 20;

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = LargestArchive };

    /// <summary>Posts JSON to a member and reads its answer.</summary>
    public async Task<TAnswer> CallAsync<TCall, TAnswer>(string member, string what, TCall call, JsonTypeInfo<TCall> shape, JsonTypeInfo<TAnswer> answerShape, CancellationToken cancel)
    {
        try
        {
            return JsonSerializer.Deserialize(await FetchAsync(member, what, call, shape, cancel), answerShape) ?? throw new JsonException("nothing");
        }
        catch (JsonException nonsense)
        {
            throw new SampleException($"{member} does not answer {what} as it should: {nonsense.Message}");
        }
    }

    /// <summary>Posts JSON to a member and takes its answer as it is.</summary>
    public async Task<byte[]> FetchAsync<TCall>(string member, string what, TCall call, JsonTypeInfo<TCall> shape, CancellationToken cancel)
    {
        // With its length: a script that is run by a web server takes no chunks.
        using var body = JsonContent.Create(call, shape);
        await body.LoadIntoBufferAsync(cancel);
        using var answer = await http.PostAsync(new Uri(group[member].Url!, $"cgi-bin/api/{what}"), body, cancel);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsByteArrayAsync(cancel)
            : throw new SampleException($"{member} answers {what} with {(int)answer.StatusCode}: {(await answer.Content.ReadAsStringAsync(cancel)).Trim()}");
    }

    public void Dispose() => http.Dispose();
}
