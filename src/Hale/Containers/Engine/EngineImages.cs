using System.Net.Http.Headers;
using System.Text.Json;

namespace Hale.Containers;

/// <summary>Calls about images. An image is named by a reference (<c>busybox</c>, <c>example.org/team/web:1.2</c>, <c>web@sha256:…</c>) or its id.</summary>
public sealed class EngineImages
{
    private readonly EngineTransport transport;

    internal EngineImages(EngineTransport transport) => this.transport = transport;

    /// <summary>The images that are here.</summary>
    /// <param name="filter">Which of them; null for all.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<IReadOnlyList<ImageSummary>> ListAsync(EngineFilter? filter = null, CancellationToken cancel = default) =>
        await transport.JsonAsync(new(HttpMethod.Get, EngineCall.Url("/images/json", ("filters", filter?.ToJson())), "listing images"), EngineJson.Default.ListImageSummary, cancel);

    /// <summary>Everything about one image.</summary>
    public Task<ImageDetails> InspectAsync(string image, CancellationToken cancel = default) =>
        transport.JsonAsync(Call(HttpMethod.Get, image, "/json", "inspecting"), EngineJson.Default.ImageDetails, cancel);

    /// <summary>Whether an image is here.</summary>
    public async Task<bool> ExistsAsync(string image, CancellationToken cancel = default)
    {
        try
        {
            await InspectAsync(image, cancel);
            return true;
        }
        catch (ContainerEngineException none) when (none.Trouble == EngineTrouble.NoSuchImage)
        {
            return false;
        }
    }

    /// <summary>Fetches an image from its registry.</summary>
    /// <param name="reference">Its name; without a tag or digest, <c>latest</c>.</param>
    /// <param name="progress">Told of each step; null for nobody.</param>
    /// <param name="cancel">Ends the fetching; layers that are complete stay.</param>
    /// <exception cref="ContainerEngineException">Also for an error that comes in the middle of the progress.</exception>
    public async Task PullAsync(string reference, IProgress<PullProgress>? progress = null, CancellationToken cancel = default)
    {
        var (name, tag) = Split(reference);
        var call = new EngineCall(HttpMethod.Post, EngineCall.Url("/images/create", ("fromImage", name), ("tag", tag)), $"pulling image {reference}")
        {
            Limit = transport.Limits.Transfer,
            Missing = EngineTrouble.NoSuchImage,
        };
        await ProgressAsync(call, progress, cancel);
    }

    /// <summary>Loads images that <c>docker save</c> wrote.</summary>
    /// <param name="tar">The tar, plain or compressed; read to its end.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>What was loaded: names, or ids of images without a name.</returns>
    public async Task<IReadOnlyList<string>> LoadAsync(Stream tar, CancellationToken cancel = default)
    {
        var call = new EngineCall(HttpMethod.Post, EngineCall.Url("/images/load", ("quiet", "true")), "loading images") { Body = Tar(tar), Limit = transport.Limits.Transfer };
        var loaded = new List<string>();
        foreach (var word in await ProgressAsync(call, null, cancel))
        {
            // "Loaded image: web:1", "Loaded image ID: sha256:…"; Podman names several with commas between them.
            foreach (var line in word.Split('\n'))
            {
                if (line.StartsWith("Loaded image", StringComparison.Ordinal) && line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
                    loaded.AddRange(line[(colon + 2)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            }
        }
        return loaded;
    }

    /// <summary>Makes an image of a file system: an image without a registry and without a build.</summary>
    /// <param name="reference">Its name and tag.</param>
    /// <param name="tar">The file system, plain or compressed; read to its end.</param>
    /// <param name="changes">Lines of a Dockerfile: <c>CMD ["/bin/httpd","-f"]</c>, <c>EXPOSE 80</c>, <c>LABEL a=b</c>, <c>HEALTHCHECK …</c> (which Podman does not take).</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task ImportAsync(string reference, Stream tar, IReadOnlyList<string>? changes = null, CancellationToken cancel = default)
    {
        var (name, tag) = Split(reference);
        // The tag as a part of the name: as a parameter of its own, Podman forgets it.
        var url = EngineCall.Url("/images/create", [("fromSrc", "-"), ("repo", $"{name}:{tag}"), .. (changes ?? []).Select(change => ("changes", (string?)change))]);
        await ProgressAsync(new(HttpMethod.Post, url, $"importing image {reference}") { Body = Tar(tar), Limit = transport.Limits.Transfer }, null, cancel);
    }

    /// <summary>Gives an image one more name.</summary>
    public Task TagAsync(string image, string reference, CancellationToken cancel = default)
    {
        var (name, tag) = Split(reference);
        return transport.DoneAsync(Call(HttpMethod.Post, image, EngineCall.Url("/tag", ("repo", name), ("tag", tag)), "naming"), cancel);
    }

    /// <summary>Removes a name of an image, and with the last one the image.</summary>
    /// <param name="image">Which.</param>
    /// <param name="force">Whether it goes although containers that have ended, or other names, hold it.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task RemoveAsync(string image, bool force = false, CancellationToken cancel = default) =>
        transport.DoneAsync(Call(HttpMethod.Delete, image, EngineCall.Url("", ("force", force ? "true" : null)), "removing"), cancel);

    /// <summary>A tar as a body.</summary>
    internal static StreamContent Tar(Stream tar) => new(tar) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-tar") } };

    /// <summary>Name and tag of a reference. A colon before the last slash is that of a port.</summary>
    internal static (string Name, string? Tag) Split(string reference)
    {
        if (reference.Contains('@', StringComparison.Ordinal))
            return (reference, null);
        var colon = reference.LastIndexOf(':');
        return colon > reference.LastIndexOf('/') ? (reference[..colon], reference[(colon + 1)..]) : (reference, "latest");
    }

    /// <summary>Reads progress to its end: what came as plain words. An error among it is thrown.</summary>
    private async Task<IReadOnlyList<string>> ProgressAsync(EngineCall call, IProgress<PullProgress>? progress, CancellationToken cancel)
    {
        var words = new List<string>();
        await using var answer = await transport.SendAsync(call, cancel);
        await foreach (var line in EngineLines.ReadAsync(answer, transport.Limits.LineBytes, cancel))
        {
            ProgressBody? step;
            try
            {
                step = JsonSerializer.Deserialize(line.Span, EngineJson.Default.ProgressBody);
            }
            catch (JsonException nonsense)
            {
                throw answer.Garbled($"a line of the progress is not JSON: {EngineErrors.Excerpt(line.Span)}", nonsense);
            }
            if (step?.Error is { Length: > 0 } error)
                throw answer.Failed(error.ReplaceLineEndings(" ").Trim());
            if (step?.Stream is { } word && words.Count < 1000)
                words.Add(word);
            if (step?.Status is { } status)
                progress?.Report(new(step.Id, status, step.Detail?.Current, step.Detail?.Total));
        }
        return words;
    }

    // The slashes of a reference are steps of the path for the engine; everything else in it is escaped.
    private static EngineCall Call(HttpMethod method, string image, string rest, string what) =>
        new(method, $"/images/{string.Join('/', image.Split('/').Select(EngineCall.Step))}{rest}", $"{what} image {image}") { Missing = EngineTrouble.NoSuchImage };
}

/// <summary>A step of fetching an image.</summary>
/// <param name="Layer">The layer or the tag; null for the whole image.</param>
/// <param name="Status">What is being done, in the engine's words.</param>
/// <param name="Current">Bytes done; null when nothing is counted.</param>
/// <param name="Total">Bytes in all; null when nobody knows.</param>
public sealed record PullProgress(string? Layer, string Status, long? Current, long? Total);
