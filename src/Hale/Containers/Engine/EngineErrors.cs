using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hale.Containers;

/// <summary>Turns what can go wrong with a call into the one kind of exception that callers see.</summary>
internal static class EngineErrors
{
    private const int LongestExcerpt = 200;

    /// <summary>What engines say, in Docker's and Podman's words, and what it means. A wrong status is common (Podman says 500 for a missing network), the words are not.</summary>
    private static readonly (string Words, EngineTrouble Trouble)[] Meanings =
    [
        ("no such container", EngineTrouble.NoSuchContainer),
        ("no container with name or id", EngineTrouble.NoSuchContainer),
        ("no such image", EngineTrouble.NoSuchImage),
        ("image not known", EngineTrouble.NoSuchImage),
        ("manifest unknown", EngineTrouble.NoSuchImage),
        ("manifest for ", EngineTrouble.NoSuchImage),
        ("pull access denied", EngineTrouble.NoSuchImage),
        ("no such volume", EngineTrouble.NoSuchVolume),
        ("no such network", EngineTrouble.NoSuchNetwork),
        ("network not found", EngineTrouble.NoSuchNetwork),
        ("unable to find network", EngineTrouble.NoSuchNetwork),
        ("is already in use", EngineTrouble.Conflict),
        ("already exists", EngineTrouble.Conflict),
    ];

    /// <summary>What the engine answered with a status that is no success.</summary>
    public static ContainerEngineException Refused(EngineCall call, int status, ReadOnlyMemory<byte> body) => Refused(call, status, Message(body.Span));

    /// <inheritdoc cref="Refused(EngineCall, int, ReadOnlyMemory{byte})"/>
    public static ContainerEngineException Refused(EngineCall call, int status, string message)
    {
        var trouble = Meaning(call, status, message);
        return new(trouble, call.What, message.Length > 0 ? message : string.Create(CultureInfo.InvariantCulture, $"the engine answered with status {status} and no word"), Advice(trouble, message), status);
    }

    /// <summary>Something that cannot be understood.</summary>
    public static ContainerEngineException Garbled(EngineAddress address, EngineCall call, string what, Exception? cause = null) =>
        new(EngineTrouble.Garbled, $"{call.What}, {address}", what, cause: cause);

    /// <summary>What kept an answer from coming, or from coming to its end.</summary>
    public static ContainerEngineException Of(Exception trouble, EngineAddress address, EngineCall call, EngineLimits limits)
    {
        for (var cause = trouble; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case ContainerEngineException told:
                    return told;
                case EngineDialException dial:
                    return new(dial.Trouble, $"{call.What}, {address}", dial.Message, dial.Advice, cause: trouble);
                case TimeoutException:
                    return new(EngineTrouble.TimedOut, $"{call.What}, {address}", $"no connection within {Seconds(limits.Connect)}", cause: trouble);
                case HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } nonsense:
                    return Garbled(address, call, $"what answers there does not speak HTTP as it should: {nonsense.Message}", trouble);
            }
        }
        return trouble is OperationCanceledException
            ? new(EngineTrouble.TimedOut, $"{call.What}, {address}", $"no answer within {Seconds(call.Limit ?? limits.Answer)}", "the engine hangs or has too much to do", cause: trouble)
            : new(EngineTrouble.Unreachable, $"{call.What}, {address}", $"the connection broke: {trouble.GetBaseException().Message}", cause: trouble);
    }

    /// <summary>The beginning of some bytes, on one line.</summary>
    public static string Excerpt(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, LongestExcerpt)]);
        return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim() + (bytes.Length > LongestExcerpt ? "…" : "");
    }

    private static EngineTrouble Meaning(EngineCall call, int status, string message)
    {
        foreach (var (words, trouble) in Meanings)
        {
            if (message.Contains(words, StringComparison.OrdinalIgnoreCase))
                return trouble;
        }
        if (message.StartsWith("network ", StringComparison.Ordinal) && message.EndsWith(" not found", StringComparison.Ordinal))
            return EngineTrouble.NoSuchNetwork;
        return status switch
        {
            400 => EngineTrouble.BadRequest,
            401 or 403 => EngineTrouble.NotAllowed,
            404 => call.Missing,
            409 => EngineTrouble.Conflict,
            _ => EngineTrouble.Failed,
        };
    }

    private static string? Advice(EngineTrouble trouble, string message) => trouble switch
    {
        EngineTrouble.NoSuchImage => message.Contains("pull access denied", StringComparison.OrdinalIgnoreCase)
            ? "there is no such image at its registry, or it takes a log-in"
            : "look at the name and the tag; docker pull fetches an image, docker images lists what is here",
        EngineTrouble.Failed when message.Contains("no space left", StringComparison.OrdinalIgnoreCase) => "the disk of the engine is full: docker system df shows what takes it",
        EngineTrouble.Failed when message.Contains("port is already allocated", StringComparison.OrdinalIgnoreCase) || message.Contains("address already in use", StringComparison.OrdinalIgnoreCase) => "another process or container has this port",
        EngineTrouble.Failed when message.Contains("executable file not found", StringComparison.OrdinalIgnoreCase) => "the image has no such program: look at the command and the entry point",
        _ => null,
    };

    /// <summary>The engine's own words: the <c>message</c> of a JSON object (Podman adds the <c>cause</c>, which the message has as well), or the text as it is.</summary>
    private static string Message(ReadOnlySpan<byte> body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, EngineJson.Default.EngineErrorBody)?.Message is { Length: > 0 } message)
                return message.ReplaceLineEndings(" ").Trim();
        }
        catch (JsonException)
        {
            // Plain text, or a proxy's page.
        }
        return Excerpt(body);
    }

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###} s");
}
