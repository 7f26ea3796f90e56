using Hale.Containers;
using Hale.Samples.Cyan;

// A program that needs a group of containers for one session, as CyanPrint's executor does: it brings the group up, uses it, and takes it away.
const string Usage = """
    usage: cyan run [NAME=ANSWER...]   make an archive of a template, with answers to its questions, in a group of containers
           cyan break CASE...          bring the group up with something broken in it, and show what Hale says; "all" for each
           cyan cases                  what can be broken
           cyan images                 only make the images
    """;

try
{
    if (args is ["cases"])
    {
        foreach (var breakage in Breakages.All)
            Console.WriteLine($"{breakage.Name,-18} {breakage.What}");
        return 0;
    }
    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, press) =>
    {
        press.Cancel = true;
        stop.Cancel();
    };
    using var engine = new ContainerEngine(EngineAddress.Default());
    if (args is not (["run" or "break" or "images", ..]))
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }
    await Images.MakeAsync(engine, stop.Token);
    return args switch
    {
        ["run", .. var answers] => await Executor.RunAsync(engine, Answers.Parse(answers), stop.Token),
        ["break", .. { Length: > 0 } cases] => await Breaking.RunAsync(engine, cases, stop.Token),
        ["images"] => 0,
        _ => Fail(2, Usage),
    };
}
catch (OperationCanceledException stopped)
{
    return Fail(130, $"cyan: {stopped.Message}");
}
catch (Exception trouble) when (trouble is ContainerEngineException or SampleException or HttpRequestException)
{
    return Fail(trouble is ContainerEngineException { IsOfTheEngine: true } ? 3 : 1, $"cyan: {trouble.Message}");
}

static int Fail(int code, string words)
{
    Console.Error.WriteLine(words);
    return code;
}
