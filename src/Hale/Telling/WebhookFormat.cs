using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hale.Telling;

/// <summary>What a webhook posts: a letter in the shape that its receiver expects.</summary>
/// <param name="Name">What a person writes.</param>
/// <param name="Bodies">The requests that one letter takes, with the integration key.</param>
internal sealed record WebhookFormat(string Name, Func<Letter, string, IEnumerable<string>> Bodies)
{
    /// <summary>In plain JSON, subjects beyond these are only counted.</summary>
    private const int MostItems = 100;

    /// <summary>Discord takes 2000 characters, and Slack cuts what is much longer.</summary>
    private const int MostText = 1900;

    // Nothing of it gets into HTML: what a receiver shows is its own to escape.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where it goes unless written.</summary>
    public Uri? DefaultUrl { get; private init; }

    /// <summary>It needs an integration key.</summary>
    public bool NeedsKey { get; private init; }

    /// <summary>All formats.</summary>
    public static IReadOnlyList<WebhookFormat> All { get; } =
    [
        new("json", (letter, _) => [LetterText.Json(letter, MostItems)]),
        new("slack", (letter, _) => [Write(new JsonObject { ["text"] = Slack(letter) })]),
        new("teams", (letter, _) => [Write(Teams(letter))]),
        new("discord", (letter, _) => [Write(Discord(letter))]),
        // https://developer.pagerduty.com/docs/events-api-v2-overview
        new("pagerduty", (letter, key) => letter.Items.Select(item => Write(PagerDuty(letter, item, key))))
        {
            NeedsKey = true,
            DefaultUrl = new Uri("https://events.pagerduty.com/v2/enqueue"),
        },
        new("alertmanager", (letter, _) => [Write(new JsonArray([.. letter.Items.Select(item => (JsonNode)Alert(letter, item))]))]),
    ];

    /// <summary>The format of that name.</summary>
    public static WebhookFormat Named(string name) => All.First(format => format.Name == name);

    private static string Slack(Letter letter)
    {
        // https://api.slack.com/reference/surfaces/formatting: these three, and no others, have to be escaped.
        static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        return Cut($"*{Escape(LetterText.Title(letter))}*\n{Escape(string.Join('\n', LetterText.Lines(letter)))}\n_Hale on {Escape(letter.Host)}_");
    }

    private static JsonObject Discord(Letter letter) => new()
    {
        ["content"] = Cut(LetterText.Whole(letter)),
        // Nobody is called by what a probe happens to quote.
        ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
    };

    private static JsonObject Teams(Letter letter)
    {
        static JsonNode Block(string text, bool bold) => new JsonObject { ["type"] = "TextBlock", ["text"] = text, ["wrap"] = true, ["weight"] = bold ? "bolder" : "default" };
        var content = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["body"] = new JsonArray([Block(LetterText.Title(letter), true), .. LetterText.Lines(letter).Select(line => Block(line, false)), Block($"Hale on {letter.Host}", false)]),
        };
        return new() { ["type"] = "message", ["attachments"] = new JsonArray(new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = content }) };
    }

    private static JsonObject PagerDuty(Letter letter, LetterItem item, string key)
    {
        var body = new JsonObject
        {
            ["routing_key"] = key,
            ["event_action"] = letter.IsResolved ? "resolve" : "trigger",
            ["dedup_key"] = $"hale/{letter.Host}/{item.Subject}/{item.Incident}",
        };
        if (!letter.IsResolved)
            body["payload"] = new JsonObject
            {
                ["summary"] = Cut(LetterText.Line(item), 1000),
                ["source"] = letter.Host,
                ["severity"] = item.Severity == "ok" ? "info" : item.Severity,
                ["timestamp"] = letter.At.ToString("O"),
                ["component"] = item.Subject,
                ["class"] = item.Type,
            };
        return body;
    }

    /// <summary>
    /// The labels are what an alert is known by, so they hold nothing that changes while it lasts. An alert without an end is taken for
    /// resolved after a few minutes unless it is sent again; its end is therefore far away until it has come.
    /// </summary>
    private static JsonObject Alert(Letter letter, LetterItem item) => new()
    {
        ["labels"] = new JsonObject { ["alertname"] = $"Hale {item.Type}", ["subject"] = item.Subject, ["host"] = letter.Host, ["incident"] = item.Incident },
        ["annotations"] = new JsonObject { ["summary"] = Cut(LetterText.Line(item), 1000), ["severity"] = item.Severity },
        ["startsAt"] = item.Since.ToString("O"),
        ["endsAt"] = (letter.IsResolved ? letter.At : letter.Kind is "note" or "test" ? letter.At.AddMinutes(5) : letter.At.AddDays(365)).ToString("O"),
    };

    private static string Write(JsonNode node) => node.ToJsonString(Readable);

    private static string Cut(string text, int longest = MostText) => text.Length <= longest ? text : text[..(longest - 1)] + "…";
}
