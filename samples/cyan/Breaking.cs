using System.Diagnostics;
using Hale.Containers;
using Hale.Containers.Groups;
using Hale.Core.Containers;

namespace Hale.Samples.Cyan;

/// <summary>Breaks the group, and shows what Hale says.</summary>
internal static class Breaking
{
    // For what never becomes ready: the group's file grants the usual minute. A busy engine takes some seconds to connect a new network.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(2);

    // No case may take longer, on a machine that does other things as well; a death in use is waited for only so long.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // Each is a session of its own, so none disturbs another.
    private const int AtOnce = 6;

    /// <summary>Goes through the cases; exit code 1 when Hale did not say of one what it should.</summary>
    public static async Task<int> RunAsync(ContainerEngine engine, IReadOnlyList<string> names, CancellationToken cancel)
    {
        var unknown = names.Where(name => name != "all" && Breakages.All.All(each => each.Name != name)).ToList();
        if (unknown.Count > 0)
            throw new SampleException($"no such case: {string.Join(", ", unknown)}; there are {string.Join(", ", Breakages.All.Select(each => each.Name))}");
        var isGood = 1;
        await Parallel.ForEachAsync(
            Breakages.All.Where(each => names.Contains("all") || names.Contains(each.Name)), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (breakage, stop) =>
            {
                if (!await ShowAsync(engine, breakage, stop))
                    Interlocked.Exchange(ref isGood, 0);
            });
        return 1 - isGood;
    }

    private static async Task<bool> ShowAsync(ContainerEngine engine, Breakage breakage, CancellationToken cancel)
    {
        var spec = breakage.Break(Whole($"cyan break {breakage.Name}"));
        var tidy = breakage.Prepare is { } prepare ? await prepare(engine, spec) : () => Task.CompletedTask;
        try
        {
            var steps = new List<string>();
            var options = Group.Options(engine) with { Progress = step => steps.Add(step.Text) };
            var watch = Stopwatch.StartNew();
            var (report, group) = await ContainerGroup.TryUpAsync(spec, options, cancel);
            var says = string.Join("; ", [.. steps.Where(step => breakage.Says.Length > 0 && breakage.ComesUp && step.Contains(breakage.Says, StringComparison.Ordinal)).Take(1), report.ToString()]);
            await using (group)
            {
                if (group is not null && breakage.DiesInUse)
                    says = await group.Death.WaitAsync(Longest, cancel);
                var took = watch.Elapsed;
                var isAsMeant = report.IsReady == breakage.ComesUp && says.Contains(breakage.Says, StringComparison.Ordinal) && report.Left.Count == 0 && took < Longest;
                Console.WriteLine(FormattableString.Invariant($"{(isAsMeant ? ' ' : '!')} {breakage.Name,-17} {took.TotalSeconds,5:0.00} s  {Plain(says)}"));
                return isAsMeant;
            }
        }
        finally
        {
            await tidy();
        }
    }

    // A container may log anything, and a terminal obeys some of it.
    private static string Plain(string text) => string.Concat(text.Select(sign => char.IsControl(sign) ? '·' : sign));

    // Two members are enough: one to break, and one that is well.
    private static ContainerGroupSpec Whole(string session)
    {
        var spec = Group.Read(session);
        return spec with
        {
            Members = [.. spec.Members.Where(member => member.Name is Breakage.Member or "merger").Select(member => member with { Probe = member.Probe with { Timeout = Patience, AttemptTimeout = Attempt } })],
        };
    }
}
