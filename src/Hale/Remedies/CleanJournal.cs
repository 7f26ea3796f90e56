using System.Globalization;
using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Remedies;

/// <summary>Deletes old entries of the systemd journal, by journalctl(1): only it knows which of its files are complete.</summary>
/// <param name="older">Archived journal files whose newest entry is older than this go.</param>
/// <param name="program">The program; tests give another.</param>
internal sealed class CleanJournal(TimeSpan older, string program = "journalctl")
{
    // Deleting is quick, but on a machine whose disk is full and busy nothing is.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    // The first lines of what it says: one for each folder with journals.
    private const int LinesTold = 4;

    private string Option => string.Create(CultureInfo.InvariantCulture, $"--vacuum-time={(long)older.TotalSeconds}s");

    /// <summary>Deletes them.</summary>
    public async Task<RemedyResult> ActAsync(TimeProvider time, CancellationToken cancel)
    {
        var result = await RunAsync(Option, time, cancel);
        return result.IsSuccess
            ? new RemedyResult(RemedyOutcome.Done, $"journal: {Said(result)}")
            : new RemedyResult(RemedyOutcome.Failed, $"journal: {program} {result.Summary}: {Said(result)}");
    }

    /// <summary>What would be done. journalctl cannot tell how much it would free.</summary>
    public async Task<string> RehearseAsync(TimeProvider time, CancellationToken cancel) =>
        $"run {program} {Option} ({Said(await RunAsync("--disk-usage", time, cancel))})";

    private Task<CommandResult> RunAsync(string option, TimeProvider time, CancellationToken cancel) =>
        CommandRunner.Shared.RunAsync(new Command
        {
            Argv = [program, option],
            Timeout = Timeout,
            Environment = new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8", ["SYSTEMD_COLORS"] = "0" },
        }, time, cancel);

    private static string Said(CommandResult result)
    {
        var lines = $"{result.Output}\n{result.Error}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? result.Summary : string.Join(' ', lines.Take(LinesTold));
    }
}
