using Hale.Benchmarks;
using Hale.Benchmarks.Cold;
using Hale.Benchmarks.Containers;
using Hale.Benchmarks.Gate;
using Hale.Benchmarks.Groups;

var verbs = new Dictionary<string, (string Does, Func<string[], Task<int>> Run)>
{
    ["probes"] = ("HTTP probes per second beside blackbox_exporter and HAProxy: probes [SECONDS] [alone]", ProbeThroughput.RunAsync),
    ["reload"] = ("reload of 5,000 checks of which one changed: time, and what happens to the others: reload", ReloadSwap.RunAsync),
    ["lag"] = ("schedule lag with 5,000 checks every 10 s, a tenth of them hanging: lag [SECONDS]", ScheduleLag.RunAsync),
    ["gate"] = ("how late the readiness gate notices readiness, deaths and deadlines: gate [RUNS [HALE HELLO]]", GateBenchmark.RunAsync),
    ["cold"] = ("the start of the sample recorder cold, warm and after reading ahead: cold RECORDER FOLDER [ROUNDS] [MEGABYTES]", ColdStart.RunAsync),
    ["groups"] = ("many groups of containers at once, beside bare calls of the engine: groups [SESSIONS]", CrowdBenchmark.RunAsync),
    ["containers"] = ("how late a container's first answer and its death are noticed, on the engine of DOCKER_HOST: containers [RUNS]", ContainerBenchmark.RunAsync),
    ["month"] = ("a month of 5,000 checks in simulated time: file size, bytes of a check in a day, answers at the end: month [CHECKS] [DAYS]", Month.RunAsync),
};

if (args.Length > 0 && verbs.TryGetValue(args[0], out var verb))
    return await verb.Run(args[1..]);

Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/Hale.Benchmarks -- VERB");
foreach (var (name, (does, _)) in verbs)
    Console.Error.WriteLine($"  {name,-10} {does}");
return 2;
