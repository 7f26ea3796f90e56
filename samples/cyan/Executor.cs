using System.Diagnostics;
using Hale.Containers;
using Hale.Containers.Groups;

namespace Hale.Samples.Cyan;

/// <summary>The executor: a group for one session, its members called one after another, an archive out.</summary>
internal static class Executor
{
    /// <summary>Brings the group up, makes the archive, and takes the group away, whatever happens.</summary>
    public static async Task<int> RunAsync(ContainerEngine engine, IReadOnlyDictionary<string, string> answers, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        await using var group = await UpAsync(engine, cancel);
        Console.WriteLine(FormattableString.Invariant($"{group.Members.Count} members are ready after {watch.Elapsed.TotalSeconds:0.00} s"));

        // Whatever is being called, the death of a member ends it, with the reason.
        using var call = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var making = MakeAsync(group, answers, call.Token);
        if (await Task.WhenAny(making, group.Death) == group.Death)
        {
            await call.CancelAsync();
            await making.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw new SampleException($"the group broke while it was used: {await group.Death}");
        }
        var archive = await making;
        await File.WriteAllBytesAsync("cyan.tar.gz", archive, cancel);
        var files = Archive.Check(archive, answers);
        Console.WriteLine($"cyan.tar.gz: {archive.Length} bytes, {string.Join(", ", files)}: as it should be");
        await group.DownAsync(cancel);
        Console.WriteLine(FormattableString.Invariant($"taken away; {watch.Elapsed.TotalSeconds:0.00} s in all"));
        return 0;
    }

    private static async Task<ContainerGroup> UpAsync(ContainerEngine engine, CancellationToken cancel)
    {
        try
        {
            return await ContainerGroup.UpAsync(Group.Read(), Group.Options(engine), cancel);
        }
        catch (ContainerGroupException trouble)
        {
            throw new SampleException(trouble.Message);
        }
    }

    private static async Task<byte[]> MakeAsync(ContainerGroup group, IReadOnlyDictionary<string, string> answers, CancellationToken cancel)
    {
        using var members = new Members(group);
        var plan = await AskAsync(members, answers, cancel);

        const string Area = "/workspace/area";
        Console.WriteLine($"processors, all at once: {string.Join(", ", plan.Processors.Select(step => step.Name))}");
        var made = await Task.WhenAll(plan.Processors.Select(async step =>
            (await members.CallAsync(step.Name, "process", new ProcessCall("/workspace/cyanprint", $"{Area}/{Guid.NewGuid():N}", step.Globs, step.Config), Wire.Plain.ProcessCall, Wire.Plain.Processed, cancel)).OutputDir));

        const string Merged = $"{Area}/merged";
        var merged = await members.CallAsync("merger", "merge", new MergeCall(made, Merged), Wire.Plain.MergeCall, Wire.Plain.Merged, cancel);
        Console.WriteLine($"merged; made by more than one: {(merged.Conflicts.Count == 0 ? "nothing" : string.Join(", ", merged.Conflicts))}");
        foreach (var path in merged.Conflicts)
            await members.CallAsync("resolver", "resolve", new ResolveCall(path, made, Merged), Wire.Plain.ResolveCall, Wire.Plain.Resolved, cancel);

        foreach (var step in plan.Plugins)
        {
            Console.WriteLine($"plugin {step.Name}");
            await members.CallAsync(step.Name, "plug", new PlugCall(Merged, step.Config), Wire.Plain.PlugCall, Wire.Plain.Plugged, cancel);
        }
        return await members.FetchAsync("merger", "zip", new ZipCall(Merged), Wire.Plain.ZipCall, cancel);
    }

    private static async Task<TemplateAnswer> AskAsync(Members members, IReadOnlyDictionary<string, string> answers, CancellationToken cancel)
    {
        var given = new Dictionary<string, string>();
        while (true)
        {
            var answer = await members.CallAsync("template", "template/init", new TemplateCall(given), Wire.Plain.TemplateCall, Wire.Plain.TemplateAnswer, cancel);
            if (answer.Question is not { } question)
                return answer;
            if (!answers.TryGetValue(question.Id, out var text) || !given.TryAdd(question.Id, text))
                throw new SampleException($"the template asks for {question.Id} ({question.Message}), and there is no answer");
            Console.WriteLine($"{question.Message} {text}");
        }
    }
}
