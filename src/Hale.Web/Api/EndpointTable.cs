using Hale.Web.Endpoints;
using Hale.Web.Metrics;

namespace Hale.Web.Api;

/// <summary>Every endpoint of Hale: one line for each area. What does not stand here is not served.</summary>
internal static class EndpointTable
{
    /// <summary>The rows, in the order in which they are listed to people.</summary>
    public static IReadOnlyList<EndpointRow> All { get; } =
    [
        .. IndexPage.Rows,
        .. Endpoints.Probes.Rows,
        .. MetricsPage.Rows,
        .. OverviewPage.Rows,
        .. TargetList.Rows,
        .. Reads.Rows,
        .. EventStream.Rows,
        .. AlarmReads.Rows,
        .. Notices.Rows,
        .. MetricReads.Rows,
        .. Commands.Rows,
        .. Reloads.Rows,
        .. Endpoints.Groups.Rows,
        .. HeartbeatPush.Rows,
        .. Description.Rows,
    ];
}
