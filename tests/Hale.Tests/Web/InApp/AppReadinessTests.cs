using System.Net;
using System.Net.Http.Json;
using Hale.Core.Model;
using Hale.Web;
using Hale.Web.Contract;
using Xunit;

namespace Hale.Tests.Web.InApp;

public sealed class AppReadinessTests
{
    private static readonly CheckOptions Fast = new() { Every = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(30), Fall = 1 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(HttpStatusCode Status, ReadinessDto Body)> ReadyAsync(AppFixture app)
    {
        using var response = await app.Client.GetAsync("/readyz", Cancel);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync(WireJson.Default.ReadinessDto, Cancel))!);
    }

    private static async Task UntilAsync(AppFixture app, HttpStatusCode status)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if ((await ReadyAsync(app)).Status == status)
                return;
            await Task.Delay(100, Cancel);
        }
        Assert.Fail($"/readyz did not become {status}: {string.Join("; ", (await ReadyAsync(app)).Body.Reasons)}");
    }

    [Fact]
    public async Task Not_ready_before_the_first_look_has_come_back()
    {
        var look = new TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await AppFixture.StartAsync(hale => hale.Target("database").Check("port", _ => look.Task, Fast));
        var (status, body) = await ReadyAsync(app);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("database/port has not been tried yet", body.Reasons);
        Assert.Equal("alive\n", await app.Client.GetStringAsync("/livez", Cancel));
        look.SetResult(ProbeResult.Fail("refused"));
        // Whatever the verdict: nothing was said to be needed.
        await UntilAsync(app, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ready_while_what_is_needed_is_well_and_not_when_it_fails()
    {
        var outcome = Outcome.Fail;
        await using var app = await AppFixture.StartAsync(hale =>
        {
            hale.Target("database").Check("port", _ => Task.FromResult(new ProbeResult(outcome, $"it is {outcome}")), Fast);
            hale.Target("mail").Check("port", _ => Task.FromResult(ProbeResult.Fail("not needed")), Fast);
            hale.ReadyNeeds("database");
        });
        await app.UntilAsync(daemon => daemon.Current.Targets.All(target => target.Health == Health.Impaired), "both are judged");
        var (status, body) = await ReadyAsync(app);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("database is needed and not well", Assert.Single(body.Reasons));
        foreach (var (next, expected) in ((Outcome, HttpStatusCode)[])[(Outcome.Pass, HttpStatusCode.OK), (Outcome.Warn, HttpStatusCode.OK), (Outcome.Fail, HttpStatusCode.ServiceUnavailable)])
        {
            outcome = next;
            await app.UntilAsync(daemon => daemon.Current.Targets[0].Checks[0].LastOutcome == next, $"it is {next}");
            await UntilAsync(app, expected);
        }
    }

    [Fact]
    public async Task A_need_that_is_no_target_stops_the_start()
    {
        var wrong = await Assert.ThrowsAsync<HaleConfigurationException>(() => AppFixture.StartAsync(hale =>
        {
            hale.Target("database").Check("root", "disk", "/");
            hale.ReadyNeeds("databse");
        }));
        Assert.Contains("databse", wrong.Message);
    }
}
