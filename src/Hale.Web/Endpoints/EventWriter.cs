using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hale.Web.Contract;

namespace Hale.Web.Endpoints;

/// <summary>Writes server-sent events (html.spec.whatwg.org, 9.2). JSON has no line breaks, so each event's data is one line.</summary>
internal sealed class EventWriter(PipeWriter output, TimeProvider time, CancellationToken cancel)
{
    /// <summary>When something was last sent.</summary>
    public DateTimeOffset SilentSince { get; private set; } = time.GetUtcNow();

    /// <summary>An event with a shape of the contract.</summary>
    public void Json<T>(string name, long? id, T data, JsonTypeInfo<T> shape)
    {
        if (id is { } number)
            Raw($"id: {number}\n");
        Raw($"event: {name}\ndata: ");
        using (var json = new Utf8JsonWriter(output))
            JsonSerializer.Serialize(json, data, shape);
        Raw("\n\n");
    }

    /// <summary>An event about the stream itself.</summary>
    public void Note(string name, long? id, string reason) => Json(name, id, new StreamNoteDto(reason), WireJson.Default.StreamNoteDto);

    /// <summary>How long a client is to wait before it comes again.</summary>
    public void Retry(TimeSpan pause) => Raw($"retry: {pause.TotalMilliseconds:0}\n\n");

    /// <summary>A line that is no event.</summary>
    public void Comment() => Raw(": nothing new\n\n");

    /// <summary>Sends what was written.</summary>
    /// <exception cref="TimeoutException">The client takes nothing.</exception>
    public async Task FlushAsync()
    {
        await output.FlushAsync(cancel).AsTask().WaitAsync(EventStream.Patience, time, cancel);
        SilentSince = time.GetUtcNow();
    }

    private void Raw(string text) => Encoding.UTF8.GetBytes(text, output);
}
