using System.Text.Json.Nodes;
using Hale.Telling;
using Hale.Testing.Servers;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hale.Tests.Telling;

public sealed class WebhookChannelTests : IAsyncLifetime
{
    private WebhookReceiver receiver = null!;

    public async ValueTask InitializeAsync() => receiver = await WebhookReceiver.StartAsync();

    public ValueTask DisposeAsync() => receiver.DisposeAsync();

    private ChannelPlan Channel(string more = "") => Letters.Channel($"{{ webhook: {{ url: {receiver.Url}/s3cret{more} }}, timeout: 2s }}");

    private async Task<JsonNode> PostedAsync(string format, Letter letter)
    {
        var delivery = await Channel($", format: {format}").SendAsync(letter);
        Assert.True(delivery.Outcome == DeliveryOutcome.Delivered, delivery.Detail);
        return receiver.Posts.Last().Body;
    }

    [Fact]
    public async Task A_status_of_200_is_the_proof_and_the_key_goes_with_the_letter()
    {
        var delivery = await Channel(", headers: { X-Team: blue }").SendAsync(Letters.Problem);
        Assert.Equal((DeliveryOutcome.Delivered, $"{receiver.Url}: status 200 \"thank you\""), (delivery.Outcome, delivery.Detail));
        var (key, body, headers) = Assert.Single(receiver.Posts);
        Assert.Equal((Letters.Problem.Key, "blue"), (key, headers["X-Team"]));
        Assert.True(JsonNode.DeepEquals(body, JsonNode.Parse(
            """{"key":"ops:69a-1:1","kind":"problem","at":"2026-03-02T12:00:00+00:00","host":"alpha","items":[{"type":"target","subject":"web","incident":"69a-1","severity":"error","since":"2026-03-02T11:58:00+00:00","text":"is impaired: http: refused","hidden":0}],"severity":"error","title":"Problem: web is impaired: http: refused","more":0}""")), body.ToJsonString());
    }

    [Theory]
    [InlineData(400, DeliveryOutcome.Refused)]
    [InlineData(413, DeliveryOutcome.Refused)]
    [InlineData(422, DeliveryOutcome.Refused)]
    [InlineData(301, DeliveryOutcome.Failed)]
    [InlineData(401, DeliveryOutcome.Failed)]
    [InlineData(404, DeliveryOutcome.Failed)]
    [InlineData(429, DeliveryOutcome.Failed)]
    [InlineData(500, DeliveryOutcome.Failed)]
    [InlineData(503, DeliveryOutcome.Failed)]
    public async Task Another_status_says_whether_the_letter_or_the_receiver_is_the_trouble(int status, DeliveryOutcome expected)
    {
        receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return context.Response.WriteAsync("no\nthanks", context.RequestAborted);
        };
        var delivery = await Channel().SendAsync(Letters.Problem);
        Assert.Equal((expected, $"{receiver.Url}: status {status} \"no thanks\""), (delivery.Outcome, delivery.Detail));
    }

    [Fact]
    public async Task Retry_after_is_passed_on()
    {
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "37";
            return Task.CompletedTask;
        };
        Assert.Equal(TimeSpan.FromSeconds(37), (await Channel().SendAsync(Letters.Problem)).RetryAfter);
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_left_at_the_time_out_and_may_have_it()
    {
        receiver.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        var delivery = await Channel().SendAsync(Letters.Problem);
        Assert.Equal((DeliveryOutcome.Failed, "no answer within 2 s; it may have arrived all the same"), (delivery.Outcome, delivery.Detail));
        Assert.Single(receiver.Posts);
    }

    [Fact]
    public async Task Nobody_there_is_a_failure_that_names_no_secret()
    {
        var channel = Channel();
        await receiver.DisposeAsync();
        var delivery = await channel.SendAsync(Letters.Problem);
        Assert.Equal(DeliveryOutcome.Failed, delivery.Outcome);
        Assert.Contains("refused", delivery.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("s3cret", delivery.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_subjects_are_listed_up_to_a_bound_and_the_rest_is_counted()
    {
        var many = Letters.Of("problem", [.. Enumerable.Range(0, 200).Select(n => Letters.Item($"s{n}"))]);
        var plain = await PostedAsync("json", many);
        Assert.Equal((100, 100, "Problem: 200 at once: s0, s1, s2 …"), (plain["items"]!.AsArray().Count, (int)plain["more"]!, (string)plain["title"]!));
        var slack = (string)(await PostedAsync("slack", many))["text"]!;
        Assert.Contains("and 180 more", slack, StringComparison.Ordinal);
        Assert.True(((string)(await PostedAsync("discord", many))["content"]!).Length <= 2000);
    }

    [Fact]
    public async Task Slack_gets_text_with_its_three_letters_escaped()
    {
        var text = (string)(await PostedAsync("slack", Letters.Of("problem", Letters.Item(text: "is impaired: <b> & co"))))["text"]!;
        Assert.StartsWith("*Problem: web is impaired: &lt;b&gt; &amp; co*\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Teams_gets_an_adaptive_card()
    {
        var card = (await PostedAsync("teams", Letters.Problem))["attachments"]![0]!;
        Assert.Equal("application/vnd.microsoft.card.adaptive", (string)card["contentType"]!);
        Assert.Equal(("AdaptiveCard", "Problem: web is impaired: http: refused"), ((string)card["content"]!["type"]!, (string)card["content"]!["body"]![0]!["text"]!));
    }

    [Fact]
    public async Task Discord_gets_content_that_calls_nobody()
    {
        var body = await PostedAsync("discord", Letters.Of("problem", Letters.Item(text: "says @everyone")));
        Assert.Empty(body["allowed_mentions"]!["parse"]!.AsArray());
        Assert.Contains("web says @everyone", (string)body["content"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PagerDuty_gets_an_event_for_each_subject_and_the_same_key_to_resolve_it()
    {
        var two = Letters.Of("problem", Letters.Item(), Letters.Item("db", severity: "critical", incident: "69a-2"));
        var channel = Channel(", format: pagerduty, key: R0UT1NGKEY");
        Assert.Equal(DeliveryOutcome.Delivered, (await channel.SendAsync(two)).Outcome);
        Assert.Equal(DeliveryOutcome.Delivered, (await channel.SendAsync(Letters.Resolved)).Outcome);
        var events = receiver.Posts.Select(post => post.Body).ToArray();
        Assert.Equal(["trigger", "trigger", "resolve"], events.Select(e => (string)e["event_action"]!));
        Assert.Equal(["hale/alpha/web/69a-1", "hale/alpha/db/69a-2", "hale/alpha/web/69a-1"], events.Select(e => (string)e["dedup_key"]!));
        Assert.Equal(("R0UT1NGKEY", "critical", "alpha"), ((string)events[1]["routing_key"]!, (string)events[1]["payload"]!["severity"]!, (string)events[1]["payload"]!["source"]!));
        Assert.Null(events[2]["payload"]);
    }

    [Fact]
    public async Task Alertmanager_gets_alerts_whose_labels_stay_and_whose_end_comes_with_the_resolved()
    {
        var firing = (await PostedAsync("alertmanager", Letters.Problem))[0]!;
        var over = (await PostedAsync("alertmanager", Letters.Resolved))[0]!;
        Assert.Equal(firing["labels"]!.ToJsonString(), over["labels"]!.ToJsonString());
        Assert.True(DateTimeOffset.Parse((string)firing["endsAt"]!, null) > Letters.Noon.AddDays(300));
        Assert.Equal(Letters.Noon, DateTimeOffset.Parse((string)over["endsAt"]!, null));
        Assert.Equal("error", (string)firing["annotations"]!["severity"]!);
    }
}
