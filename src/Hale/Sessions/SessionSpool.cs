using System.Globalization;
using System.Text;
using System.Text.Json;
using Hale.Core.Scheduling;
using Hale.Core.Sessions;
using Hale.Processes;

namespace Hale.Sessions;

/// <summary>A verdict that has not reached its store yet.</summary>
/// <param name="Store">The address of the store.</param>
/// <param name="Session">Which session.</param>
/// <param name="Report">What was reported.</param>
/// <param name="KeptAt">Since when it lies here.</param>
public sealed record KeptReport(string Store, string Session, Report Report, DateTimeOffset KeptAt);

/// <summary>What became of a verdict that lay in the spool.</summary>
/// <param name="Kept">The verdict.</param>
/// <param name="End">What became of it; <see cref="ReportEnd.Kept"/> when it still lies there.</param>
/// <param name="Reason">In words.</param>
public sealed record SpoolDelivery(KeptReport Kept, ReportEnd End, string Reason);

/// <summary>
/// A folder of verdicts on their way to a store: each is on disk before it is sent, and goes when the store has taken or refused it. Several programs may use one
/// folder at the same time; a verdict that is sent twice is known by its stamp.
/// </summary>
/// <param name="folder">The folder; it is made when something has to be kept.</param>
public sealed class SessionSpool(string folder)
{
    /// <summary>Most verdicts of one folder: 1000.</summary>
    public const int MostKept = 1_000;

    private const string Ending = ".report.json";

    /// <summary>The folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>
    /// Where verdicts are kept when nobody says: <c>HALE_SPOOL</c>, else <c>/var/lib/hale/spool</c> for root and <c>hale/spool</c> in the user's own data folder for anybody else.
    /// </summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static SessionSpool Default(Func<string, string?> environment) => new(environment("HALE_SPOOL") is { Length: > 0 } named ? named
        : !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess ? "/var/lib/hale/spool"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "hale", "spool"));

    /// <summary>Writes a verdict to disk; it is there when this returns. An older one of the same participant goes.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">It cannot be written, or there are too many.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public string Keep(KeptReport kept)
    {
        Directory.CreateDirectory(Folder);
        var files = Files();
        if (files.Length >= MostKept)
            throw new IOException($"{Folder} holds {files.Length} reports already. 'hale session deliver' sends them.");
        var owner = Owner(kept);
        var file = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{owner}-{kept.Report.Stamp.StartedAt.UtcTicks:x16}-{StableHash.Of(kept.Report.Stamp.Run):x16}-{kept.Report.Stamp.Number:d6}{Ending}"));
        Write(file, JsonSerializer.Serialize(kept, SessionJson.Default.KeptReport));
        foreach (var older in files.Where(each => Path.GetFileName(each).StartsWith(owner, StringComparison.Ordinal)))
        {
            if (string.CompareOrdinal(older, file) < 0)
                Drop(older);
        }
        return file;
    }

    /// <summary>Takes a verdict away that has reached its store, or never will.</summary>
    public static void Drop(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is sent again then, and the store knows it by its stamp.
        }
    }

    /// <summary>The verdicts that lie here, oldest first. A file that cannot be read is left where it is and not listed.</summary>
    public IReadOnlyList<(string File, KeptReport Kept)> List()
    {
        var found = new List<(string File, KeptReport Kept)>();
        foreach (var file in Files())
        {
            try
            {
                if (JsonSerializer.Deserialize(File.ReadAllBytes(file), SessionJson.Default.KeptReport) is { } kept)
                    found.Add((file, kept));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
            {
                // Another program has just delivered it, or it is not ours to judge.
            }
        }
        return [.. found.OrderBy(each => each.Kept.KeptAt)];
    }

    /// <summary>Sends what lies here. What cannot be sent stays.</summary>
    /// <param name="stores">Opens the stores.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Stops; what was not sent stays.</param>
    public async Task<IReadOnlyList<SpoolDelivery>> DeliverAsync(SessionStores stores, TimeProvider time, CancellationToken cancel)
    {
        var deliveries = new List<SpoolDelivery>();
        foreach (var sameStore in List().GroupBy(each => each.Kept.Store))
        {
            try
            {
                await using var store = stores.Open(sameStore.Key);
                foreach (var (file, kept) in sameStore)
                    deliveries.Add(await SendAsync(store, file, kept, time, cancel));
            }
            catch (SessionStoreException exception)
            {
                deliveries.AddRange(sameStore.Select(each => new SpoolDelivery(each.Kept, ReportEnd.Kept, exception.Message)));
            }
        }
        return deliveries;
    }

    /// <summary>Sends one verdict to its store, and takes it away when the store has answered.</summary>
    internal static async Task<SpoolDelivery> SendAsync(ISessionStore store, string file, KeptReport kept, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            using var limit = new CancellationTokenSource(ReportOptions.AttemptLimit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            var step = await store.ApplyAsync(kept.Session, kept.Report, time, both.Token);
            Drop(file);
            return new(kept, step.IsDone ? ReportEnd.Delivered : ReportEnd.Refused, step.Reason);
        }
        catch (SessionStoreException exception)
        {
            return new(kept, ReportEnd.Kept, exception.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(kept, ReportEnd.Kept, $"{kept.Store} did not answer within {ReportOptions.AttemptLimit.TotalSeconds:0} s.");
        }
    }

    private static string Owner(KeptReport kept) => string.Create(CultureInfo.InvariantCulture, $"{StableHash.Of($"{kept.Store}\n{kept.Session}\n{kept.Report.Role}"):x16}");

    private static void Write(string file, string content)
    {
        if (!OperatingSystem.IsWindows())
        {
            DurableFile.Replace(file, content);
            return;
        }
        var temporary = $"{file}.new";
        using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.WriteThrough))
        {
            RandomAccess.Write(handle, Encoding.UTF8.GetBytes(content), 0);
            RandomAccess.FlushToDisk(handle);
        }
        File.Move(temporary, file, overwrite: true);
    }

    private string[] Files() => Directory.Exists(Folder) ? Directory.GetFiles(Folder, $"*{Ending}") : [];
}
