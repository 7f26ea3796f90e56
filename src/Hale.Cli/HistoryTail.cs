using Hale.Web.Contract;

namespace Hale.Cli;

/// <summary>Follows the history: hands out what is new, oldest first, each entry once.</summary>
/// <param name="fetch">Fetches a page: before which entry (null: the newest), newest first.</param>
internal sealed class HistoryTail(Func<long?, CancellationToken, Task<IReadOnlyList<HistoryEntryDto>>> fetch)
{
    // Enough for a burst between two looks; a longer one is in the history all the same.
    private const int MaxPages = 10;

    private long last;

    /// <summary>Counts everything up to this entry as seen.</summary>
    public void Skip(long id) => last = Math.Max(last, id);

    /// <summary>What has come since the last call.</summary>
    public async Task<IReadOnlyList<HistoryEntryDto>> NewAsync(CancellationToken cancel)
    {
        var found = new List<HistoryEntryDto>();
        long? before = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var entries = await fetch(before, cancel);
            var fresh = entries.TakeWhile(entry => entry.Id > last).ToArray();
            found.AddRange(fresh);
            if (fresh.Length == 0 || fresh.Length < entries.Count)
                break;
            before = fresh[^1].Id;
        }
        if (found.Count > 0)
            last = found[0].Id;
        found.Reverse();
        return found;
    }
}
