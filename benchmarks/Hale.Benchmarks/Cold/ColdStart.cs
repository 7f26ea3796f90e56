using System.Diagnostics;
using System.Globalization;
using Hale.Config;
using Hale.Native;
using Hale.Testing;
using Hale.Warming.Prefetch;
using Hale.Warming.Recording;

namespace Hale.Benchmarks.Cold;

/// <summary>
/// The start of the sample recorder, from its exec to its first recorded byte: with its files out of memory, with the same files read ahead by a recorded list, and
/// warm. Beside it what the reading itself takes, in other ways too.
/// </summary>
internal static class ColdStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>cold RECORDER FOLDER [ROUNDS] [MEGABYTES]: 0 when reading ahead made a cold start shorter.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length < 2)
        {
            Console.Error.WriteLine("usage: cold RECORDER FOLDER [ROUNDS] [MEGABYTES]; benchmarks/cold/run.sh builds the recorder and calls this");
            return 2;
        }
        var recorder = new Recorder(args[0], args[1]);
        var rounds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 5;
        recorder.Make(args.Length > 3 ? args[3] : "400");

        using var recording = OpenRecorder.TryStart(out var why) ?? throw new NotSupportedException(why);
        await recorder.StartAsync(Patience);
        var learned = recording.Stop();
        var list = Path.Combine(args[1], "plan.prefetch");
        PrefetchList.Write(list, learned);
        var spec = new PrefetchSpec { List = list };
        var whole = await ReadAheadAsync(spec);
        Console.WriteLine($"learned by {learned.Method}: {whole.Files} files, {ByteSize.Format(whole.Bytes)}");

        var stayed = Forget(learned.Paths);
        if (stayed is null)
            Console.WriteLine("whether the files are out of memory cannot be told here (cachestat, Linux 6.5)");
        else if (stayed > whole.Bytes / 10)
        {
            Console.WriteLine($"{ByteSize.Format(stayed.Value)} stay in memory whatever is done: no cold start can be had here");
            return 3;
        }
        else
            Console.WriteLine($"{ByteSize.Format(stayed.Value)} of it stay in memory, mapped by other programs (this one runs on the same .NET)");

        List<double> cold = [], ahead = [], afterAhead = [], warm = [];
        for (var round = 0; round < rounds; round++)
        {
            _ = Forget(learned.Paths);
            cold.Add(await recorder.StartAsync(Patience));
            warm.Add(await recorder.StartAsync(Patience));
            _ = Forget(learned.Paths);
            ahead.Add((await ReadAheadAsync(spec)).Took.TotalMilliseconds);
            afterAhead.Add(await recorder.StartAsync(Patience));
        }
        Console.WriteLine($"start to the first recorded byte, median of {rounds}:");
        Print("cold", cold, cold);
        Print("warm", warm, cold);
        Print("after reading ahead", afterAhead, cold);
        Print("reading ahead itself", ahead, cold);
        Print("both together", [.. ahead.Zip(afterAhead, (read, start) => read + start)], cold);

        Console.WriteLine($"reading it all from the disk, median of {rounds}:");
        var one = new List<double>();
        foreach (var atOnce in new[] { 1, 2, 4, 8, 16 })
        {
            var took = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                _ = Forget(learned.Paths);
                took.Add((await ReadAheadAsync(spec with { AtOnce = atOnce, InFlight = (long)atOnce << 20 })).Took.TotalMilliseconds);
            }
            one = atOnce == 1 ? took : one;
            Print($"{atOnce} at once", took, one);
        }
        List<double> asked = [], afterAsked = [];
        for (var round = 0; round < rounds; round++)
        {
            _ = Forget(learned.Paths);
            asked.Add(AskFor(learned.Paths));
            afterAsked.Add(await recorder.StartAsync(Patience));
        }
        Print("asked for (WILLNEED)", asked, one);
        Print("start after asking", afterAsked, cold);
        return Median(afterAhead) < Median(cold) ? 0 : 1;
    }

    private static Task<PrefetchReport> ReadAheadAsync(PrefetchSpec spec) => Prefetcher.RunAsync(spec, null, TimeProvider.System, CancellationToken.None);

    // Bytes that are still in memory afterwards; null when the kernel does not say.
    private static long? Forget(IEnumerable<string> paths)
    {
        long? stayed = 0;
        foreach (var path in paths)
        {
            using var file = File.OpenHandle(path);
            FileAdvice.Drop(file);
            stayed += PageCache.CachedBytes(file, RandomAccess.GetLength(file));
        }
        return stayed;
    }

    private static double AskFor(IEnumerable<string> paths)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var path in paths)
        {
            using var file = File.OpenHandle(path);
            FileAdvice.AskFor(file);
        }
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static void Print(string what, List<double> times, List<double> beside) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-22} {Median(times),7:0} ms   {Median(times) / Median(beside),5:0.00} of {(ReferenceEquals(times, beside) ? "itself" : "the first")}"));
}
