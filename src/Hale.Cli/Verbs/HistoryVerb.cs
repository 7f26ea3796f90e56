using System.CommandLine;
using System.Globalization;
using Hale.Cli.Client;
using Hale.Cli.Views;
using Hale.Config;
using Hale.Web.Contract;

namespace Hale.Cli.Verbs;

/// <summary><c>hale history</c></summary>
internal static class HistoryVerb
{
    private const int MaxPage = 1000;
    private static readonly TimeSpan FollowEvery = TimeSpan.FromSeconds(1);

    public static Command Create(Surroundings surroundings)
    {
        var target = new Option<string?>("--target", "-t") { Description = "Only this target", HelpName = "TARGET" };
        var since = new Option<string?>("--since") { Description = "Only what is newer: a span (2h, 7d) or a time (2025-11-22T12:00Z)", HelpName = "WHEN" };
        var limit = new Option<int>("--limit", "-n") { Description = "At most so many, the newest. Default 50; 1000 with --since", HelpName = "COUNT", DefaultValueFactory = _ => 0 };
        var kind = new Option<string[]>("--kind", "-k") { Description = $"Only these kinds: {string.Join(", ", HistoryKinds.All)}", HelpName = "KIND", AllowMultipleArgumentsPerToken = false };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what happens, until interrupted" };
        kind.CompletionSources.Add([.. HistoryKinds.All]);
        return new Verb(
            "history",
            "Show what happened, newest last",
            ("hale history --target web --since 1d", "the last day of one target"),
            ("hale history -k intent -k outcome", "what was done, and what came of it"),
            ("hale history --follow --json", "a stream of JSON lines"))
        {
            target,
            since,
            limit,
            kind,
            follow,
        }.Does(surroundings, async call =>
        {
            var start = Since(call.Get(since), call.Surroundings.Time);
            var most = call.Get(limit) switch
            {
                0 => start is null ? 50 : MaxPage,
                > 0 and var count => count,
                _ => throw new CommandException(ExitCode.Usage, "--limit must be 1 or more."),
            };
            using var daemon = call.Daemon();
            Task<HistoryDto> Page(long? before, int size, CancellationToken cancel) =>
                daemon.HistoryAsync(call.Get(target), call.Get(kind) ?? [], before, size, cancel);

            var entries = await NewestAsync(Page, start, most, call.Cancel);
            entries.Reverse();
            Write(call, entries);
            if (call.Get(follow))
                await FollowAsync(call, Page, entries.Count > 0 ? entries[^1].Id : 0);
            return ExitCode.Good;
        });
    }

    private static async Task<List<HistoryEntryDto>> NewestAsync(
        Func<long?, int, CancellationToken, Task<HistoryDto>> page, DateTimeOffset? since, int most, CancellationToken cancel)
    {
        var entries = new List<HistoryEntryDto>();
        long? before = null;
        while (entries.Count < most)
        {
            var next = await page(before, Math.Min(most - entries.Count, MaxPage), cancel);
            entries.AddRange(next.Entries.TakeWhile(entry => since is null || entry.At >= since));
            before = next.Before;
            if (before is null || (since is { } start && next.Entries[^1].At < start))
                break;
        }
        return entries;
    }

    private static async Task FollowAsync(Call call, Func<long?, int, CancellationToken, Task<HistoryDto>> page, long seen)
    {
        using var signals = new StopSignals(call.Surroundings);
        var tail = new HistoryTail(async (before, cancel) => (await page(before, MaxPage, cancel)).Entries);
        tail.Skip(seen);
        try
        {
            while (true)
            {
                foreach (var entry in await tail.NewAsync(signals.Token))
                    WriteNew(call, entry);
                await Task.Delay(FollowEvery, call.Surroundings.Time, signals.Token);
            }
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            // Interrupted, which is how following ends.
        }
    }

    private static void Write(Call call, List<HistoryEntryDto> entries)
    {
        if (!call.WantsJson)
        {
            HistoryView.Write(call.Screen, entries);
            return;
        }
        foreach (var entry in entries)
            call.WriteJsonLine(entry, json => json.HistoryEntryDto);
    }

    private static void WriteNew(Call call, HistoryEntryDto entry)
    {
        if (call.WantsJson)
            call.WriteJsonLine(entry, json => json.HistoryEntryDto);
        else
            HistoryView.WriteLine(call.Screen, entry);
    }

    private static DateTimeOffset? Since(string? text, TimeProvider time)
    {
        if (text is null)
            return null;
        if (Duration.TryParse(text, out var span))
            return time.GetUtcNow() - span;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw new CommandException(ExitCode.Usage, $"--since is neither a span nor a time: '{text}'. Write 2h, 7d or 2025-11-22T12:00Z.");
    }
}
