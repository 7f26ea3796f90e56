using System.Net;
using System.Net.Http.Json;
using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Web.Contract;
using Xunit;

namespace Hale.Tests.Web;

public sealed class AlarmsTests
{
    private static readonly Snapshot World = SampleWorld.Mixed with
    {
        Alarms =
        [
            new AlarmSnapshot
            {
                Name = "High", Description = "disk", Value = AlarmValue.Alarm, Since = SampleWorld.At, Reason = "above", Rule = "average of host/disk.used > 85 over 5 min",
                Target = "orchestrator", Metric = "host/disk.used", Threshold = 85, EvaluatedAt = SampleWorld.At, Datapoints = [new(SampleWorld.At, null), new(SampleWorld.At, 90)], Tell = ["ops"],
            },
            new AlarmSnapshot { Name = "Both", Description = "", Value = AlarmValue.InsufficientData, Since = SampleWorld.At, Reason = "not evaluated yet", Rule = "ALARM(High)" },
        ],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alarms_are_listed_and_narrowed_by_state()
    {
        await using var web = await WebFixture.StartAsync(world: World);
        var all = await web.Tcp.GetFromJsonAsync("/api/v1/alarms", WireJson.Default.AlarmsDto, Cancel);
        Assert.Equal(["High", "Both"], all!.Alarms.Select(alarm => alarm.Name));
        var high = all.Alarms[0];
        Assert.Equal((AlarmValue.Alarm, 85, "host/disk.used"), (high.State, high.Threshold, high.Metric));
        Assert.Equal([null, 90], high.Datapoints.Select(datapoint => datapoint.Value));
        Assert.Null(all.Alarms[1].EvaluatedAt);
        var some = await web.Tcp.GetStringAsync("/api/v1/alarms?state=insufficientData", Cancel);
        Assert.Contains("\"state\":\"insufficientData\"", some);
        Assert.DoesNotContain("High\",", some);
        Assert.Contains("must be of ok, alarm, insufficientData", await (await web.Tcp.GetAsync("/api/v1/alarms?state=bad", Cancel)).ProblemAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task One_alarm_is_found_by_name_and_a_wrong_name_is_guessed()
    {
        await using var web = await WebFixture.StartAsync(world: World);
        Assert.Equal("ALARM(High)", (await web.Tcp.GetFromJsonAsync("/api/v1/alarms/Both", WireJson.Default.AlarmDto, Cancel))!.Rule);
        Assert.Equal("No alarm is named 'Hihg'. Did you mean 'High'?", await (await web.Tcp.GetAsync("/api/v1/alarms/Hihg", Cancel)).ProblemAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task The_states_are_on_the_metrics_page()
    {
        await using var web = await WebFixture.StartAsync(world: World);
        var page = await web.Tcp.GetStringAsync("/metrics", Cancel);
        Assert.Contains("hale_alarm_state{alarm=\"High\",target=\"orchestrator\"} 1\n", page);
        Assert.Contains("hale_alarm_state{alarm=\"Both\"} 2\n", page);
    }
}
