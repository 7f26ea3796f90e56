using System.Net;
using System.Net.Http.Json;
using Hale.Telling;
using Hale.Testing;
using Hale.Web.Contract;
using Xunit;

namespace Hale.Tests.Web;

public sealed class NoticesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Notices_carry_incidents_channels_and_proofs()
    {
        await using var web = await WebFixture.StartAsync();
        web.Daemon.Board = SampleNotices.Board;
        var notices = await web.Tcp.GetFromJsonAsync("/api/v1/notices", WireJson.Default.NoticesDto, Cancel);
        Assert.Equal((1, 2, 1, 1, 1), (notices!.Incidents.Count, notices.Channels.Count, notices.Pending.Count, notices.Dead.Count, notices.Recent.Count));
        Assert.Equal(("ops:6a1-7:1", NoticeState.Delivered), (notices.Recent[0].Key, notices.Recent[0].State));
        Assert.Null(notices.Recent[0].NextAt);
        var none = await web.Tcp.GetFromJsonAsync("/api/v1/notices?recent=0", WireJson.Default.NoticesDto, Cancel);
        Assert.Empty(none!.Recent);
        Assert.Equal(HttpStatusCode.BadRequest, (await web.Tcp.GetAsync("/api/v1/notices?recent=1001", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_notice_that_was_given_up_is_tried_again()
    {
        await using var web = await WebFixture.StartAsync();
        web.Daemon.Board = SampleNotices.Board;
        Assert.Equal(HttpStatusCode.OK, (await web.Socket.PostAsync("/api/v1/notices/9/retry", null, Cancel)).StatusCode);
        Assert.Empty(web.Daemon.Notices(0).Dead);
        Assert.Equal(HttpStatusCode.NotFound, (await web.Socket.PostAsync("/api/v1/notices/4711/retry", null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await web.Socket.PostAsync("/api/v1/notices/nine/retry", null, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_test_of_a_channel_says_what_came_of_it()
    {
        await using var web = await WebFixture.StartAsync();
        web.Daemon.Deliveries["pager"] = Delivery.Failed("exited with code 1");
        var response = await web.Socket.PostAsync("/api/v1/channels/pager/test", null, Cancel);
        Assert.Equal(new ChannelTestDto("pager", false, "exited with code 1"), await response.Content.ReadFromJsonAsync(WireJson.Default.ChannelTestDto, Cancel));
        Assert.Equal(HttpStatusCode.NotFound, (await web.Socket.PostAsync("/api/v1/channels/nobody/test", null, Cancel)).StatusCode);
    }
}
