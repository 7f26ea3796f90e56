namespace Hale.Sessions;

/// <summary>Delivers what lies in a spool, for as long as a daemon runs: looks twice a minute, and says what it delivered or why it cannot, once.</summary>
/// <param name="spool">Where verdicts are kept.</param>
/// <param name="stores">Opens their stores.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Where a line for people goes.</param>
public sealed class SpoolCourier(SessionSpool spool, SessionStores stores, TimeProvider time, Action<string> tell)
{
    /// <summary>How often it looks: every 30 s.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly HashSet<string> told = new(StringComparer.Ordinal);

    /// <summary>Goes on until it is cancelled, and then ends without an exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await DeliverAsync(stop);
                await Task.Delay(Every, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was not delivered lies where it lay.
        }
    }

    private async Task DeliverAsync(CancellationToken stop)
    {
        try
        {
            foreach (var delivery in await spool.DeliverAsync(stores, time, stop))
            {
                var line = $"session {delivery.Kept.Session}, {delivery.Kept.Report.Role}: {(delivery.End == ReportEnd.Delivered ? "delivered" : delivery.End == ReportEnd.Refused ? "refused" : "not delivered yet")}: {delivery.Reason}";
                // What stays would be told twice a minute.
                if (delivery.End != ReportEnd.Kept || (told.Count < SessionSpool.MostKept && told.Add(line)))
                    tell(line);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (told.Count < SessionSpool.MostKept && told.Add(exception.Message))
                tell($"the spool {spool.Folder} cannot be read: {exception.Message}");
        }
    }
}
